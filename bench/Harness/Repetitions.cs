using System.Diagnostics;
using System.Globalization;

namespace Bench.Harness;

/// <summary>
/// Times the repetitions of one row: first a warm-up, in which the JIT reaches its last tier, then those that count. The caller's loop is
/// <c>while (repetitions.Next()) await row.Run(row.Count);</c>, so that nothing but the await stands between two clock reads.
/// </summary>
public sealed class Repetitions(TimeSpan warmup, TimeSpan measure)
{
    // A median stays a median where one repetition outlasts the time for measuring.
    private const int Least = 3;

    private readonly List<double> _samples = [];
    private long _begin;
    private long _last;
    private bool _warm;

    /// <summary>Ends the repetition that runs and tells whether another one is wanted.</summary>
    public bool Next()
    {
        long now = Stopwatch.GetTimestamp();
        if (_begin == 0)
        {
            _begin = now;
        }
        else if (!_warm)
        {
            if (Stopwatch.GetElapsedTime(_begin, now) >= warmup)
                (_warm, _begin) = (true, now);
        }
        else
        {
            _samples.Add(Stopwatch.GetElapsedTime(_last, now).TotalNanoseconds);
            if (_samples.Count >= Least && Stopwatch.GetElapsedTime(_begin, now) >= measure)
                return false;
        }
        _last = Stopwatch.GetTimestamp();
        return true;
    }

    /// <summary>The line of the row: <c>name config value unit</c>, the value being the median of the repetitions.</summary>
    public string Line<TRun>(Row<TRun> row)
    {
        ArgumentNullException.ThrowIfNull(row);
        _samples.Sort();
        int half = _samples.Count / 2;
        double middle = _samples.Count % 2 == 1 ? _samples[half] : (_samples[half - 1] + _samples[half]) / 2;
        double value = row.Unit == "ms" ? middle / 1e6 : middle / row.Count;
        return string.Create(CultureInfo.InvariantCulture, $"{row.Name} {row.Config} {value:G4} {row.Unit}");
    }
}
