using Gmp.Analysis.Model;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions.Deadlocks;

/// <summary>A goroutine that waits for a lock, and who has that.</summary>
/// <param name="Waiter">Who waits.</param>
/// <param name="Holder">Who locked it last.</param>
internal sealed record WaitEdge(GoroutineInfo Waiter, GoroutineInfo Holder)
{
    /// <summary>True where another goroutine than the holder may well be meant to release it: a semaphore is no lock by nature.</summary>
    public bool IsLoose => Waiter.WaitingFor == WaitReason.SemAcquire;
}

/// <summary>Goroutines that wait for each other in a circle: each one's holder is the next one's waiter.</summary>
/// <param name="Edges">The circle, from the goroutine that has waited longest.</param>
internal sealed record WaitCycle(IReadOnlyList<WaitEdge> Edges)
{
    /// <summary>When the last of them began to wait: since then none can go on.</summary>
    public long ClosedAt { get; } = Edges.Max(e => e.Waiter.StatusSince);

    /// <summary>Goroutines that wait for one of the circle, or for one that does.</summary>
    public List<GoroutineInfo> Behind { get; } = [];
}

/// <summary>A lock whose holder has ended, and who waits for it.</summary>
/// <param name="Holder">Who locked it last.</param>
/// <param name="LockId">The lock.</param>
/// <param name="Waiters">Who waits, the one that has waited longest first.</param>
internal sealed record LostLock(GoroutineInfo Holder, long LockId, IReadOnlyList<GoroutineInfo> Waiters);

/// <summary>Who waits for whom at the trace's end. A goroutine waits in one place at a time, so there is at most one edge from each.</summary>
internal sealed class WaitGraph
{
    private readonly Dictionary<GoroutineInfo, WaitEdge> _edges = [];

    /// <summary>For whom a goroutine of a circle, or of those behind one, waits.</summary>
    public WaitEdge EdgeOf(GoroutineInfo goroutine) => _edges[goroutine];

    private WaitGraph(TraceModel model)
    {
        var waiting = model.Goroutines.Where(g => g.Status == GoStatus.Waiting).ToList();
        Waiting = waiting.Count;
        LockWaits = waiting.Count(g => WaitNature.Of(g.WaitingFor) == WaitNature.Kind.Lock);
        var wanted = waiting.Where(g => g.WaitsFor > 0).ToList();
        if (wanted.Count == 0)
            return;
        var ids = wanted.Select(g => (g.Scheduler, g.WaitsFor)).ToHashSet();
        var byId = new Dictionary<(int, long), GoroutineInfo>();
        foreach (var g in model.Goroutines)
        {
            if (ids.Contains((g.Scheduler, g.Id)))
                byId[(g.Scheduler, g.Id)] = g;
        }
        foreach (var g in wanted)
        {
            if (byId.TryGetValue((g.Scheduler, g.WaitsFor), out var holder))
                _edges[g] = new WaitEdge(g, holder);
        }
        FindCycles();
        FindBehind();
        Lost = [.. _edges.Values.Where(e => e.Holder.Status == GoStatus.Dead)
            .GroupBy(e => (e.Holder, e.Waiter.WaitsOnId))
            .Select(l => new LostLock(l.Key.Holder, l.Key.WaitsOnId, [.. l.Select(e => e.Waiter).OrderBy(w => w.StatusSince)]))
            .OrderByDescending(l => l.Waiters.Count)];
    }

    /// <summary>How many goroutines wait at the end.</summary>
    public int Waiting { get; }

    /// <summary>How many of them wait for a lock.</summary>
    public int LockWaits { get; }

    /// <summary>Of how many of <see cref="LockWaits"/> it is known who has the lock.</summary>
    public int Known => _edges.Count;

    /// <summary>The circles; those with the most goroutines behind them first.</summary>
    public IReadOnlyList<WaitCycle> Cycles { get; private set; } = [];

    /// <summary>Locks whose holder has ended.</summary>
    public IReadOnlyList<LostLock> Lost { get; } = [];

    /// <summary>The graph of a trace.</summary>
    public static WaitGraph Of(TraceModel model) => new(model);

    /// <summary>Everybody who is in a circle or behind one, or waits for a lock that is lost.</summary>
    public HashSet<GoroutineInfo> Stuck() =>
        [.. Cycles.SelectMany(c => c.Edges.Select(e => e.Waiter).Concat(c.Behind)), .. Lost.SelectMany(l => l.Waiters)];

    private void FindCycles()
    {
        var cycles = new List<WaitCycle>();
        var seen = new HashSet<GoroutineInfo>();
        foreach (var start in _edges.Keys)
        {
            var path = new List<GoroutineInfo>();
            var at = start;
            while (_edges.TryGetValue(at, out var edge) && seen.Add(at))
            {
                path.Add(at);
                at = edge.Holder;
            }
            // Where the walk ends on its own path it has found a circle; on an earlier one, nothing new.
            int first = path.IndexOf(at);
            if (first < 0)
                continue;
            var members = path.Skip(first).ToList();
            int oldest = members.IndexOf(members.MinBy(m => (m.StatusSince, m.Id))!);
            cycles.Add(new WaitCycle([.. members.Skip(oldest).Concat(members.Take(oldest)).Select(m => _edges[m])]));
        }
        Cycles = cycles;
    }

    private void FindBehind()
    {
        var ends = new Dictionary<GoroutineInfo, WaitCycle?>();
        foreach (var cycle in Cycles)
        {
            foreach (var edge in cycle.Edges)
                ends[edge.Waiter] = cycle;
        }
        foreach (var start in _edges.Keys)
        {
            var path = new List<GoroutineInfo>();
            var at = start;
            WaitCycle? end;
            while (!ends.TryGetValue(at, out end) && _edges.TryGetValue(at, out var edge))
            {
                path.Add(at);
                at = edge.Holder;
            }
            foreach (var passed in path)
            {
                ends[passed] = end;
                end?.Behind.Add(passed);
            }
        }
        Cycles = [.. Cycles.OrderByDescending(c => c.Behind.Count).ThenBy(c => c.ClosedAt)];
    }
}
