using Gmp.Analysis.Model;
using Gmp.Tracing;

namespace Gmp.Analysis.Comparison;

/// <summary>
/// A trace cut into stretches of equal length, and the metrics of each. How a run varies within itself is what tells a difference between two runs from noise.
/// </summary>
internal sealed class Stretches
{
    /// <summary>The shortest stretch: shorter ones hold too little to have a longest wait of their own.</summary>
    private const long LeastNs = 100_000_000;

    private const int Most = 40;

    private readonly long _start, _lengthNs;
    private readonly int _count;
    private readonly Dictionary<Metric, double[]> _values;
    private readonly long[] _stops, _starts;

    private Stretches(TraceModel model)
    {
        _count = (int)Math.Clamp(model.Length / LeastNs, 1, Most);
        (_start, _lengthNs) = (model.Start, Math.Max(1, model.Length / _count));
        _values = Metric.All.ToDictionary(m => m, _ => new double[_count]);
        (_stops, _starts) = (new long[_count], new long[_count]);
    }

    /// <summary>How many.</summary>
    public int Count => _count;

    /// <summary>How long each is, ns.</summary>
    public long LengthNs => _lengthNs;

    /// <summary>A metric's values, in the order of time.</summary>
    public IReadOnlyList<double> this[Metric metric] => _values[metric];

    /// <summary>Cuts a trace.</summary>
    public static Stretches Of(TraceModel model)
    {
        var stretches = new Stretches(model);
        stretches.AddWaits(model);
        stretches.AddSpans(model);
        foreach (var pause in model.Pauses)
            stretches.Spread(Metric.Pauses, pause.Start, pause.End, 1);
        stretches.AddAlive(model);
        stretches.ToRates(Math.Max(1, model.Lanes.Count(l => l.Kind == LaneKind.Processor)));
        return stretches;
    }

    private void AddWaits(TraceModel model)
    {
        var sizes = new WaitSizes[_count];
        for (int i = 0; i < _count; i++)
            sizes[i] = new WaitSizes();
        foreach (var wait in model.Waits)
        {
            int at = IndexOf(wait.End);
            sizes[at].Add(wait.Length);
            ref double longest = ref _values[Metric.LongestWait][at];
            longest = Math.Max(longest, wait.Length);
            Spread(Metric.Waiting, wait.Start, wait.End, 1);
        }
        for (int i = 0; i < _count; i++)
            _values[Metric.Wait99][i] = sizes[i].Percentile(0.99);
    }

    private void AddSpans(TraceModel model)
    {
        double[] runs = _values[Metric.LongestRun], locks = _values[Metric.Locks];
        foreach (var lane in model.Lanes)
        {
            foreach (var span in lane.Spans)
            {
                long end = Math.Min(span.End, model.Duration);
                if (end < _start)
                    continue;
                int at = IndexOf(end);
                if (span.Kind == SpanKind.Running)
                {
                    _starts[at]++;
                    runs[at] = Math.Max(runs[at], end - span.Start);
                    if (lane.Kind == LaneKind.Processor)
                        Spread(Metric.Busy, span.Start, end, 1);
                    if (span.EndedBy is SpanEnd.Blocked or SpanEnd.Yielded or SpanEnd.Preempted or SpanEnd.Destroyed)
                    {
                        _stops[at]++;
                        locks[at] += span.EndedBy == SpanEnd.Blocked && IsLock(span.Reason) ? 1 : 0;
                    }
                }
                else if (span.Kind == SpanKind.Syscall)
                {
                    Spread(Metric.Syscalls, span.Start, end, 1);
                }
            }
        }
    }

    private void AddAlive(TraceModel model)
    {
        double[] alive = _values[Metric.Alive];
        foreach (var beat in model.Accounts.SelectMany(a => a.Heartbeats))
        {
            if (beat.Time >= _start)
                alive[IndexOf(beat.Time)] = Math.Max(alive[IndexOf(beat.Time)], beat.Goroutines);
        }
    }

    private void ToRates(int processors)
    {
        for (int i = 0; i < _count; i++)
        {
            _values[Metric.Waiting][i] /= _lengthNs;
            _values[Metric.Busy][i] /= (double)_lengthNs * processors;
            _values[Metric.Syscalls][i] /= (double)_lengthNs * processors;
            _values[Metric.Pauses][i] /= _lengthNs;
            _values[Metric.Locks][i] /= Math.Max(1, _stops[i]);
            _values[Metric.Starts][i] = _starts[i] / (_lengthNs / 1e9);
        }
    }

    // Adds a length of time to every stretch that it reaches into.
    private void Spread(Metric metric, long start, long end, double weight)
    {
        double[] values = _values[metric];
        start = Math.Max(start, _start);
        for (int i = IndexOf(start); i < _count && start < end; i++)
        {
            long until = i == _count - 1 ? end : Math.Min(end, _start + ((i + 1) * _lengthNs));
            values[i] += weight * Math.Max(0, until - start);
            start = Math.Max(start, until);
        }
    }

    private int IndexOf(long time) => (int)Math.Clamp((time - _start) / _lengthNs, 0, _count - 1);

    private static bool IsLock(WaitReason reason) => reason is WaitReason.MutexLock or WaitReason.RWMutexLock or WaitReason.RWMutexRLock;
}
