using Gmp.Analysis.Model;
using Gmp.Analysis.Questions.Deadlocks;
using Gmp.Analysis.Reading;
using Gmp.Tracing;

namespace Gmp.Analysis.Snapshots;

/// <summary>Every goroutine of a process at one moment.</summary>
public sealed class ProcessSnapshot
{
    internal ProcessSnapshot(TraceModel model, TraceInfo info, bool isComplete)
    {
        (ProcessId, Runtime, IsComplete) = (info.ProcessId, info.Runtime, isComplete);
        Losses = info.EventsLost + info.BatchesLost + info.CorruptBatches;
        TakenUtc = info.StartUtc?.AddTicks(model.Duration / 100);
        // Ps are known by the lanes in which a goroutine has an open span; those without a P run in a lane of their M.
        var places = new Dictionary<int, string>();
        foreach (var lane in model.Lanes)
        {
            if (lane.Spans is [.., { End: long.MaxValue, Goroutine: >= 0 } last])
                places[last.Goroutine] = lane.Label;
        }
        var circles = WaitGraph.Of(model).Cycles;
        var byScheduler = model.Goroutines.Where(g => g.Status is not (GoStatus.Idle or GoStatus.Dead)).ToLookup(g => g.Scheduler);
        Schedulers = [.. info.Schedulers.Where(s => s.StoppedAt is null).Select(s => new SchedulerSnapshot(s, [.. byScheduler[s.Id].Select(g =>
            SnapshotGoroutine.Of(g, model.Duration, places.GetValueOrDefault(g.Index)))],
            [.. circles.Where(c => c.Edges[0].Waiter.Scheduler == s.Id).Select(c => c.Edges.Select(e => SnapshotGoroutine.Of(e.Waiter, model.Duration, null)).ToList())]))];
    }

    /// <summary>The process; 0 if the trace does not say.</summary>
    public int ProcessId { get; }

    /// <summary>The .NET runtime's description. From the target, so escape it.</summary>
    public string Runtime { get; }

    /// <summary>The moment, by the target's clock.</summary>
    public DateTime? TakenUtc { get; }

    /// <summary>False if some scheduler had not told all of its goroutines.</summary>
    public bool IsComplete { get; }

    /// <summary>Pieces that were lost or unreadable: goroutines may be missing.</summary>
    public long Losses { get; }

    /// <summary>The schedulers that run, by number.</summary>
    public IReadOnlyList<SchedulerSnapshot> Schedulers { get; }

    /// <summary>How many goroutines there are.</summary>
    public int Count => Schedulers.Sum(s => s.Goroutines.Count);
}
