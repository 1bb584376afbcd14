using System.Diagnostics;
using System.Globalization;

namespace Bench.Harness;

/// <summary>How late things happened, in a row that measures that instead of its own duration. Filled by one goroutine or task at a time.</summary>
public sealed class Lateness
{
    private readonly List<double> _microseconds = [];

    /// <summary>Adds what passed between two time stamps.</summary>
    public void Add(long from, long to) => _microseconds.Add(Stopwatch.GetElapsedTime(from, to).TotalMicroseconds);

    /// <summary>The row's lines: the median and the worst.</summary>
    public IEnumerable<string> Lines(string name)
    {
        if (_microseconds.Count == 0)
            throw new InvalidOperationException($"The row {name} measured nothing.");
        _microseconds.Sort();
        yield return Line("median", _microseconds[_microseconds.Count / 2]);
        yield return Line("worst", _microseconds[^1]);

        string Line(string config, double value) => string.Create(CultureInfo.InvariantCulture, $"{name} {config} {value:G4} us");
    }
}
