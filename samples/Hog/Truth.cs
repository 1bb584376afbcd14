using System.Diagnostics;

namespace Samples.Hog;

/// <summary>
/// What really happened, by this process's own clock: each slice of the hog, and how late the tickers were that were due meanwhile. It
/// prints a line for people and lines of key=value pairs for programs.
/// </summary>
internal sealed class Truth
{
    private readonly Lock _gate = new();
    private readonly List<double> _late = [];
    private readonly List<double> _medians = [];
    private double _worstLate;
    private long _begin = long.MaxValue;
    private long _end;
    private int _slices;
    private double _longest;

    /// <summary>The hog starts to compute.</summary>
    public void SliceBegins()
    {
        lock (_gate)
        {
            PrintTickers();
            (_begin, _end) = (Stopwatch.GetTimestamp(), long.MaxValue);
        }
    }

    /// <summary>The hog comes to its next scheduling point.</summary>
    public void SliceEnds(string goroutine, int line)
    {
        lock (_gate)
        {
            _end = Stopwatch.GetTimestamp();
            _slices++;
            double ms = Stopwatch.GetElapsedTime(_begin, _end).TotalMilliseconds;
            _longest = Math.Max(_longest, ms);
            long startNs = (long)Stopwatch.GetElapsedTime(0, _begin).TotalNanoseconds;
            Console.Write($"truth: hog \"{goroutine}\" slice {ms:F2} ms at Program.cs:{line}\n" +
                $"truth slice goroutine={goroutine} start_ns={startNs} ms={ms:F2} at=Program.cs:{line}\n");
        }
    }

    /// <summary>Where the hog computes. Told once.</summary>
    /// <param name="goroutine">The hog.</param>
    /// <param name="method">What it computes in.</param>
    /// <param name="line">The line that it is called at.</param>
    public void Spins(string goroutine, string method, int line)
    {
        lock (_gate)
        {
            if (_slices > 0)
                return;
            Console.Write($"truth: hog \"{goroutine}\" spends its time in {method}, called at Program.cs:{line}\n" +
                $"truth code goroutine={goroutine} method={method} at=Program.cs:{line}\n");
        }
    }

    /// <summary>A ticker woke that was due at <paramref name="due"/>, a Stopwatch timestamp. It counts if that was during a slice.</summary>
    public void Tick(long due)
    {
        long now = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            if (due >= _begin && due < _end)
                _late.Add(Stopwatch.GetElapsedTime(due, now).TotalMilliseconds);
        }
    }

    /// <summary>The figures of the whole run; the median is that of the slices' medians.</summary>
    public void PrintSummary()
    {
        lock (_gate)
        {
            // Only whole slices count: the one that the program's end cuts off is left out.
            if (_end == long.MaxValue)
                _late.Clear();
            PrintTickers();
            _medians.Sort();
            double median = _medians.Count == 0 ? 0 : _medians[_medians.Count / 2];
            Console.Write($"truth end slices={_slices} longest_ms={_longest:F2} late_median_ms={median:F3} late_worst_ms={_worstLate:F3}\n");
        }
    }

    // Not at the slice's end: a ticker that got no P at all until then has yet to run and to tell how late it is.
    private void PrintTickers()
    {
        if (_late.Count == 0)
            return;
        _late.Sort();
        double median = _late[_late.Count / 2];
        double worst = _late[^1];
        _medians.Add(median);
        _worstLate = Math.Max(_worstLate, worst);
        Console.Write($"truth tickers slice={_slices} ticks={_late.Count} late_median_ms={median:F3} late_worst_ms={worst:F3}\n");
        _late.Clear();
    }
}
