using Gmp.Tracing;

namespace Gmp.Tests;

/// <summary>Runs goroutines for a test: on a scheduler of its own, and never for ever.</summary>
public static class RuntimeTest
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>The numbers of Ps that matter here: one, as many as a small machine has, more than it has.</summary>
    public static TheoryData<int> Processors => [1, 2, 4];

    /// <summary>
    /// One P, and a slice so long that no goroutine is taken for a hog because a busy machine did not let its thread run: for tests of order.
    /// </summary>
    public static SchedulerOptions OnePUndisturbed => new() { Processors = 1, SliceDuration = TimeSpan.FromMinutes(1), DetectDeadlock = false };

    /// <summary>Runs <paramref name="main"/> to its end and rethrows what it threw.</summary>
    public static void Run(int processors, Func<GoTask> main, SchedulerOptions? options = null)
    {
        options ??= new SchedulerOptions { Processors = processors, DetectDeadlock = false };
        var run = Scheduler.RunAsync(main, options);
        if (!Task.WhenAny(run, Task.Delay(s_limit)).GetAwaiter().GetResult().Equals(run))
            throw new TimeoutException($"The main goroutine did not end within {s_limit.TotalSeconds} s at {processors} Ps.\n{Scheduler.DumpGoroutines()}");
        run.GetAwaiter().GetResult();
    }

    /// <summary>Gives way until <paramref name="count"/> goroutines of the caller's scheduler wait for <paramref name="reason"/>.</summary>
    internal static async GoTask UntilWaiting(WaitReason reason, int count)
    {
        var scheduler = M.Current!.Scheduler;
        while (Waiting(scheduler, reason) != count)
            await GiveWay(scheduler.AllGs.Count);
    }

    /// <summary>Gives way until <paramref name="count"/> goroutines of the caller's scheduler wait for anything, which is cheap to ask.</summary>
    internal static async GoTask UntilAllWait(int count)
    {
        var scheduler = M.Current!.Scheduler;
        while (scheduler.CountStates().Waiting != count)
            await GiveWay(scheduler.AllGs.Count);
    }

    // As many may have run meanwhile as were looked at: who looked at a crowd each time that a ringful of it had run would look at it all day. To everybody,
    // as at one P a yield lets those in the global queue wait.
    private static async GoTask GiveWay(int crowd)
    {
        for (int i = 0; i <= crowd / RunQueue.Capacity; i++)
            await Goroutine.Yield();
        await Goroutine.Gosched();
    }

    private static int Waiting(Scheduler scheduler, WaitReason reason)
    {
        int count = 0;
        foreach (var g in scheduler.AllGs.Snapshot())
        {
            if (g.Status == GoStatus.Waiting && g.WaitReason == reason)
                count++;
        }
        return count;
    }
}
