using Gmp.Tracing;

namespace Gmp.Analysis.Simulation;

/// <summary>Collects the work of one scheduler from its records, up to a limit.</summary>
/// <remarks>One thread. What a trace does not say (who readied a goroutine before it starts, what a lost batch held) counts as come from outside.</remarks>
/// <param name="mostJobs">The limit. A replay of 300,000 takes about half a second and 50 MB.</param>
internal sealed class WorkloadRecorder(int mostJobs)
{
    private const int None = -1;

    private readonly List<ReplayJob> _jobs = [];
    private readonly List<long> _starts = [];
    private readonly Dictionary<long, Goroutine> _goroutines = [];
    private readonly List<Goroutine?> _running = [];
    private long _first = -1;
    private long _last;

    /// <summary>True once there is no room for more.</summary>
    public bool IsFull => _jobs.Count >= mostJobs;

    /// <summary>How many of them still run.</summary>
    public int Open { get; private set; }

    /// <summary>How many jobs there are.</summary>
    public int Count => _jobs.Count;

    /// <summary>A goroutine became runnable on behalf of a P's goroutine.</summary>
    /// <param name="g">Its id.</param>
    /// <param name="by">The id of the one that readied or created it, or 0.</param>
    /// <param name="time">When.</param>
    public void Readied(long g, long by, long time)
    {
        var it = Of(g);
        // Readied twice, or while it runs on towards its wait: the first time counts.
        if (it.IsReleased)
            return;
        it.IsReleased = true;
        if (by != 0 && _goroutines.TryGetValue(by, out var waker) && waker.IsOpen)
            (it.ReleasedBy, it.Release) = (waker.Job, Math.Max(0, time - _starts[waker.Job]));
        else if (it.Job != None)
            (it.ReleasedBy, it.Release) = (it.Job, Math.Max(0, time - _starts[it.Job]));
        else
            (it.ReleasedBy, it.Release) = (None, Math.Max(0, time - Origin(time)));
    }

    /// <summary>A goroutine starts to run on a P.</summary>
    public void Started(long g, int p, long time)
    {
        var it = Of(g);
        if (it.IsOpen)
            Close(it, time);
        while (_running.Count <= p)
            _running.Add(null);
        if (_running[p] is { IsOpen: true } other && other != it)
            Close(other, time);
        _running[p] = it;
        if (IsFull)
            return;
        if (!it.IsReleased)
            Readied(g, 0, time);
        _jobs.Add(new ReplayJob(it.Release, 0, it.ReleasedBy, it.Job));
        _starts.Add(time);
        Open++;
        (it.Job, it.IsOpen, it.IsReleased) = (_jobs.Count - 1, true, false);
    }

    /// <summary>A goroutine stopped: it waits, ended, or lost its P in a system call.</summary>
    public void Stopped(long g, long time)
    {
        if (_goroutines.TryGetValue(g, out var it) && it.IsOpen)
            Close(it, time);
    }

    /// <summary>A goroutine gave way and is runnable at once.</summary>
    public void GaveWay(long g, long time)
    {
        Stopped(g, time);
        Readied(g, 0, time);
    }

    /// <summary>It ended: its id may come again.</summary>
    public void Ended(long g, long time)
    {
        Stopped(g, time);
        _goroutines.Remove(g);
    }

    /// <summary>The records of a P are missing from here on.</summary>
    public void Lost(int p, long time)
    {
        if (p >= 0 && p < _running.Count && _running[p] is { IsOpen: true } it)
            Close(it, time);
    }

    /// <summary>What was collected so far; jobs that go on end now.</summary>
    /// <param name="processors">How many Ps the trace had.</param>
    /// <param name="sliceNs">After how long a goroutine loses its P, ns.</param>
    public Workload ToWorkload(int processors, long sliceNs)
    {
        foreach (var it in _goroutines.Values)
        {
            if (it.IsOpen)
                Close(it, _last);
        }
        return new Workload(_jobs, processors, sliceNs, _first < 0 ? 0 : _last - _first) { IsPart = IsFull };
    }

    private void Close(Goroutine it, long time)
    {
        it.IsOpen = false;
        Open--;
        _jobs[it.Job] = _jobs[it.Job] with { RunNs = Math.Max(0, time - _starts[it.Job]) };
        _last = Math.Max(_last, time);
    }

    private long Origin(long time) => _first < 0 ? _first = time : _first;

    private Goroutine Of(long g)
    {
        if (!_goroutines.TryGetValue(g, out var known))
            _goroutines[g] = known = new Goroutine();
        return known;
    }

    private sealed class Goroutine
    {
        public int Job = None;           // its last
        public bool IsOpen;              // which still runs
        public bool IsReleased;          // for the next one
        public int ReleasedBy = None;
        public long Release;
    }
}
