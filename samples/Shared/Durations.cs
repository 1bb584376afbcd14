using System.Diagnostics;
using System.Globalization;

namespace Samples;

/// <summary>Times that a sample measured of itself, by its own clock. Thread-safe.</summary>
internal sealed class Durations
{
    private readonly Lock _gate = new();
    private readonly List<double> _all = [];
    private double _total;

    /// <summary>How many.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _all.Count;
        }
    }

    /// <summary>Their sum, ms.</summary>
    public double Total
    {
        get
        {
            lock (_gate)
                return _total;
        }
    }

    /// <summary>The longest, ms; 0 if there is none.</summary>
    public double Worst
    {
        get
        {
            lock (_gate)
                return _all.Count == 0 ? 0 : _all.Max();
        }
    }

    /// <summary>The one in the middle, ms; 0 if there is none.</summary>
    public double Median
    {
        get
        {
            lock (_gate)
            {
                if (_all.Count == 0)
                    return 0;
                double[] sorted = [.. _all];
                Array.Sort(sorted);
                return sorted[sorted.Length / 2];
            }
        }
    }

    /// <summary>Adds what has passed since a Stopwatch timestamp.</summary>
    /// <returns>It, ms.</returns>
    public double Since(long begin)
    {
        double ms = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        lock (_gate)
        {
            _all.Add(ms);
            _total += ms;
        }
        return ms;
    }

    /// <summary>All of it as key=value pairs, for programs.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"count={Count} total_ms={Total:F2} median_ms={Median:F3} worst_ms={Worst:F3}");
}
