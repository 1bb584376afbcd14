using System.Diagnostics;
using System.Globalization;

namespace Gmp.Stress;

/// <summary>One run: the schedulers, what disturbs them, and who watches.</summary>
internal static class StressRun
{
    private static readonly TimeSpan s_progressEvery = TimeSpan.FromSeconds(10);

    /// <summary>So long a round may last: on a machine that others use as well it takes a second.</summary>
    private static readonly TimeSpan s_lostWake = TimeSpan.FromSeconds(90);

    internal static int Run(StressOptions options)
    {
        Say($"seed {options.Seed}, {options.Processors} Ps, {options.Duration.TotalSeconds:0} s");
        var clock = Stopwatch.StartNew();
        var echo = new EchoScheduler();
        StressScheduler[] schedulers =
        [
            new("gmp", options, 1, options.Processors, SchedulerModel.GMP, echo),
            new("one", options, 2, 1, SchedulerModel.GMP, echo),
            new("gm", options, 3, options.Processors, SchedulerModel.GM, echo),
        ];
        Task[] runs = [.. schedulers.Select(s => s.RunAsync(options.Duration))];
        using (new Disturbance(options, schedulers))
        {
            var all = Task.WhenAll(runs);
            var said = TimeSpan.Zero;
            while (!all.Wait(TimeSpan.FromMilliseconds(200)))
            {
                if (Array.Find(schedulers, s => s.RoundLasts > s_lostWake) is { } stuck)
                    return Fail($"{stuck}: a goroutine has not ended within {s_lostWake.TotalSeconds:0} s\n{Scheduler.DumpGoroutines()}");
                if (Array.Find(schedulers, s => s.Failure is not null) is { } failed)
                    return Fail($"{failed}: {failed.Failure}\n{Scheduler.DumpGoroutines()}");
                if (clock.Elapsed - said < s_progressEvery)
                    continue;
                said = clock.Elapsed;
                Say($"{said.TotalSeconds:0} s: {string.Join("; ", schedulers.Select(s => s.ToString()))}; {Environment.WorkingSet >> 20} MB");
            }
        }
        if (Array.Find(schedulers, s => s.Failure is not null) is { } wrong)
            return Fail($"{wrong}: {wrong.Failure}");
        echo.End();
        long goroutines = schedulers.Sum(s => s.Goroutines);
        Say($"passed: {schedulers.Sum(s => s.Rounds)} rounds, {goroutines} goroutines, {clock.Elapsed.TotalSeconds:0} s, seed {options.Seed}");
        return 0;

        int Fail(string why)
        {
            Say($"FAILED: {why}\nseed {options.Seed}");
            return 1;
        }
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
