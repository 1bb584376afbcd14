using Gmp.Analysis.Model;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Questions.Monopoly;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Reading.Ordering;
using Gmp.Tracing;

namespace Gmp.Analysis.Watching;

/// <summary>
/// Follows the goroutines of one scheduler and says when a condition comes true. What it remembers is bounded by the goroutines that are alive and
/// the creation sites of the program: nothing of what has passed.
/// </summary>
internal sealed class SchedulerWatch(int scheduler, IReadOnlyList<WatchCondition> conditions, TraceClock clock, Action<WatchCondition, long, string> fire) : IRecordSink
{
    private const int MostSites = 100_000;

    private readonly WatchCondition? _hog = Find(conditions, WatchKind.Hog);
    private readonly WatchCondition? _wait = Find(conditions, WatchKind.Wait);
    private readonly WatchCondition? _slice = Find(conditions, WatchKind.Slice);
    private readonly WatchCondition? _goroutines = Find(conditions, WatchKind.Goroutines);
    private readonly WatchCondition? _queue = Find(conditions, WatchKind.Queue);
    private readonly Dictionary<long, WatchedGoroutine> _alive = [];
    private readonly Dictionary<long, SourceSite> _sites = [];
    private readonly HashSet<WatchedGoroutine> _running = [];
    private readonly HashSet<WatchedGoroutine> _runnable = [];
    private long _sliceNs = SchedulerInfo.DefaultSliceNs;
    private long _waits;   // that were long enough to make a victim

    /// <summary>Goroutines that are remembered.</summary>
    public int Remembered => _alive.Count;

    public void Record(int stream, int generation, long ticks, in BatchCursor r)
    {
        switch (r.Kind)
        {
            case EventKind.GoStart:
                Start(Of(r.Number(0)), ticks, stream);
                break;
            case EventKind.GoBlock:
                Stop(Of(r.Number(0)), ticks, GoStatus.Waiting);
                break;
            case EventKind.GoStop:
                Stop(Of(r.Number(0)), ticks, GoStatus.Runnable);
                break;
            case EventKind.GoUnblock or EventKind.GoSyscallEndBlocked:
                BecomeRunnable(Of(r.Number(0)), ticks);
                break;
            case EventKind.GoCreate:
                var created = Of(r.Number(0));
                Describe(created, r.Number(2), r.Text(0));
                BecomeRunnable(created, ticks);
                break;
            case EventKind.GoDestroy:
                var ended = Of(r.Number(0));
                Stop(ended, ticks, GoStatus.Dead);
                _alive.Remove(ended.Id);
                break;
            case EventKind.GoSyscallBegin:
                // A system call is the system's time: the slice pauses, and what it was until here is judged.
                Stop(Of(r.Number(0)), ticks, GoStatus.Syscall);
                break;
            case EventKind.GoSyscallEnd:
                Start(Of(r.Number(0)), ticks, stream);
                break;
            case EventKind.GoStatus:
                Status(in r);
                break;
            case EventKind.GoHog:
                Report(Of(r.Number(0)), ticks, stream, r.Number(2), r.Number(3));
                break;
            case EventKind.GoHogEnd:
                var hog = Of(r.Number(0));
                Report(hog, ticks, hog.Processor, r.Number(2), r.Number(3));
                Judge(hog, ticks);
                break;
            case EventKind.Site:
                if (_sites.Count < MostSites)
                    _sites[r.Number(0)] = new SourceSite(r.Text(0), (int)Math.Clamp(r.Number(1), 0, int.MaxValue), r.Text(1));
                break;
            case EventKind.SchedulerStart:
                if (r.Number(1) > 0)
                    _sliceNs = r.Number(1);
                break;
            case EventKind.Heartbeat:
                Beat(ticks, queued: r.Number(0) + r.Number(1), alive: r.Number(4));
                break;
            case EventKind.FlushMark:
                LookAtThoseThatGoOn(ticks);
                break;
            case EventKind.SchedulerStop:
                Forget();
                _alive.Clear();
                break;
        }
    }

    // What began before the gap may have ended in it.
    public void Loss(int stream, long lastTicks) => Forget();

    private void Forget()
    {
        foreach (var g in _running.Concat(_runnable))
            g.Since = WatchedGoroutine.Unknown;
        _running.Clear();
        _runnable.Clear();
    }

    private static WatchCondition? Find(IReadOnlyList<WatchCondition> conditions, WatchKind kind) => conditions.Where(c => c.Kind == kind).MinBy(c => c.Limit);

    private WatchedGoroutine Of(long id)
    {
        if (!_alive.TryGetValue(id, out var known))
            _alive[id] = known = new WatchedGoroutine(id);
        return known;
    }

    private void Describe(WatchedGoroutine g, long site, string name)
    {
        g.Site ??= _sites.GetValueOrDefault(site);
        if (g.Name.Length == 0)
            g.Name = name;
    }

    private void Status(in BatchCursor r)
    {
        var g = Of(r.Number(0));
        Describe(g, r.Number(6), r.Text(0));
        // Repeated with each generation: what is known is newer. Since when is known of nobody here, so nobody is judged by it.
        if (g.Status == GoStatus.Idle)
            g.Status = (GoStatus)r.Number(1);
    }

    private void Start(WatchedGoroutine g, long ticks, int processor)
    {
        EndWait(g, ticks);
        _runnable.Remove(g);
        (g.Status, g.Since, g.Processor, g.IsTold, g.WasReported) = (GoStatus.Running, ticks, processor, false, false);
        (g.ObservedNs, g.OnCpuNs, g.WaitsBefore) = (0, 0, _waits);
        _running.Add(g);
    }

    private void BecomeRunnable(WatchedGoroutine g, long ticks)
    {
        // One that runs was readied before it said that it waits: it is runnable from its stop on, which comes next.
        if (g.Status == GoStatus.Running && _running.Contains(g))
            return;
        (g.Status, g.Since, g.IsTold) = (GoStatus.Runnable, ticks, false);
        _runnable.Add(g);
    }

    private void Stop(WatchedGoroutine g, long ticks, GoStatus status)
    {
        Judge(g, ticks);
        _running.Remove(g);
        _runnable.Remove(g);
        (g.Status, g.Since, g.IsTold) = (status, ticks, false);
        if (status == GoStatus.Runnable)
            _runnable.Add(g);
    }

    private void Report(WatchedGoroutine g, long ticks, int processor, long observedNs, long onCpuNs)
    {
        if (!_running.Contains(g))
            return;
        (g.WasReported, g.ObservedNs, g.OnCpuNs) = (true, observedNs, onCpuNs);
        if (g.Processor < 0)
            g.Processor = processor;
        Judge(g, ticks);
    }

    // A slice, which may go on.
    private void Judge(WatchedGoroutine g, long ticks)
    {
        if (g.IsTold || g.Since == WatchedGoroutine.Unknown || !_running.Contains(g))
            return;
        long ran = clock.ToNs(ticks - g.Since);
        if (_slice is { } slice && ran > slice.Limit)
        {
            g.IsTold = true;
            fire(slice, ticks, $"{g.Label} ran for {Wording.Duration(ran)}{On(g)} without a scheduling point");
        }
        if (_hog is null || ran < _sliceNs)
            return;
        var whole = new Slice(scheduler, 0, g.Processor, 0, ran, ran, ran, g.ObservedNs, g.OnCpuNs, g.WasReported, IsOpen: true);
        long victims = _waits - g.WaitsBefore + _runnable.Count;
        if (!HogRule.IsHog(whole, _sliceNs) || HogRule.CpuNs(whole) < HogRule.WarningSlices * _sliceNs || victims == 0)
            return;
        g.IsTold = true;
        fire(_hog, ticks, $"{g.Label} ran for {Wording.Duration(ran)}{On(g)} without a scheduling point; "
            + $"others waited for a P meanwhile, {Wording.Count(victims, "time")}");
    }

    private void EndWait(WatchedGoroutine g, long ticks)
    {
        if (g.Status is not (GoStatus.Runnable or GoStatus.Preempted) || g.Since == WatchedGoroutine.Unknown)
            return;
        long waited = clock.ToNs(ticks - g.Since);
        if (waited >= HogRule.LeastWait(_sliceNs))
            _waits++;
        JudgeWait(g, ticks, waited, isOver: true);
    }

    private void JudgeWait(WatchedGoroutine g, long ticks, long waited, bool isOver)
    {
        if (_wait is null || waited <= _wait.Limit || g.IsTold)
            return;
        g.IsTold = true;
        var behind = _running.Where(r => r.Since != WatchedGoroutine.Unknown && r != g).MinBy(r => r.Since);
        string whom = behind is null ? "" : $"; {behind.Label} has run for {Wording.Duration(clock.ToNs(ticks - behind.Since))}{On(behind)}";
        fire(_wait, ticks, isOver
            ? $"{g.Label} was runnable for {Wording.Duration(waited)} before it ran{whom}"
            : $"{g.Label} has been runnable for {Wording.Duration(waited)} and has not run{whom}");
    }

    private void LookAtThoseThatGoOn(long ticks)
    {
        foreach (var g in _running)
            Judge(g, ticks);
        if (_wait is null)
            return;
        foreach (var g in _runnable)
        {
            if (g.Since != WatchedGoroutine.Unknown)
                JudgeWait(g, ticks, clock.ToNs(ticks - g.Since), isOver: false);
        }
    }

    private void Beat(long ticks, long queued, long alive)
    {
        if (_queue is { } queue && queued > queue.Limit)
            fire(queue, ticks, $"{Wording.Count(queued, "goroutine")} stood in the run queues");
        if (_goroutines is { } most && alive > most.Limit)
            fire(most, ticks, $"{Wording.Count(alive, "goroutine")} were alive");
    }

    private static string On(WatchedGoroutine g) => g.Processor < 0 ? "" : $" on P{g.Processor}";
}
