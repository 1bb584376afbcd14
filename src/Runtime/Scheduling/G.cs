using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// A goroutine: what it runs, where it stopped, and what the scheduler must know of it. Reused after its end, as Go does
/// (runtime/proc.go: gfget). About 200 bytes with its first frame, against the 2 KB of a Go stack.
/// </summary>
/// <remarks>
/// Owned by whoever has it: the M that runs it, the queue that holds it, the waiter that will ready it. Ownership passes through those
/// structures with their ordering, so the fields are plain. Other threads may read them for dumps and get a slightly older truth.
/// </remarks>
internal sealed class G
{
    internal readonly Scheduler Scheduler;

    internal long Id;

    /// <summary>The next in a queue or on a free list; the queue's owner writes it.</summary>
    internal G? Link;

    /// <summary>The frame to resume; null before the first run.</summary>
    internal GoFrame? Leaf;

    /// <summary>What it runs first: a <c>Func&lt;GoTask&gt;</c> or a <see cref="GoBody"/>.</summary>
    internal object? Body;

    internal ExecutionContext? Context;

    /// <summary>Its wait for something foreign, made at the first such wait and kept.</summary>
    internal ForeignAwait? Foreign;

    /// <summary>What it waited with on a channel last, kept for its next wait. Its own.</summary>
    internal Parker? Waiter;

    /// <summary>What it waits with on locks and the like, made at the first such wait and kept.</summary>
    internal SyncLeaf? SyncLeaf;

    /// <summary>The M that alone may run it, or null. Its own.</summary>
    internal M? LockedM;

    internal Origin Origin = Origin.None;

    internal string? Name;

    internal long ParentId;

    /// <summary>
    /// In a <see cref="WaitReason.Sleep"/>, when it ends, in ticks; in any other wait, since when, by <see cref="Scheduler.CoarseTime"/>. One field:
    /// a million parked goroutines would pay for two.
    /// </summary>
    internal long WaitTime;

    /// <summary>The last generation in which a record told its state.</summary>
    internal int TraceGeneration;

    internal GoStatus Status;

    internal WaitReason WaitReason;

    internal G(Scheduler scheduler) => Scheduler = scheduler;

    internal CreationSite Site => Origin.Site;

    /// <summary>When a sleep ends, in ticks.</summary>
    internal long SleepUntil
    {
        get => WaitTime;
        set => WaitTime = value;
    }
}
