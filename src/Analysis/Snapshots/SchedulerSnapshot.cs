using Gmp.Analysis.Reading;
using Gmp.Tracing;

namespace Gmp.Analysis.Snapshots;

/// <summary>The goroutines of one scheduler at the moment of a snapshot.</summary>
public sealed class SchedulerSnapshot
{
    internal SchedulerSnapshot(SchedulerInfo scheduler, IReadOnlyList<SnapshotGoroutine> goroutines, IReadOnlyList<IReadOnlyList<SnapshotGoroutine>> circles)
    {
        (Id, Name, Processors, Goroutines, Circles) = (scheduler.Id, scheduler.Name, scheduler.Procs, goroutines, circles);
        Groups =
        [
            .. goroutines.GroupBy(g => (g.Status, g.Reason, g.CreatedAt)).Select(g => new GoroutineGroup(g))
                .OrderByDescending(g => g.Members.Count).ThenByDescending(g => g.LongestNs ?? -1).ThenBy(g => g.Members[0].Id),
        ];
        // A sleep, a socket, a foreign await and a call that blocks wake by themselves.
        AllWait = goroutines.Count > 0 && goroutines.All(g => g.Status == GoStatus.Waiting
            && g.Reason is not (WaitReason.Sleep or WaitReason.IOWait or WaitReason.ForeignAwait));
    }

    /// <summary>Its number in its process, from 1.</summary>
    public int Id { get; }

    /// <summary>Its name, or empty. From the target, so escape it.</summary>
    public string Name { get; }

    /// <summary>How many Ps it has.</summary>
    public int Processors { get; }

    /// <summary>Its goroutines, as the trace met them.</summary>
    public IReadOnlyList<SnapshotGoroutine> Goroutines { get; }

    /// <summary>The same, grouped by state, wait reason and creation site: the biggest group first.</summary>
    public IReadOnlyList<GoroutineGroup> Groups { get; }

    /// <summary>Goroutines that wait for each other's locks in a circle: each has what the one before it waits for, and the first what the last does.</summary>
    public IReadOnlyList<IReadOnlyList<SnapshotGoroutine>> Circles { get; }

    /// <summary>
    /// True if every goroutine waits for another: a deadlock, unless a timer's channel or a thread outside the scheduler wakes one.
    /// </summary>
    public bool AllWait { get; }
}
