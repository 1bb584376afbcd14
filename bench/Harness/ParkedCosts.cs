using System.Diagnostics;
using System.Globalization;

namespace Bench.Harness;

/// <summary>What it costs to park many goroutines or tasks, each on a channel of its own, and to wake them: measured as bench/go measures it.</summary>
public sealed class ParkedCosts
{
    private readonly long _before = ResidentBytes();
    private readonly long _begin = Stopwatch.GetTimestamp();
    private long _bytes;
    private long _parkedAt;
    private long _wakeBegin;

    /// <summary>All are parked now.</summary>
    public void Parked()
    {
        _parkedAt = Stopwatch.GetTimestamp();
        _bytes = ResidentBytes() - _before;
        _wakeBegin = Stopwatch.GetTimestamp();
    }

    /// <summary>All have run to their end: prints the lines of the three rows.</summary>
    public void Woken(int count)
    {
        double woken = Stopwatch.GetElapsedTime(_wakeBegin).TotalNanoseconds;
        double parked = Stopwatch.GetElapsedTime(_begin, _parkedAt).TotalNanoseconds;
        string config = string.Create(CultureInfo.InvariantCulture, $"n={count / 1000}k");
        Line("parked", (double)_bytes / count, "B");
        Line("park", parked / count, "ns");
        Line("wake", woken / count, "ns");

        void Line(string name, double value, string unit) =>
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {config} {value:G4} {unit}"));
    }

    /// <summary>The process's memory as the system sees it, after what is garbage has gone.</summary>
    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
