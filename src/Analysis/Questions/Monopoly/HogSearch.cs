using Gmp.Analysis.Model;
using Gmp.Analysis.Questions.Calls;
using Gmp.Analysis.Reading;

namespace Gmp.Analysis.Questions.Monopoly;

/// <summary>Finds the slices that are hogs', groups them by where their goroutines were created, and finds who waited.</summary>
internal sealed class HogSearch
{
    private readonly TraceModel _model;
    private readonly TraceInfo _info;

    private HogSearch(LoadedTrace trace)
    {
        _model = trace.Model;
        _info = trace.Info;
    }

    /// <summary>The groups, the worst first.</summary>
    public IReadOnlyList<HogGroup> Groups { get; private set; } = [];

    /// <summary>Slices that were too long while their threads had no CPU, or that nobody watched.</summary>
    public IReadOnlyList<Slice> NotToBlame { get; private set; } = [];

    /// <summary>Slices that were too long only since the runtime stopped all threads meanwhile; their lengths are those without these pauses.</summary>
    public IReadOnlyList<Slice> OnlyPaused { get; private set; } = [];

    /// <summary>The longest slice of all, open ones included; null if nothing ran.</summary>
    public Slice? Longest { get; private set; }

    /// <summary>Searches a trace.</summary>
    public static HogSearch Run(LoadedTrace trace)
    {
        var search = new HogSearch(trace);
        search.FindSlices();
        search.FindVictims();
        // Of selected goroutines: those that are hogs, and those that hogs kept waiting.
        search.Groups = [.. search.Groups.Where(g => g.Victims.Count > 0 || g.Slices.Any(s => search._model.Goroutines[s.Slice.Goroutine].IsSelected)).OrderByDescending(g => g.TotalWait).ThenByDescending(g => g.CpuNs)];
        return search;
    }

    private void FindSlices()
    {
        var groups = new Dictionary<(int, object), HogGroup>();
        var others = new List<Slice>();
        var paused = new List<Slice>();
        var pauses = new PauseTimes(_model);
        var open = _model.OpenSlices();
        Longest = _model.LongestSlice;
        foreach (var slice in open)
            Longest = slice.RunNs > (Longest?.RunNs ?? -1) ? slice : Longest;
        foreach (var whole in _model.Slices.Concat(open).OrderBy(s => s.Start))
        {
            long sliceNs = _info.SliceNs(whole.Scheduler);
            if (!HogRule.IsLong(whole, sliceNs))
                continue;
            // While all threads stood still it did nothing, and nothing could be done about it.
            var slice = whole with { RunNs = Math.Max(0, whole.RunNs - pauses.Within(whole.Start, whole.End)) };
            if (!HogRule.IsLong(slice, sliceNs))
            {
                paused.Add(slice);
                continue;
            }
            if (!HogRule.IsHog(slice, sliceNs))
            {
                others.Add(slice);
                continue;
            }
            var key = (slice.Scheduler, (object?)_model.Goroutines[slice.Goroutine].CreatedAt ?? slice.Goroutine);
            if (!groups.TryGetValue(key, out var group))
                groups[key] = group = new HogGroup(slice.Scheduler, sliceNs);
            long until = BlockedUntil(slice);
            long due = slice.LostProcessor ? Math.Min(until, slice.Start + (HogRule.HandoffSlices * sliceNs)) : until;
            group.Slices.Add(new HogSlice(slice, until, due));
        }
        Groups = [.. groups.Values];
        (NotToBlame, OnlyPaused) = (others, paused);
    }

    // After sysmon took the P it takes a moment until another thread runs goroutines on it: they wait for that too.
    private long BlockedUntil(in Slice slice)
    {
        if (!slice.LostProcessor || _model.FindLane(LaneKind.Processor, slice.Scheduler, slice.Processor) is not { } lane)
            return slice.HeldUntil;
        long taken = slice.HeldUntil;
        long until = long.MaxValue;
        for (int i = lane.FirstSpanEndingAfter(taken); i < lane.Spans.Count; i++)
        {
            if (lane.Spans[i].Kind == SpanKind.Spinning || lane.Spans[i].Start < taken)
                continue;
            until = lane.Spans[i].Start;
            break;
        }
        foreach (var idle in lane.IdlePeriods)
        {
            if (idle.Start < taken)
                continue;
            until = Math.Min(until, idle.Start);
            break;
        }
        return until == long.MaxValue ? taken : until;
    }

    private void FindVictims()
    {
        if (Groups.Count == 0)
            return;
        var idle = Groups.Select(g => g.Scheduler).Distinct().ToDictionary(s => s, s => new IdleTimes(_model, s));
        var windows = Groups.ToDictionary(g => g, g => (Held: Windows.Of(g, s => s.BlockedUntil), Due: Windows.Of(g, s => s.DueUntil)));
        foreach (var wait in _model.Waits)
            Blame(wait, windows, idle);
        foreach (var goroutine in _model.Goroutines)
        {
            if (goroutine.Status == Tracing.GoStatus.Runnable)
                Blame(new RunnableWait(goroutine.StatusSince, _model.Duration, goroutine.Index, goroutine.Queue, RunnableWait.Unknown), windows, idle);
        }
    }

    private void Blame(in RunnableWait wait, Dictionary<HogGroup, (Windows Held, Windows Due)> windows, Dictionary<int, IdleTimes> idle)
    {
        var goroutine = _model.Goroutines[wait.Goroutine];
        foreach (var (group, (held, due)) in windows)
        {
            if (goroutine.Scheduler != group.Scheduler || wait.Length < HogRule.LeastWait(group.SliceNs))
                continue;
            // Where nobody said which queue, the P that ran it in the end is the best guess.
            int queue = wait.Queue == RunnableWait.Unknown ? wait.RanOn : wait.Queue;
            long blamed = held.Overlap(queue, wait.Start, wait.End, idle[group.Scheduler]);
            if (blamed < HogRule.LeastWait(group.SliceNs))
                continue;
            if (!group.Victims.TryGetValue(wait.Goroutine, out var victim))
                group.Victims[wait.Goroutine] = victim = new Victim(goroutine);
            victim.Add(blamed, due.Overlap(queue, wait.Start, wait.End, idle[group.Scheduler]));
        }
    }
}
