using System.Diagnostics;

namespace Bench.Overhead;

/// <summary>A session that finds a million goroutines waiting, and a pair that goes on meanwhile.</summary>
internal static class Snapshot
{
    private const int Goroutines = 1_000_000;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(4);

    internal static void Run(OverheadOptions options)
    {
        using var target = new TargetProcess($"parked:{Goroutines}", options);
        var (before, seconds, _) = target.Work(TimeSpan.FromSeconds(1));
        using var recording = new Recording(target.Id, Config.Batches.Session!, Path.Combine(options.Work, "x.nettrace"));
        target.Work(s_limit);
        var counts = recording.Stop();
        if (counts.SnapshotTicks == 0)
            throw new InvalidOperationException($"The snapshot did not end in {s_limit.TotalSeconds} s.");
        // The pair and main move, and so tell of themselves.
        Measuring.Line("snapshot-told", "n=1M", Math.Min(counts.Told, Goroutines) / 1e6, "M", 1);
        Measuring.Line("snapshot-lost", "n=1M", counts.Lost, "events", 0);
        Measuring.Line("snapshot-time", "n=1M", counts.SnapshotTicks * 1000.0 / Stopwatch.Frequency, "ms");
        if (before / seconds < 1)
            throw new InvalidOperationException("The pair beside the parked goroutines stands still.");
    }
}
