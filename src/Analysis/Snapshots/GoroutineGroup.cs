using Gmp.Analysis.Model;
using Gmp.Tracing;

namespace Gmp.Analysis.Snapshots;

/// <summary>Goroutines with the same state, wait reason and creation site.</summary>
public sealed class GoroutineGroup
{
    /// <summary>A lock that somebody waited for so long is hardly held for work.</summary>
    private const long LongForALock = 10_000_000_000;

    internal GoroutineGroup(IEnumerable<SnapshotGoroutine> members)
    {
        // Those that have been in the state for longest first, those of whom it is not known last.
        Members = [.. members.OrderByDescending(g => g.SinceNs ?? -1).ThenBy(g => g.Id)];
        int known = 0;
        while (known < Members.Count && Members[known].SinceNs is not null)
            known++;
        LongestNs = Members[0].SinceNs;
        MedianNs = known == 0 ? null : Members[known / 2].SinceNs;
        Suspicion = Members[0] switch
        {
            { Reason: WaitReason.SelectNoCases } => Suspicion.WaitsForEver,
            { Reason: WaitReason.MutexLock or WaitReason.RWMutexLock or WaitReason.RWMutexRLock or WaitReason.Once, SinceNs: >= LongForALock } => Suspicion.LongOnALock,
            _ => Suspicion.None,
        };
    }

    /// <summary>The goroutines, at least one, longest in the state first.</summary>
    public IReadOnlyList<SnapshotGoroutine> Members { get; }

    /// <summary>How long the first of them has been in the state; null if that is known of none.</summary>
    public long? LongestNs { get; }

    /// <summary>The median of how long they have been, of those that it is known of; null if of none.</summary>
    public long? MedianNs { get; }

    /// <summary>Whether this looks like a deadlock.</summary>
    public Suspicion Suspicion { get; }

    /// <summary>Their state, in Go's words.</summary>
    public string State => Members[0].State;

    /// <summary>Where they were created, or null.</summary>
    public SourceSite? CreatedAt => Members[0].CreatedAt;
}

/// <summary>What makes a group of goroutines look like part of a deadlock.</summary>
public enum Suspicion
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Nothing can wake it: a select without cases.</summary>
    WaitsForEver,

    /// <summary>Somebody has waited for a lock for ten seconds or more.</summary>
    LongOnALock,
}
