using System.Runtime.CompilerServices;
using Gmp.Interleaving;

namespace Gmp.Interleavings.Tests;

/// <summary>
/// One M that enters and leaves the runtime, played by a strand, and one that takes things from it: the asymmetric protocol alone, so that its
/// few steps meet in every order.
/// </summary>
public abstract class OwnershipScenario : Scenario
{
    private protected const int Rounds = 3;

    private protected Scheduler Scheduler { get; private set; } = null!;

    private protected P Processor { get; private set; } = null!;

    private protected M Owner { get; private set; } = null!;

    protected override void SetUp()
    {
        Scheduler = new Scheduler(new SchedulerOptions { Processors = 2, DetectDeadlock = false });
        Owner = new M(Scheduler, 0);
        Processor = Scheduler.GetIdle()!;
        Processor.M = Owner;
        Owner.POfTaker = Processor;
        Owner.LeaveRuntime(M.InUser);
        Schedule.Share(Owner);
        Schedule.Share(Processor);
        Schedule.Share(Processor.Queue);
        Begin();
    }

    private protected abstract void Begin();

    private protected static void Compute()
    {
        var strand = Carrier.Strand!;
        strand.Schedule.Step(strand, "computes", "", "", 0);
    }
}

/// <summary>A taker takes the P, twice, while its M enters the runtime again and again: never do both use it.</summary>
public sealed class TakerAgainstEntry : OwnershipScenario
{
    private string? _user;
    private int _uses;

    private protected override void Begin()
    {
        Schedule.Spawn("owner", () =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                if (Owner.EnterRuntime(out int before) is not null)
                    Use("owner");
                Owner.LeaveRuntime(before);
            }
        });
        Schedule.Spawn("taker", () =>
        {
            for (int i = 0; i < 2; i++)
            {
                if (!Scheduler.TryTakeP(Processor, Owner, M.InUser, Processor.Switches))
                    continue;
                Use("taker");
                // The owner gets it back, as if it had come and taken it from the idle list.
                lock (Scheduler.Retake)
                    Volatile.Write(ref Owner.POfTaker, Processor);
            }
        });
    }

    private void Use(string user)
    {
        Assert.True(_user is null, $"{user} uses the P while {_user} does");
        _user = user;
        _uses++;
        Compute();
        Compute();
        _user = null;
    }

    internal override void Check() => Assert.True(_uses <= Rounds + 2 && Owner.POfTaker == Processor);
}

/// <summary>A thief takes runnext while the M that put it there comes to run it: one of them gets it.</summary>
public sealed class ThiefAgainstSwitch : OwnershipScenario
{
    private readonly List<long> _taken = [];
    private int _made;

    private protected override void Begin()
    {
        Schedule.Spawn("owner", () =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                // A goroutine readies another ...
                var p = Owner.EnterRuntime(out int before);
                var g = new G(Scheduler) { Id = ++_made };
                if (p is null)
                    _taken.Add(g.Id);   // to the global queue
                else
                    p.PutNext(g);
                Owner.LeaveRuntime(before);
                // ... computes for as long as a thief hesitates ...
                for (int n = Schedule.Random(12); n >= 0; n--)
                    Compute();
                // ... and parks.
                if (Owner.EnterRuntime(out before) is { } mine)
                {
                    Take(mine.Get(out _));
                    mine.Switches++;
                }
                Owner.LeaveRuntime(before);
            }
        });
        Schedule.Spawn("thief", () =>
        {
            for (int i = 0; i < 3; i++)
                Take(Scheduler.TryStealRunNext(Processor));
        });
    }

    private void Take(G? g)
    {
        if (g is not null)
            _taken.Add(g.Id);
    }

    internal override void Check()
    {
        while (Processor.Get(out _) is { } g)
            Take(g);
        Assert.Equal(Enumerable.Range(1, _made).Select(i => (long)i), _taken.Order());
    }
}

/// <summary>The watcher takes its last look while a waker relies on it: the watcher sees the goroutine, or the waker wakes somebody.</summary>
public sealed class WatcherLeavesUnderWaker : OwnershipScenario
{
    private bool _seen;

    private protected override void Begin()
    {
        var watcher = new M(Scheduler, 1);
        Scheduler.PutIdle(watcher);
        Assert.True(Scheduler.TryWatch(watcher));
        QuietLooks(Scheduler) = Scheduler.MostQuietLooks;
        Schedule.Spawn("waker", () =>
        {
            var p = Owner.EnterRuntime(out int before)!;
            p.PutNext(new G(Scheduler) { Id = 1 });
            Scheduler.WakePFor(p);
            Owner.LeaveRuntime(before);
            Compute();
        });
        Schedule.Spawn("watcher", () =>
        {
            Scheduler.GoOnWatching(watcher);
            _seen = Scheduler.SeesLeftBehind();
        });
    }

    internal override void Check()
    {
        // Whoever is woken starts as one that looks for work.
        bool woken = Scheduler.Spinning == 1;
        Assert.True(_seen || woken || Watcher(Scheduler) is not null, "nobody will run what was readied");
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_watcher")]
    private static extern ref M? Watcher(Scheduler scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_quietLooks")]
    private static extern ref int QuietLooks(Scheduler scheduler);
}
