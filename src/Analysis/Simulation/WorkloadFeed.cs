using Gmp.Analysis.Model;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Reading.Ordering;
using Gmp.Tracing;

namespace Gmp.Analysis.Simulation;

/// <summary>
/// Collects the work of one scheduler while its records are read: a stretch of a limited number of jobs, which begins between a quarter and a half of the way
/// through the trace. The first jobs of a program are those of its start, and nobody knows the end while reading; so collecting begins anew whenever the time has doubled.
/// </summary>
/// <remarks>One thread. While there is nothing to collect, records before <see cref="IdleUntil"/> need not be told.</remarks>
internal sealed class WorkloadFeed(TraceSelection selection)
{
    /// <summary>So many are replayed in some 25 ms, and a report makes about eight replays.</summary>
    public const int MostJobs = 20_000;

    private const long FirstRestart = 1_000_000;
    private const long LongestWait = 100_000_000;

    private WorkloadRecorder _recorder = new(MostJobs);
    private WorkloadRecorder? _full;
    private long _origin = -1;
    private long _restart = FirstRestart;
    private bool _isDone;
    private long? _lastJob;
    private int _processors = 1;
    private long _sliceNs = SchedulerInfo.DefaultSliceNs;

    /// <summary>What happens before this moment, ns since the trace's start, does not matter.</summary>
    public long IdleUntil { get; private set; }

    /// <summary>What was collected; null if nothing ran.</summary>
    public Workload? Workload
    {
        get
        {
            var best = _recorder.IsFull || _full is null ? _recorder : _full;
            return best.Count == 0 ? null : best.ToWorkload(_processors, _sliceNs);
        }
    }

    /// <summary>Takes the next record.</summary>
    /// <param name="stream">The P, or less than 0.</param>
    /// <param name="time">ns since the trace's start.</param>
    /// <param name="r">The record.</param>
    public void Record(int stream, long time, in BatchCursor r)
    {
        _processors = Math.Max(_processors, stream + 1);
        if (r.Kind is EventKind.SchedulerStart or EventKind.ProcsChange)
        {
            _processors = (int)Math.Clamp(r.Number(0), _processors, SchedulerMerge.MostStreams);
            if (r.Kind == EventKind.SchedulerStart && r.Number(1) > 0)
                _sliceNs = r.Number(1);
            return;
        }
        if (time < selection.FromNs || time >= selection.ToNs)
            return;
        if (_origin < 0)
            _origin = time;
        if (_recorder.IsFull && _isDone)
        {
            _isDone = false;
            while (time - _origin >= _restart)
                _restart *= 2;
            (_full, _recorder) = (_recorder, new WorkloadRecorder(MostJobs));
        }
        Take(stream, time, in r);
        if (!_recorder.IsFull)
            return;
        // What still runs is waited for, a while.
        _lastJob ??= time;
        if (_recorder.Open > 0 && time - _lastJob < LongestWait)
            return;
        (_isDone, _lastJob) = (true, null);
        IdleUntil = _origin + _restart;
    }

    /// <summary>The records of a P are missing from here on.</summary>
    public void Loss(int stream, long time) => _recorder.Lost(stream, time);

    private void Take(int stream, long time, in BatchCursor r)
    {
        long g = r.Number(0);
        switch (r.Kind)
        {
            case EventKind.GoCreate:
                _recorder.Readied(g, r.Number(1), time);
                break;
            case EventKind.GoUnblock:
                _recorder.Readied(g, r.Number(1), time);
                break;
            case EventKind.GoStart when stream >= 0:
                _recorder.Started(g, stream, time);
                break;
            case EventKind.GoBlock:
                _recorder.Stopped(g, time);
                break;
            case EventKind.GoStop:
                _recorder.GaveWay(g, time);
                break;
            case EventKind.GoDestroy:
                _recorder.Ended(g, time);
                break;
            case EventKind.ProcRetake when (HandoffReason)r.Number(2) != HandoffReason.Hog:
                // A call that lost its P: what is left of it is waiting for the outside.
                _recorder.Stopped(r.Number(1), time);
                break;
            case EventKind.GoSyscallEndBlocked:
                _recorder.Readied(g, 0, time);
                break;
        }
    }
}
