using System.Diagnostics;

namespace Bench.Overhead;

/// <summary>A session that finds a million goroutines waiting, and a pair that goes on meanwhile.</summary>
internal static class Snapshot
{
    private const int Goroutines = 1_000_000;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    internal static void Run(OverheadOptions options)
    {
        using var target = new TargetProcess($"parked:{Goroutines}", options);
        // The pair begins when the others are there.
        long begin = Stopwatch.GetTimestamp();
        while (target.Operations() == 0)
        {
            if (Stopwatch.GetElapsedTime(begin) > s_patience)
                throw new InvalidOperationException($"A million goroutines were not started in {s_patience.TotalSeconds} s.");
            target.Work(TimeSpan.FromMilliseconds(100));
        }
        target.Work(TimeSpan.FromSeconds(1));
        using var recording = new Recording(target.Id, Config.Batches.Session!, Path.Combine(options.Work, "x.nettrace"));
        var (_, _, times) = target.Work(s_limit);
        var counts = recording.Stop();
        if (counts.SnapshotTicks == 0)
            throw new InvalidOperationException($"The snapshot did not end in {s_limit.TotalSeconds} s.");
        // The pair and main move, and so tell of themselves.
        Measuring.Line("snapshot-told", "n=1M", Math.Min(counts.Told, Goroutines) / 1e6, "M", 1);
        Measuring.Line("snapshot-lost", "n=1M", counts.Lost, "events", 0);
        Measuring.Line("snapshot-time", "n=1M", counts.SnapshotTicks * 1000.0 / Stopwatch.Frequency, "ms");
        Measuring.Line("snapshot-sysmon", "n=1M", times.Sysmon * 1000, "ms");
    }
}
