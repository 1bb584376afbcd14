using System.Diagnostics;
using System.Globalization;
using Gmp;
using static Gmp.Goroutine;

namespace Samples.Imbalance;

/// <summary>
/// One disease: work is forked into eight parts of which one has twenty times as much to do as the others. While the "straggler" works alone, in slices of 1 ms,
/// the other Ps are idle and everybody waits for it: with more Ps nothing gets faster. The sample measures this itself and prints it ("truth ...").
/// </summary>
internal static class Program
{
    private const int Parts = 8, StragglersShare = 20;

    private static readonly Durations s_rounds = new();
    private static readonly Durations s_alone = new();
    private static double s_work;
    private static int s_line;

    private static int Main(string[] args)
    {
        using var options = SampleOptions.Parse(args, 2);
        if (options is null)
            return 2;
        Console.WriteLine($"pid {Environment.ProcessId}");
        Scheduler.Run(
            async () =>
            {
                while (!options.Over)
                {
                    long begin = Stopwatch.GetTimestamp();
                    var all = new WaitGroup();
                    var others = new Countdown(Parts - 1);
                    for (int i = 1; i < Parts; i++)
                        all.Go(() => Part(others), "part");
                    all.Go(() => Straggler(others, Here.Line()), "straggler");
                    await all.Wait();
                    s_rounds.Since(begin);
                    await Sleep(TimeSpan.FromMilliseconds(5));
                }
            },
            new SchedulerOptions { Processors = options.Processors });
        double busy = 100 * s_work / (s_rounds.Total * options.Processors);
        Console.Write(string.Create(CultureInfo.InvariantCulture,
            $"truth: rounds of {s_rounds.Median:F1} ms, in {s_alone.Median:F1} ms of which \"straggler\" of Program.cs:{s_line} worked alone; {options.Processors} Ps were busy for {busy:F0} %\n" +
            $"truth rounds at=Program.cs:{s_line} busy_percent={busy:F1} {s_rounds}\ntruth alone {s_alone}\n"));
        return 0;
    }

    private static async GoTask Part(Countdown others)
    {
        await Slice();
        others.End();
    }

    private static async GoTask Straggler(Countdown others, int createdAt)
    {
        s_line = createdAt;
        for (int i = 0; i < StragglersShare; i++)
            await Slice();
        s_alone.Since(others.Ended);
    }

    private static async GoTask Slice()
    {
        double ms = Stopwatch.GetElapsedTime(Work.For(TimeSpan.FromMilliseconds(1))).TotalMilliseconds;
        double before, seen = Volatile.Read(ref s_work);
        do
        {
            before = seen;
            seen = Interlocked.CompareExchange(ref s_work, before + ms, before);
        }
        while (seen != before);
        await Yield();
    }

    /// <summary>When the last of the others ended.</summary>
    private sealed class Countdown(int count)
    {
        private int _left = count;

        public long Ended { get; private set; } = Stopwatch.GetTimestamp();

        public void End()
        {
            if (Interlocked.Decrement(ref _left) == 0)
                Ended = Stopwatch.GetTimestamp();
        }
    }
}
