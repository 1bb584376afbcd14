using System.Runtime.CompilerServices;
using Gmp.Interleaving;

namespace Gmp.Interleavings.Tests;

/// <summary>Two threads outside queue goroutines while the Ms that ran the last ones go to sleep.</summary>
public sealed class WakersAgainstIdling : RuntimeScenario
{
    private protected override void Begin()
    {
        for (int i = 0; i < 2; i++)
        {
            string name = "waker" + i;
            Schedule.Spawn(name, () =>
            {
                for (int n = 0; n < 3; n++)
                    Start(name + n, () => GoTask.CompletedTask);
            });
        }
    }
}

/// <summary>A goroutine readies others and computes on: thieves take runnext, or the watcher sees it, or the waker's own P runs it.</summary>
public sealed class RunNextAgainstThieves : RuntimeScenario
{
    private protected override int Processors => 3;

    private protected override void Begin() => Start("main", async () =>
    {
        for (int i = 0; i < 3; i++)
        {
            Start("next" + i, async () =>
            {
                Compute(2);
                await Goroutine.Yield();
                Compute(1);
            });
            Compute(6);
            if (i == 1)
                await Goroutine.Yield();
        }
    });
}

/// <summary>One thief after runnext, so that its steps and the owner's meet more often than where Ms look for work.</summary>
public sealed class RunNextAgainstOneThief : RuntimeScenario
{
    private protected override int Processors => 1;

    private protected override void Begin()
    {
        Start("main", async () =>
        {
            for (int i = 0; i < 3; i++)
            {
                Start("next" + i, () => GoTask.CompletedTask);
                Compute(2);
                await Goroutine.Yield();
            }
        });
        Schedule.Spawn("thief", () =>
        {
            for (int i = 0; i < 6; i++)
            {
                if (Scheduler.TryStealRunNext(Scheduler.Ps[0]) is { } g)
                    Scheduler.PutGlobal(g);
            }
        });
    }
}

/// <summary>One M goes to sleep while another's goroutine readies one more, seldom enough that the watcher leaves between.</summary>
public sealed class WakerAgainstWatcher : RuntimeScenario
{
    private protected override void Begin() => Start("main", async () =>
    {
        for (int i = 0; i < 2; i++)
        {
            // Until the watcher is about to take its last look, as nothing switches.
            while (Watcher(Scheduler) is not null && QuietLooks(Scheduler) < Scheduler.MostQuietLooks - 1)
            {
                Schedule.Advance(Scheduler.WatchEvery);
                Thread.SpinWait(1);
            }
            bool ran = false;
            Start("left behind", () =>
            {
                ran = true;
                return GoTask.CompletedTask;
            });
            // The watcher's time has come, while what was readied may still be in the store buffer.
            Schedule.Advance(2 * Scheduler.WatchEvery);
            Compute(6);
            // The goroutine computes on until another M has run what it readied: for ever, if nobody was woken and nobody watches.
            while (!ran)
                Thread.SpinWait(100);
            await Goroutine.Yield();
        }
    });

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_watcher")]
    private static extern ref M? Watcher(Scheduler scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_quietLooks")]
    private static extern ref int QuietLooks(Scheduler scheduler);
}

/// <summary>Two system calls after each other, and sysmon that takes the P from either, from an earlier one, or from none.</summary>
public sealed class SyscallAgainstRetake : RuntimeScenario
{
    // No other P is idle, or sysmon would leave a call its P for a slice.
    private protected override int Processors => 1;

    private protected override void Begin()
    {
        Start("caller", async () =>
        {
            for (int i = 0; i < 2; i++)
                await Goroutine.Syscall(() => Compute(3));
        });
        Start("other", async () =>
        {
            await Goroutine.Yield();
            await Goroutine.Blocking(() => Compute(2));
        });
        Schedule.Spawn("sysmon", () =>
        {
            var sysmon = new Sysmon(Scheduler);
            for (int i = 0; i < 6; i++)
            {
                sysmon.Retake(Clock.Now);
                Schedule.Advance(20_000);
            }
            sysmon.Retake(Clock.Now);
        });
    }
}

/// <summary>A goroutine computes for more than a slice and then comes to a scheduling point, while sysmon takes its P as a hog's.</summary>
public sealed class HogAgainstRetake : RuntimeScenario
{
    private protected override void Begin()
    {
        Start("hog", async () =>
        {
            for (int i = 0; i < 3; i++)
            {
                Compute(8);
                Start("readied" + i, () => GoTask.CompletedTask);
                Compute(8);
                await Goroutine.Yield();
            }
        });
        Schedule.Spawn("sysmon", () =>
        {
            var sysmon = new Sysmon(Scheduler);
            for (int i = 0; i < 10; i++)
            {
                sysmon.Retake(Clock.Now);
                Schedule.Advance(Clock.FromTimeSpan(TimeSpan.FromMilliseconds(5.5)));
            }
        });
    }
}

/// <summary>Goroutines sleep while Ms do, and later ones sleep for less than those that somebody waits for already.</summary>
public sealed class TimersAgainstIdling : RuntimeScenario
{
    private protected override void Begin()
    {
        Start("long", async () =>
        {
            await Goroutine.Sleep(TimeSpan.FromMilliseconds(30));
            await Goroutine.Sleep(TimeSpan.FromMilliseconds(1));
        });
        Schedule.Spawn("outside", () =>
        {
            for (int i = 2; i > 0; i--)
            {
                int ms = i;
                Start("short" + i, async () => await Goroutine.Sleep(TimeSpan.FromMilliseconds(ms)));
            }
        });
    }
}
