using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Gmp;
using static Gmp.Goroutine;

namespace Samples.ForkJoin;

/// <summary>
/// No disease, but much to see: trees of goroutines that fork and join, in which every P lives from what it steals. One goroutine has all the work at first, and
/// a leaf works for 20 us. The sample counts its leaves, asks the runtime's meter for its steals, and prints both ("truth ...").
/// </summary>
internal static class Program
{
    private const int Depth = 9;

    private static long s_leaves;
    private static int s_trees;

    private static int Main(string[] args)
    {
        using var options = SampleOptions.Parse(args, Math.Max(2, Environment.ProcessorCount));
        if (options is null)
            return 2;
        Console.WriteLine($"pid {Environment.ProcessId}");
        var counts = new Dictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "Gmp.Runtime" && instrument.Name.StartsWith("gmp.sched.steal.", StringComparison.Ordinal))
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => counts[instrument.Name["gmp.sched.steal.".Length..]] = value);
        listener.Start();
        var rounds = new Durations();
        Scheduler.Run(
            async () =>
            {
                while (!options.Over)
                {
                    long begin = Stopwatch.GetTimestamp();
                    await Tree(Depth);
                    rounds.Since(begin);
                    s_trees++;
                    await Sleep(TimeSpan.FromMilliseconds(1));
                }
                listener.RecordObservableInstruments();
            },
            new SchedulerOptions { Processors = options.Processors });
        Console.Write(string.Create(CultureInfo.InvariantCulture,
            $"truth: {s_trees} trees of {1 << Depth} leaves, {rounds.Median:F2} ms each; {counts.GetValueOrDefault("successes")} steals took {counts.GetValueOrDefault("goroutines")} goroutines, {counts.GetValueOrDefault("attempts")} attempts\n" +
            $"truth end trees={s_trees} leaves={s_leaves} steals={counts.GetValueOrDefault("successes")} stolen={counts.GetValueOrDefault("goroutines")} attempts={counts.GetValueOrDefault("attempts")} {rounds}\n"));
        return 0;
    }

    private static async GoTask Tree(int depth)
    {
        if (depth == 0)
        {
            Work.For(TimeSpan.FromMicroseconds(20));
            Interlocked.Increment(ref s_leaves);
            return;
        }
        var both = new WaitGroup();
        both.Go(() => Tree(depth - 1), "left");
        both.Go(() => Tree(depth - 1), "right");
        await both.Wait();
    }
}
