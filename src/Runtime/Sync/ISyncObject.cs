using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// What goroutines wait on with a <see cref="SyncLeaf"/>: a lock, a semaphore, a condition. Only its slow paths go through here.
/// </summary>
internal interface ISyncObject
{
    /// <summary>The id that traces know it by.</summary>
    long Id { get; }

    /// <summary>
    /// Whom one waits for that waits here for this reason, for traces: the id of a goroutine of a scheduler, or 0 where none is known. Any thread; a moment's truth.
    /// </summary>
    long HolderSeen(WaitReason reason, Scheduler scheduler) => 0;

    /// <summary>
    /// Goes on for a goroutine that was readied, or that had to give way before it could begin. In goroutine code, where nothing may throw.
    /// </summary>
    /// <returns>True if the wait is over, in success or canceled; false if it parks on <see cref="SyncLeaf.Waiter"/>.</returns>
    bool Advance(SyncLeaf leaf);

    /// <summary>Under the gate: takes what is waited for, or queues the waiter. See <see cref="Parker.Commit"/>.</summary>
    /// <returns>False if it need not wait: it is granted, or was canceled before.</returns>
    bool TryPark(SyncWaiter waiter);

    /// <summary>Under the gate: marks the waiter canceled and takes it off the queue. See <see cref="CancelableParker"/>.</summary>
    /// <returns>True if it was queued.</returns>
    bool TryWithdraw(SyncWaiter waiter);
}
