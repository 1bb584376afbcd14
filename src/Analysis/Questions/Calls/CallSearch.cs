using Gmp.Analysis.Model;
using Gmp.Analysis.Questions.Monopoly;
using Gmp.Analysis.Reading;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions.Calls;

/// <summary>Finds the calls that kept a P, those that the scheduler was not told of among them, and who waited for it meanwhile.</summary>
internal sealed class CallSearch
{
    /// <summary>sysmon looks every 20 us at most: a shorter call is over before anybody could take its P.</summary>
    private const long LeastKeptNs = 20_000;

    /// <summary>Of a slice that slept, this part must be sleep: then it is a call that blocks, and not work with a moment's wait in it.</summary>
    private const double LeastSleep = 0.5;

    /// <summary>... and a fifth of a scheduler's slice must have been seen: while it waits for the lock of the allocator, .NET sleeps for 5 ms, of which sysmon sees less.</summary>
    private const int SlicesPerSleep = 5;

    /// <summary>... and sysmon must have watched this part of it: of a slice that took long because the host stood still, one look says nothing.</summary>
    private const double LeastWatched = 0.25;

    /// <summary>Where the runtime stopped all threads for more than this part of a slice, by a collection or for a sampler, the sleep is its doing.</summary>
    private const double MostPaused = 0.1;

    // As for hogs: a wait below a hundredth of a slice is that of any queue.
    private const int SlicesPerLeastWait = 100;

    /// <summary>
    /// sysmon takes the P of a call that it has seen in two rounds while work is queued. Its rounds are a fifth of a slice apart at most: what a call kept its P longer is the
    /// host's doing, which kept sysmon from its round.
    /// </summary>
    private const double DueSlices = 0.4;

    // The groups that can matter: the rest keeps the search short in a trace with thousands of sites.
    private const int MostGroups = 12;

    private readonly TraceModel _model;
    private readonly Dictionary<(Model.Accounts.SiteAccount, bool), CallGroup> _groups = [];
    private readonly TraceInfo _info;

    private CallSearch(LoadedTrace trace)
    {
        _model = trace.Model;
        _info = trace.Info;
    }

    /// <summary>The groups, those that made others wait longest first.</summary>
    public IReadOnlyList<CallGroup> Groups { get; private set; } = [];

    /// <summary>Searches a trace.</summary>
    public static CallSearch Run(LoadedTrace trace)
    {
        var search = new CallSearch(trace);
        search.FindTold();
        search.FindHidden();
        var groups = search._groups.Values.OrderByDescending(g => g.KeptNs).Take(MostGroups).ToList();
        search.FindVictims(groups);
        search.Groups = [.. groups.OrderByDescending(g => g.WaitedNs).ThenByDescending(g => g.KeptNs)];
        return search;
    }

    /// <summary>The slice of a scheduler, ns.</summary>
    public long SliceNs(int scheduler) => _info.SliceNs(scheduler);

    /// <summary>The least wait that makes a victim, ns.</summary>
    public long LeastWaitNs(int scheduler) => Math.Max(1_000, SliceNs(scheduler) / SlicesPerLeastWait);

    private void FindTold()
    {
        foreach (var lane in _model.Lanes)
        {
            if (lane.Kind != LaneKind.Processor)
                continue;
            long due = (long)(DueSlices * SliceNs(lane.Scheduler));
            foreach (var span in lane.Spans)
            {
                if (span.Kind != SpanKind.Syscall || span.Goroutine < 0)
                    continue;
                long start = Math.Max(span.Start, _model.Start), end = Math.Min(span.End, _model.Duration);
                if (end - start >= LeastKeptNs)
                    Group(span.Goroutine, isHidden: false).Add(new KeptPeriod(lane.Id, start, end, Math.Min(end, start + due)), span.Goroutine);
            }
        }
        // From the Ps one after the other.
        foreach (var group in _groups.Values)
            group.Kept.Sort(static (a, b) => a.Start.CompareTo(b.Start));
    }

    private void FindHidden()
    {
        var pauses = new PauseTimes(_model);
        foreach (var slice in _model.Slices.Concat(_model.OpenSlices()).Where(s => s.SleptNs > 0).OrderBy(s => s.Start))
        {
            double sleep = slice.ObservedNs > 0 ? Math.Min(1, (double)slice.SleptNs / slice.ObservedNs) : 0;
            if (sleep < LeastSleep || slice.SleptNs * SlicesPerSleep < SliceNs(slice.Scheduler) || slice.ObservedNs < LeastWatched * slice.RunNs)
                continue;
            long start = Math.Max(slice.Start, _model.Start), end = Math.Min(slice.HeldUntil, _model.Duration);
            if (pauses.Within(start, end) > MostPaused * (end - start))
                continue;
            Group(slice.Goroutine, isHidden: true).Add(new KeptPeriod(slice.Processor, start, Math.Max(start, end), Math.Max(start, end)), slice.Goroutine, sleep * (end - start));
        }
    }

    private CallGroup Group(int goroutine, bool isHidden)
    {
        var g = _model.Goroutines[goroutine];
        if (!_groups.TryGetValue((g.Account, isHidden), out var group))
            _groups[(g.Account, isHidden)] = group = new CallGroup(g.Scheduler, g.Account, isHidden);
        return group;
    }

    private void FindVictims(List<CallGroup> groups)
    {
        if (groups.Count == 0)
            return;
        var idle = groups.Select(g => g.Scheduler).Distinct().ToDictionary(s => s, s => new IdleTimes(_model, s));
        var windows = groups.ConvertAll(g => (Group: g, Kept: Windows.Of(g.Kept.Select(k => (k.Processor, k.Start, k.End))), Due: Windows.Of(g.Kept.Select(k => (k.Processor, k.Start, k.DueUntil)))));
        foreach (var wait in _model.Waits)
            Blame(wait);
        foreach (var g in _model.Goroutines)
        {
            if (g.Status == GoStatus.Runnable)
                Blame(new RunnableWait(g.StatusSince, _model.Duration, g.Index, g.Queue, RunnableWait.Unknown));
        }

        void Blame(in RunnableWait wait)
        {
            int scheduler = _model.Goroutines[wait.Goroutine].Scheduler;
            long least = LeastWaitNs(scheduler);
            if (wait.Length < least)
                return;
            int queue = wait.Queue == RunnableWait.Unknown ? wait.RanOn : wait.Queue;
            foreach (var (group, kept, due) in windows)
            {
                if (group.Scheduler != scheduler)
                    continue;
                long waited = kept.Overlap(queue, wait.Start, wait.End, idle[scheduler]);
                if (waited >= least)
                    group.Blame(wait.Goroutine, waited, due.Overlap(queue, wait.Start, wait.End, idle[scheduler]));
            }
        }
    }
}
