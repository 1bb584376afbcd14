using System.Diagnostics;
using System.Globalization;
using Gmp.Tracing;

namespace Bench.Overhead;

/// <summary>
/// Measures, and prints a line for each number: <c>row config value unit peer peerValue</c>. The configs of a program follow each other in one process, each
/// round in the reverse order of the one before, and each is compared with the untraced slice beside it: what drifts weighs on both.
/// </summary>
internal static class Measuring
{
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(250);

    private sealed record Sample(double PerSecond, double CpuPerOperation, double GoroutineCpuPerOperation);

    private sealed record Traced(double Throughput, double CpuRatio, double NsPerRecord, double TotalNsPerRecord, double BytesPerRecord, double RecordsPerSecond, long Lost);

    internal static int Run(OverheadOptions options)
    {
        foreach (string row in options.Rows)
        {
            if (row == "hook")
                Hook();
            else if (row == "snapshot")
                Snapshot.Run(options);
            else
                Compare(row, options);
        }
        if (options.Seconds > 0)
            Sustained.Run(options);
        return 0;
    }

    internal static void Line(string row, string config, double value, string unit, double bar = double.NaN) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row} {config} {value:G4} {unit}{(double.IsNaN(bar) ? "" : $" {bar:G4}")}"));

    private static void Compare(string row, OverheadOptions options)
    {
        using var target = new TargetProcess(row, options);
        target.Work(s_settle * 4);
        var found = Config.Recorded.ToDictionary(c => c, _ => new List<Traced>());
        // The first round warms up what is compiled for the first time, and does not count.
        for (int round = 0; round <= options.Rounds; round++)
        {
            foreach (var config in round % 2 == 0 ? Config.Recorded : Config.Recorded.Reverse())
            {
                var before = Off(target, options.Slice / 2);
                var (on, counts, operations) = On(target, config, options);
                var after = Off(target, options.Slice / 2);
                if (round > 0)
                    found[config].Add(Traces(Mean(before, after), on, counts, operations));
            }
        }
        foreach (var (config, samples) in found)
        {
            Line($"{row}-throughput", config.Name, Median(samples, s => s.Throughput), "x", config == Config.Batches && row == "echo" ? 0.98 : double.NaN);
            Line($"{row}-cpu", config.Name, Median(samples, s => s.CpuRatio), "x", config == Config.Batches && row == "echo" ? 1.02 : double.NaN);
            if (row != "echo")
                Line($"{row}-transition", config.Name, Median(samples, s => s.NsPerRecord), "ns", config == Config.Batches && row == "pingpong" ? 35 : double.NaN);
            Line($"{row}-transition-all", config.Name, Median(samples, s => s.TotalNsPerRecord), "ns");
            Line($"{row}-bytes", config.Name, Median(samples, s => s.BytesPerRecord), "B", config == Config.Batches ? 6 : double.NaN);
            Line($"{row}-rate", config.Name, Median(samples, s => s.RecordsPerSecond) / 1e6, "M/s");
            Line($"{row}-lost", config.Name, samples.Sum(s => s.Lost), "events", config == Config.Batches ? 0 : double.NaN);
        }
    }

    private static Sample Off(TargetProcess target, TimeSpan duration)
    {
        target.Work(TimeSpan.FromMilliseconds(50));
        return Of(target.Work(duration));
    }

    private static (Sample On, RecordingCounts Counts, double Operations) On(TargetProcess target, Config config, OverheadOptions options)
    {
        double before = target.Operations();
        using var recording = new Recording(target.Id, config.Session!, Path.Combine(options.Work, "x.nettrace"));
        target.Work(s_settle);
        var sample = Of(target.Work(options.Slice));
        double operations = target.Operations() - before;
        return (sample, recording.Stop(), operations);
    }

    private static Sample Of((double Operations, double Seconds, ThreadTimes Times) w)
    {
        double n = Math.Max(1, w.Operations);
        return new Sample(w.Operations / w.Seconds, w.Times.Total / n, w.Times.Goroutines / n);
    }

    private static Sample Mean(Sample a, Sample b) => new((a.PerSecond + b.PerSecond) / 2, (a.CpuPerOperation + b.CpuPerOperation) / 2,
        (a.GoroutineCpuPerOperation + b.GoroutineCpuPerOperation) / 2);

    private static Traced Traces(Sample off, Sample on, RecordingCounts counts, double operations)
    {
        if (counts.Corrupt != 0)
            throw new InvalidOperationException("A recording has bytes that are no records.");
        // What was dropped was written, too.
        double records = (counts.Records + (counts.Packed == 0 ? counts.Lost : 0)) / Math.Max(1, operations);
        return new Traced(
            on.PerSecond / off.PerSecond,
            on.CpuPerOperation / off.CpuPerOperation,
            (on.GoroutineCpuPerOperation - off.GoroutineCpuPerOperation) * 1e9 / records,
            (on.CpuPerOperation - off.CpuPerOperation) * 1e9 / records,
            counts.Bytes / (double)Math.Max(1, counts.Records),
            on.PerSecond * records,
            counts.Lost);
    }

    // What a hook costs while nobody listens: the test that stands in each of them, beside the same loop without it.
    private static void Hook()
    {
        const int Loops = 200_000_000;
        double[] costs = new double[5];
        for (int i = 0; i < costs.Length; i++)
            costs[i] = (Ns(Tested) - Ns(Plain)) / Loops;
        Array.Sort(costs);
        Line("hook", "off", Math.Max(0, costs[costs.Length / 2]), "ns", 1);

        static double Ns(Func<int, long> loop)
        {
            long begin = Stopwatch.GetTimestamp();
            if (loop(Loops) < 0)
                throw new InvalidOperationException("It never is.");
            return Stopwatch.GetElapsedTime(begin).TotalNanoseconds;
        }

        static long Plain(int n)
        {
            long sum = 0;
            for (int i = 0; i < n; i++)
                sum += i & 3;
            return sum;
        }

        static long Tested(int n)
        {
            long sum = 0;
            for (int i = 0; i < n; i++)
            {
                if (GmpEventSource.Modes != 0)
                    sum--;
                sum += i & 3;
            }
            return sum;
        }
    }

    private static double Median<T>(List<T> samples, Func<T, double> value)
    {
        double[] sorted = [.. samples.Select(value).Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
