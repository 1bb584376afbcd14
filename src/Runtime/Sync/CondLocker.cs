using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// The lock of a <see cref="GoCond"/>, whichever it is (Go: sync.Locker): how a wait gives it back, and how it takes it again in a later step of
/// the same leaf.
/// </summary>
internal abstract class CondLocker
{
    /// <summary>Whether it is locked; a moment's truth.</summary>
    internal abstract bool IsLocked { get; }

    /// <summary>What locking waits on first.</summary>
    internal abstract ISyncObject ParksOn { get; }

    /// <summary>Why locking waits.</summary>
    internal abstract WaitReason Reason { get; }

    /// <summary>Unlocks. In the scheduler, where nothing may throw.</summary>
    internal abstract void Unlock();

    /// <summary>Locks, as <see cref="ISyncObject.Advance"/>; the leaf's waiter is one for <see cref="ParksOn"/>.</summary>
    internal abstract bool Advance(SyncLeaf leaf);

    /// <summary>A mutex.</summary>
    internal sealed class OfMutex(GoMutex mutex) : CondLocker
    {
        internal override bool IsLocked => mutex.IsLocked;

        internal override ISyncObject ParksOn => mutex;

        internal override WaitReason Reason => WaitReason.MutexLock;

        // Here and below: false if somebody unlocked it meanwhile who did not have it. He took what this wait was to give; the wait stays one.
        internal override void Unlock() => _ = mutex.TryUnlock();

        internal override bool Advance(SyncLeaf leaf) => mutex.Advance(leaf);
    }

    /// <summary>The writer's side of a mutex for many readers.</summary>
    internal sealed class OfWriter(GoRWMutex mutex) : CondLocker
    {
        internal override bool IsLocked => mutex.IsWriteLocked;

        internal override ISyncObject ParksOn => mutex.Writers;

        internal override WaitReason Reason => WaitReason.RWMutexLock;

        internal override void Unlock() => _ = mutex.TryUnlock();

        internal override bool Advance(SyncLeaf leaf) => ((ISyncObject)mutex).Advance(leaf);
    }

    /// <summary>The readers' side of one (Go: RWMutex.RLocker).</summary>
    internal sealed class OfReader(GoRWMutex mutex) : CondLocker
    {
        internal override bool IsLocked => mutex.IsReadLocked;

        internal override ISyncObject ParksOn => mutex;

        internal override WaitReason Reason => WaitReason.RWMutexRLock;

        internal override void Unlock() => _ = mutex.TryRUnlock();

        internal override bool Advance(SyncLeaf leaf) => ((ISyncObject)mutex).Advance(leaf);
    }
}
