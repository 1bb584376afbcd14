using Gmp.Analysis.Model;

namespace Gmp.Analysis.Questions.Calls;

/// <summary>When the runtime stopped all threads, by its own events, or where a recording lacks those by the scheduler's, which know it less exactly.</summary>
internal sealed class PauseTimes
{
    private readonly List<(long Start, long End)> _pauses = [];   // in order, without overlap

    public PauseTimes(TraceModel model)
    {
        var all = model.Pauses.Count > 0 ? model.Pauses.Select(p => (p.Start, p.End))
            : model.Accounts.SelectMany(a => a.Collections).Select(c => (Start: c.Time - Math.Max(c.WindowNs, c.PauseNs), End: c.Time));
        foreach (var (start, end) in all.Where(p => p.End > p.Start).OrderBy(p => p.Start))
        {
            if (_pauses.Count > 0 && start <= _pauses[^1].End)
                _pauses[^1] = (_pauses[^1].Start, Math.Max(_pauses[^1].End, end));
            else
                _pauses.Add((start, end));
        }
    }

    /// <summary>How much of a stretch was paused, ns.</summary>
    public long Within(long start, long end)
    {
        int low = 0, high = _pauses.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_pauses[middle].End > start)
                high = middle;
            else
                low = middle + 1;
        }
        long sum = 0;
        for (; low < _pauses.Count && _pauses[low].Start < end; low++)
            sum += Math.Min(end, _pauses[low].End) - Math.Max(start, _pauses[low].Start);
        return sum;
    }
}
