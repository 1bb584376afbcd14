using Gmp.Analysis.Model;
using Gmp.Analysis.Model.Accounts;
using Gmp.Analysis.Questions.Calls;
using Gmp.Analysis.Questions.Hosts;
using Gmp.Analysis.Questions.Monopoly;
using Gmp.Analysis.Reading;

namespace Gmp.Analysis.Questions.Waiting;

/// <summary>The waits of one creation site.</summary>
internal sealed class SiteWaits
{
    public long Count { get; set; }
    public long TotalNs { get; set; }
    public long IdleNs { get; set; }
    public RunnableWait Longest { get; set; }
}

/// <summary>
/// Goes through the waits of runnable goroutines once: how long they took, and for how much of that a P was idle. The longest are then looked at one by one:
/// who ran meanwhile.
/// </summary>
internal sealed class WaitSearch
{
    /// <summary>So many waits are looked at one by one; each costs a walk over what its P did meanwhile.</summary>
    private const int MostLong = 2000;

    /// <summary>And so many runs of a P, for one wait.</summary>
    private const int MostRuns = 4096;

    /// <summary>A run of a quarter of a slice is none of the many short ones that a queue is made of.</summary>
    private const int LongRunParts = 4;

    private const int TimesTheQueue = 4;

    /// <summary>GMP002's bound: where threads have no CPU for so much of the time, sysmon has none either.</summary>
    private const double BusyHost = 0.25;

    private readonly TraceModel _model;
    private readonly HostUse _host;
    private readonly TraceInfo _info;
    private readonly Dictionary<int, IdleTimes> _idle = [];
    private readonly Dictionary<(int, int), Lane> _lanes;
    private readonly List<Slice> _hogs = [];
    private readonly HashSet<(int, long)> _slept;
    private readonly PauseTimes _pauses;
    private readonly PriorityQueue<RunnableWait, long> _longest = new();
    private long _leastLong = -1;
    private SiteAccount? _lastAccount;
    private SiteWaits? _lastSite;
    private int _lastScheduler = -1;
    private IdleTimes? _lastIdle;

    private WaitSearch(LoadedTrace trace, HostUse host)
    {
        _host = host;
        _model = trace.Model;
        _info = trace.Info;
        _lanes = _model.Lanes.Where(l => l.Kind == LaneKind.Processor).ToDictionary(l => (l.Scheduler, l.Id));
        _pauses = new PauseTimes(_model);
        _slept = [.. _model.Slices.Where(s => s.SleptNs * 2 >= s.ObservedNs && s.SleptNs > 0).Select(s => (s.Goroutine, s.Start))];
    }

    /// <summary>Waits of goroutines that did not ask for them: created, readied, out of a system call, or sent back since their slice was over.</summary>
    public Distribution Waits { get; } = new();

    /// <summary>Of these, how long a wait went on while a P was idle; those without such a time left out.</summary>
    public Distribution Wakes { get; } = new();

    /// <summary>Waits after a yield: asked for, and no starvation.</summary>
    public Distribution Yields { get; } = new();

    /// <summary>How many of <see cref="Waits"/> by cause.</summary>
    public long[] ByCause { get; } = new long[8];

    /// <summary>By site.</summary>
    public Dictionary<SiteAccount, SiteWaits> Sites { get; } = [];

    /// <summary>The longest waits, the longest first, with what they were spent behind.</summary>
    public IReadOnlyList<LongWait> Long { get; private set; } = [];

    /// <summary>From how long on a wait was looked at: the least of <see cref="Long"/> where there were too many, or 0 where all were.</summary>
    public long LookedAtFrom { get; private set; }

    /// <summary>The slice duration of a scheduler, ns.</summary>
    public long SliceNs(int scheduler) => _info.SliceNs(scheduler);

    /// <summary>Looks at all waits.</summary>
    public static WaitSearch Run(LoadedTrace trace, HostUse host)
    {
        var search = new WaitSearch(trace, host);
        foreach (var wait in trace.Model.Waits)
            search.Take(wait);
        foreach (var goroutine in trace.Model.Goroutines)
        {
            if (goroutine.Status == Tracing.GoStatus.Runnable && goroutine.IsStatusSinceKnown)
                search.Take(new RunnableWait(goroutine.StatusSince, trace.Model.Duration, goroutine.Index, goroutine.Queue, RunnableWait.Unknown, goroutine.ReadiedBy, goroutine.RunnableCause));
        }
        search.FindHogs();
        search.Long = [.. search._longest.UnorderedItems.OrderByDescending(w => w.Priority).ThenBy(w => w.Element.Start).Select(w => search.Explain(w.Element))];
        search.Acquit();
        return search;
    }

    // A run below a slice has no CPU time that sysmon would have measured. If long runs took several times as long as all threads together waited for a CPU in
    // those seconds, the host cannot have made them so.
    private void Acquit()
    {
        if (!_host.IsQueueKnown)
            return;
        var runs = Long.Where(w => w.Behind == Behind.LongRun).GroupBy(w => (w.Blocker, w.Run)).Select(g => g.Key.Run).Distinct().ToList();
        var own = new Dictionary<(long, long), long>();
        foreach (var run in runs)
        {
            if (_host.QueueWithin(run.Start, run.End) is { } second)
                own[(second.Start, second.End)] = own.GetValueOrDefault((second.Start, second.End)) + run.End - run.Start;
        }
        Long = [.. Long.Select(w => w.Behind == Behind.LongRun && _host.QueueWithin(w.Run.Start, w.Run.End) is { } second
            && own[(second.Start, second.End)] >= TimesTheQueue * second.QueueNs ? w with { Behind = Behind.OwnRun } : w)];
    }

    private void Take(in RunnableWait wait)
    {
        long length = wait.Length;
        if (wait.Cause == RunnableCause.Yielded)
        {
            Yields.Add(length);
            return;
        }
        var goroutine = _model.Goroutines[wait.Goroutine];
        long idle = IdleOf(goroutine.Scheduler).Within(wait.Start, wait.End);
        Waits.Add(length);
        ByCause[(int)wait.Cause & 7]++;
        if (idle > 0)
            Wakes.Add(idle);
        var site = SiteOf(goroutine.Account);
        site.Count++;
        site.TotalNs += length;
        site.IdleNs += idle;
        if (length > site.Longest.Length)
            site.Longest = wait;
        if (length <= _leastLong)
        {
            LookedAtFrom = _leastLong;
            return;
        }
        if (_longest.Count < MostLong)
        {
            _longest.Enqueue(wait, length);
            return;
        }
        _longest.EnqueueDequeue(wait, length);
        _longest.TryPeek(out _, out _leastLong);
        LookedAtFrom = _leastLong;
    }

    // Most waits are of the same site and scheduler as the one before.
    private SiteWaits SiteOf(SiteAccount account)
    {
        if (account == _lastAccount)
            return _lastSite!;
        if (!Sites.TryGetValue(account, out var site))
            Sites[account] = site = new SiteWaits();
        (_lastAccount, _lastSite) = (account, site);
        return site;
    }

    private IdleTimes IdleOf(int scheduler)
    {
        if (scheduler == _lastScheduler)
            return _lastIdle!;
        if (!_idle.TryGetValue(scheduler, out var known))
            _idle[scheduler] = known = new IdleTimes(_model, scheduler);
        (_lastScheduler, _lastIdle) = (scheduler, known);
        return known;
    }

    private void FindHogs() =>
        _hogs.AddRange(_model.Slices.Concat(_model.OpenSlices()).Where(s => HogRule.IsHog(s, SliceNs(s.Scheduler))).OrderBy(s => s.Start));

    private LongWait Explain(RunnableWait wait)
    {
        var goroutine = _model.Goroutines[wait.Goroutine];
        long from = Math.Max(_model.Start, wait.Start), to = wait.End, length = Math.Max(1, to - from);
        long idle = IdleOf(goroutine.Scheduler).Within(from, to);
        // Who waits on the global queue waits for any P; the one that took it in the end is as good as another.
        int on = wait.Queue >= 0 ? wait.Queue : wait.RanOn;
        int blocker = -1, runs = 0;
        long blockerNs = 0, longNs = 0;
        var kind = SpanKind.Running;
        (long, long) run = default;
        if (on >= 0 && _lanes.TryGetValue((goroutine.Scheduler, on), out var lane))
        {
            for (int i = lane.FirstSpanEndingAfter(from); i < lane.Spans.Count && runs < MostRuns; i++)
            {
                ref readonly var span = ref lane.Spans[i];
                if (span.Start >= to)
                    break;
                if (span.Kind == SpanKind.Spinning || span.Goroutine < 0)
                    continue;
                runs++;
                long overlap = Math.Min(to, span.End) - Math.Max(from, span.Start);
                if (overlap >= SliceNs(goroutine.Scheduler) / LongRunParts)
                    longNs += overlap;
                if (overlap > blockerNs)
                    (blocker, blockerNs, kind, run) = (span.Goroutine, overlap, span.Kind, (span.Start, Math.Min(span.End, _model.Duration)));
            }
        }
        long paused = _pauses.Within(from, to);
        var behind = paused * 2 >= length ? Behind.Pause
            : idle * 2 >= length ? Behind.Wake
            : blocker < 0 ? (on >= 0 ? Behind.Thread : Behind.Unknown)
            : Math.Max(longNs, blockerNs) * 2 < length - paused ? Behind.Queue
            : kind == SpanKind.Syscall ? (_host.WaitShareWithin(run.Item1, run.Item2) >= BusyHost ? Behind.LateSysmon : Behind.Call)
            : _slept.Contains((blocker, run.Item1)) ? Behind.Call
            : HogAt(blocker, run.Item1) is { } hog ? HogOf(hog)
            : Behind.LongRun;
        return new LongWait(wait, idle, behind, blocker, blockerNs, runs, run);

        // All of its slice, the part without a P too, is what it did.
        Behind HogOf(in Slice hog)
        {
            run = (hog.Start, hog.End);
            return Behind.Hog;
        }
    }

    private Slice? HogAt(int goroutine, long start)
    {
        int at = _hogs.FindIndex(h => h.Goroutine == goroutine && h.Start <= start && start <= h.End);
        return at < 0 ? null : _hogs[at];
    }
}
