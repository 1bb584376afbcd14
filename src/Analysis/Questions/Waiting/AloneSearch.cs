using Gmp.Analysis.Model;
using Gmp.Analysis.Model.Accounts;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions.Waiting;

/// <summary>Goroutines of one creation site that ran alone for long, while every other P had nothing to do and somebody waited for them to be done.</summary>
/// <param name="Site">The site.</param>
/// <param name="Alone">How long each of them ran alone, with its place in <see cref="TraceModel.Goroutines"/>.</param>
/// <param name="OthersMeanNs">How long the other children of the same parents ran at the mean.</param>
/// <param name="Parent">Who created one of them, and waits.</param>
/// <param name="IdleProcessors">How many Ps had nothing to do meanwhile.</param>
internal sealed record Stragglers(SiteAccount Site, IReadOnlyList<(int Goroutine, long Ns)> Alone, long OthersMeanNs, GoroutineInfo Parent, int IdleProcessors)
{
    /// <summary>How long they ran alone in all.</summary>
    public long TotalNs => Alone.Sum(a => a.Ns);
}

/// <summary>Finds work that is shared out unevenly: one part of it runs on while the Ps that did the others are idle.</summary>
internal sealed class AloneSearch
{
    /// <summary>A shorter gap is a switch, or a wake.</summary>
    private const long LeastGapNs = 50_000;

    /// <summary>Who ran alone for less held nobody up.</summary>
    private const long LeastAloneNs = 2_000_000;

    /// <summary>So many times as long as its siblings ran.</summary>
    private const int TimesTheOthers = 4;

    // What one waits by for others to be done. A sleep, a lock and a socket are none of them.
    private static readonly WaitReason[] s_joins =
        [WaitReason.WaitGroupWait, WaitReason.ChanReceive, WaitReason.Select, WaitReason.SemAcquire, WaitReason.CondWait, WaitReason.ForeignAwait];

    private readonly TraceModel _model;
    private readonly Dictionary<int, long> _alone = [];

    private AloneSearch(TraceModel model) => _model = model;

    /// <summary>The sites, the one that ran alone for longest first.</summary>
    public static IReadOnlyList<Stragglers> Run(TraceModel model)
    {
        var search = new AloneSearch(model);
        var found = new List<Stragglers>();
        foreach (var scheduler in model.Lanes.Where(l => l.Kind == LaneKind.Processor).GroupBy(l => l.Scheduler))
        {
            List<Lane> lanes = [.. scheduler];
            if (lanes.Count < 2)
                continue;
            search._alone.Clear();
            search.Sweep(lanes);
            found.AddRange(search.Group(scheduler.Key, lanes.Count - 1));
        }
        return [.. found.OrderByDescending(s => s.TotalNs)];
    }

    // When all Ps but one had nothing to run, whoever ran on that one ran alone.
    private void Sweep(List<Lane> lanes)
    {
        var gaps = lanes.ConvertAll(Gaps);
        var next = new PriorityQueue<(int Lane, int Gap, bool Begins), long>();
        for (int i = 0; i < lanes.Count; i++)
        {
            if (gaps[i].Count > 0)
                next.Enqueue((i, 0, true), gaps[i][0].Start);
        }
        var at = new int[lanes.Count];
        var isUnused = new bool[lanes.Count];
        int unused = 0;
        long since = -1;
        while (next.TryDequeue(out var e, out long time))
        {
            if (since >= 0)
                Credit(lanes, Array.IndexOf(isUnused, false), at, since, time);
            isUnused[e.Lane] = e.Begins;
            unused += e.Begins ? 1 : -1;
            since = unused == lanes.Count - 1 ? time : -1;
            if (e.Begins)
                next.Enqueue((e.Lane, e.Gap, false), gaps[e.Lane][e.Gap].End);
            else if (e.Gap + 1 < gaps[e.Lane].Count)
                next.Enqueue((e.Lane, e.Gap + 1, true), gaps[e.Lane][e.Gap + 1].Start);
        }
        if (since >= 0)
            Credit(lanes, Array.IndexOf(isUnused, false), at, since, _model.Duration);
    }

    private List<(long Start, long End)> Gaps(Lane lane)
    {
        var gaps = new List<(long, long)>();
        long end = _model.Start;
        foreach (var span in lane.Spans)
        {
            if (span.Kind == SpanKind.Spinning)
                continue;
            if (span.Start - end >= LeastGapNs)
                gaps.Add((end, span.Start));
            end = Math.Max(end, span.End);
        }
        if (_model.Duration - end >= LeastGapNs)
            gaps.Add((end, _model.Duration));
        return gaps;
    }

    private void Credit(List<Lane> lanes, int lane, int[] at, long start, long end)
    {
        if (lane < 0 || end - start < LeastGapNs)
            return;
        var spans = lanes[lane].Spans;
        ref int i = ref at[lane];
        while (i < spans.Count && spans[i].End <= start)
            i++;
        for (int k = i; k < spans.Count && spans[k].Start < end; k++)
        {
            if (spans[k].Kind == SpanKind.Running && spans[k].Goroutine >= 0)
                _alone[spans[k].Goroutine] = _alone.GetValueOrDefault(spans[k].Goroutine) + Math.Min(end, spans[k].End) - Math.Max(start, spans[k].Start);
        }
    }

    private IEnumerable<Stragglers> Group(int scheduler, int idle)
    {
        var candidates = _alone.Where(a => a.Value >= LeastAloneNs && _model.Goroutines[a.Key].Parent > 0).ToList();
        if (candidates.Count == 0)
            yield break;
        var parents = candidates.Select(a => _model.Goroutines[a.Key].Parent).ToHashSet();
        var known = new Dictionary<long, GoroutineInfo>();
        var children = new Dictionary<(long Parent, SiteAccount? Site), (int Count, long Ns)>();   // of a site, and with null of all
        foreach (var g in _model.Goroutines)
        {
            if (g.Scheduler != scheduler)
                continue;
            if (parents.Contains(g.Id))
                known[g.Id] = g;
            if (parents.Contains(g.Parent))
            {
                Count(children, (g.Parent, null), g);
                Count(children, (g.Parent, g.Account), g);
            }
        }
        foreach (var site in candidates.GroupBy(a => _model.Goroutines[a.Key].Account))
        {
            var stragglers = new List<(int, long)>();
            GoroutineInfo? waits = null;
            long others = 0;
            foreach (var (index, ns) in site)
            {
                var g = _model.Goroutines[index];
                var (all, same) = (children[(g.Parent, null)], children[(g.Parent, g.Account)]);
                // Those of other Go calls; where all come of one, the others of that.
                var (count, sum) = all.Count > same.Count ? (all.Count - same.Count, all.Ns - same.Ns) : (all.Count - 1, all.Ns - g.RunningTime);
                if (count < 1 || !known.TryGetValue(g.Parent, out var parent) || !IsJoiner(parent, site.Sum(a => a.Value)))
                    continue;
                long mean = sum / count;
                if (g.RunningTime < TimesTheOthers * mean)
                    continue;
                stragglers.Add((index, ns));
                (waits, others) = (parent, mean);
            }
            if (waits is not null)
                yield return new Stragglers(site.Key, [.. stragglers.OrderByDescending(s => s.Item2)], others, waits, idle);
        }
    }

    private static void Count(Dictionary<(long, SiteAccount?), (int Count, long Ns)> children, (long, SiteAccount?) key, GoroutineInfo g)
    {
        var (count, ns) = children.GetValueOrDefault(key);
        children[key] = (count + 1, ns + g.RunningTime);
    }

    private static bool IsJoiner(GoroutineInfo parent, long aloneNs) => s_joins.Sum(r => parent.Account.Blocked(r).WaitNs) * 2 >= aloneNs;
}
