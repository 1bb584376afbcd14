using System.Diagnostics;

namespace Samples.Healthy;

/// <summary>What really happened, by this process's own clock: how long the longest stretch of work without a scheduling point was.</summary>
internal sealed class Truth
{
    private readonly Lock _gate = new();
    private string _who = "nobody";
    private double _longest;
    private long _slices;

    /// <summary>Works for <paramref name="duration"/> and measures how long that took: the operating system may have come between.</summary>
    public void Slice(string who, TimeSpan duration)
    {
        double ms = Stopwatch.GetElapsedTime(Work.For(duration)).TotalMilliseconds;
        lock (_gate)
        {
            _slices++;
            if (ms > _longest)
                (_longest, _who) = (ms, who);
        }
    }

    /// <summary>The figures of the whole run.</summary>
    public void PrintSummary()
    {
        lock (_gate)
        {
            Console.Write($"truth: longest slice {_longest:F2} ms, of \"{_who}\"\n" +
                $"truth end slices={_slices} longest_ms={_longest:F2} goroutine={_who}\n");
        }
    }
}
