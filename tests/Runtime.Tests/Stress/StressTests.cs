using System.Diagnostics;
using Gmp.Stress;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>The program that tests/long runs for minutes, for some seconds; and that what it checks would be seen.</summary>
public class StressTests
{
    [Fact]
    public async Task Everything_at_once_leaves_every_invariant_intact()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
        };
        foreach (string argument in (string[])[Path.Combine(AppContext.BaseDirectory, "GmpTrace.Stress.dll"), "--seconds", "3", "--processors", "3"])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, output);
            Assert.Matches(@"passed: [1-9]\d* rounds, [1-9]\d* goroutines", output);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    [Fact]
    public void A_goroutine_that_is_left_is_a_violation()
    {
        var gate = new Chan<int>();
        Seen(
            async () =>
            {
                Go(async () => await gate.Receive());
                await RuntimeTest.UntilWaiting(Tracing.WaitReason.ChanReceive, 1);
            },
            gate.Close, "alive: 2, not 1", "is Waiting (ChanReceive) and nowhere");
    }

    [Fact]
    public void A_goroutine_that_is_queued_is_a_violation() =>
        Seen(
            () =>
            {
                Go(() => { });
                return default;
            },
            () => { }, "in the queue of P0: 1, not 0");

    [Fact]
    public void A_goroutine_that_is_free_twice_is_a_violation()
    {
        G? twice = null;
        Seen(
            async () =>
            {
                Go(() => { });
                await Yield();
                twice = Scheduler.Current!.EveryP[0].Goroutines.Rent();
                Scheduler.Current.EveryP[0].Goroutines.Return(twice);
                Scheduler.Current.FreeGs.PutList(twice, twice, 1);
            },
            () => { }, "and in the list of P0");
    }

    [Fact]
    public void A_count_that_nobody_took_back_is_a_violation() =>
        Seen(
            () =>
            {
                Scheduler.Current!.ForeignWaitBegan();
                return default;
            },
            () => Scheduler.Current!.ForeignWaitEnded(), "waits for what is foreign: 1, not 0");

    [Fact]
    public void A_locked_thread_is_a_violation() =>
        Seen(
            () =>
            {
                LockOSThread();
                return default;
            },
            UnlockOSThread, "locked threads: 1, not 0");

    private static void Seen(Func<GoTask> harm, Action repair, params string[] violations) =>
        RuntimeTest.Run(1, async () =>
        {
            var scheduler = Scheduler.Current!;
            while (SchedulerInvariants.Violations(scheduler).Count != 0)
                await Yield();
            await harm();
            string found = string.Join('\n', SchedulerInvariants.Violations(scheduler));
            Assert.All(violations, v => Assert.Contains(v, found, StringComparison.Ordinal));
            repair();
        }, RuntimeTest.OnePUndisturbed);
}
