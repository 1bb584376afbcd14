using Gmp.Analysis.Model;

namespace Gmp.Analysis.Questions.Monopoly;

/// <summary>When at least one P of a scheduler was idle: what waits on the global queue then waits for no hog, but for that P to wake.</summary>
internal sealed class IdleTimes
{
    private readonly List<IdlePeriod> _any = [];   // disjoint, in order
    private readonly List<long> _before = [];      // idle time before each of them

    public IdleTimes(TraceModel model, int scheduler)
    {
        long sum = 0;
        foreach (var period in InOrder([.. model.Lanes.Where(l => l.Kind == LaneKind.Processor && l.Scheduler == scheduler).Select(l => l.IdlePeriods)]))
        {
            long end = Math.Min(period.End, model.Duration);
            if (_any.Count > 0 && period.Start <= _any[^1].End)
            {
                if (end <= _any[^1].End)
                    continue;
                sum += end - _any[^1].End;
                _any[^1] = _any[^1] with { End = end };
                continue;
            }
            if (end <= period.Start)
                continue;
            _any.Add(new IdlePeriod(period.Start, end));
            _before.Add(sum);
            sum += end - period.Start;
        }
    }

    // Each P has its own in order; there may be millions.
    private static IEnumerable<IdlePeriod> InOrder(List<IReadOnlyList<IdlePeriod>> lists)
    {
        var next = new PriorityQueue<(int List, int At), long>();
        for (int i = 0; i < lists.Count; i++)
        {
            if (lists[i].Count > 0)
                next.Enqueue((i, 0), lists[i][0].Start);
        }
        while (next.TryDequeue(out var at, out _))
        {
            yield return lists[at.List][at.At];
            if (at.At + 1 < lists[at.List].Count)
                next.Enqueue((at.List, at.At + 1), lists[at.List][at.At + 1].Start);
        }
    }

    /// <summary>For how much of a stretch some P was idle, ns.</summary>
    public long Within(long start, long end) => _any.Count == 0 ? 0 : Math.Max(0, Until(end) - Until(start));

    private long Until(long time)
    {
        int low = 0, high = _any.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_any[middle].Start < time)
                low = middle + 1;
            else
                high = middle;
        }
        return low == 0 ? 0 : _before[low - 1] + Math.Min(time, _any[low - 1].End) - _any[low - 1].Start;
    }
}
