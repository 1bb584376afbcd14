using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// A mutual exclusion lock (Go: sync.Mutex): <c>using (await mutex.Lock()) { ... }</c>, or <see cref="Lock()"/> and <see cref="Unlock"/>.
/// Not reentrant. It belongs to no goroutine: one may lock it and another unlock it.
/// </summary>
/// <remarks>
/// <para>Thread-safe. <see cref="Lock()"/> is for goroutines; <see cref="TryLock"/> and <see cref="Unlock"/> for any thread. The free lock
/// costs one interlocked operation each and no allocation.</para>
/// <para>Two modes (sync/mutex.go). In normal mode an unlock makes the lock free and readies the oldest waiter, which must compete for it:
/// whoever runs already is likely to win, and that is what makes it fast, since a lock that was handed to a goroutine which has to be
/// scheduled first is idle that long. One that misses it goes back to the head of the queue; if it has waited for more than 1 ms it
/// puts the mutex into starvation mode, in which an unlock hands the lock to the head of the queue and nobody else tries. That ends when
/// the lock goes to the last waiter, or to one that waited for less than 1 ms.</para>
/// <para>Before it parks, a goroutine spins for a moment, if another P runs, which may be about to unlock, and no one waits for this P.
/// It spins with the bit Woken, so that the unlock does not ready another one meanwhile.</para>
/// <para>Invariants. Waiting is set exactly while the queue is not empty and changes under the gate. Starving implies Locked and Waiting.
/// Who has the bit Woken ends with the lock, or gives the bit back in one exchange that finds the lock held: its holder will then see
/// that a waiter must be woken. Rejected: handing over in every unlock, which lets each critical section wait for a switch.</para>
/// </remarks>
public sealed class GoMutex : ISyncObject
{
    private const int Locked = 1, Waiting = 2, Woken = 4, Starving = 8;

    /// <summary>Rounds of spinning before a goroutine parks (Go: active_spin).</summary>
    internal const int SpinRounds = 4;

    /// <summary>The pause in a round, in the framework's normalized spins, some 1 us.</summary>
    internal const int SpinPause = 30;

    /// <summary>How long a goroutine waits before it makes the mutex fair (Go: starvationThresholdNs).</summary>
    private static readonly long s_starvingAfter = Clock.FromNanoseconds(1_000_000);

    private int _state;
    private SpinGate _gate;
    private SyncWaiterQueue _waiters;
    private LockHolder _holder;
    private long _id;

    /// <summary>Whether it is locked; a moment's truth.</summary>
    public bool IsLocked => (Volatile.Read(ref _state) & Locked) != 0;

    /// <summary>The id that traces know it by.</summary>
    internal long Id => ObjectIds.Of(ref _id);

    long ISyncObject.Id => Id;

    long ISyncObject.HolderSeen(WaitReason reason, Scheduler scheduler) => HolderSeen(scheduler);

    /// <summary>Who locked it last, for traces: the id of a goroutine of a scheduler, or 0. A moment's truth.</summary>
    internal long HolderSeen(Scheduler scheduler) => _holder.Of(scheduler);

    /// <summary>Waits until the mutex is this caller's.</summary>
    /// <returns>Await it; disposing of what that gives unlocks.</returns>
    public LockAwaitable Lock() => new(this, null);

    /// <inheritdoc cref="Lock()"/>
    /// <param name="token">Ends the wait, which then throws <see cref="OperationCanceledException"/>. Does nothing once the mutex is locked.</param>
    public LockAwaitable Lock(CancellationToken token)
    {
        if (!token.CanBeCanceled)
            return new(this, null);
        if (token.IsCancellationRequested)
            return new(this, SyncLeaf.Canceled(token));
        var m = M.Current;
        if (!SchedulingPoint.MustGiveWay(m) && TryAcquire(m))
            return new(this, SyncLeaf.Done);
        return new(this, SyncLeaf.New(this, this, WaitReason.MutexLock, token));
    }

    /// <summary>Locks if that needs no wait; may overtake those who wait, as in Go.</summary>
    public bool TryLock()
    {
        int state = Volatile.Read(ref _state);
        if ((state & Locked) != 0 || Interlocked.CompareExchange(ref _state, state | Locked, state) != state)
            return false;
        Took(M.Current, state);
        return true;
    }

    /// <summary>Unlocks. By whoever is done with it, on any thread.</summary>
    /// <exception cref="SynchronizationLockException">It was not locked (in Go a fatal error).</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Unlock()
    {
        if (Interlocked.CompareExchange(ref _state, 0, Locked) != Locked && !UnlockSlow())
            ThrowNotLocked();
    }

    /// <summary>Unlocks where nothing may throw.</summary>
    /// <returns>False if it was not locked.</returns>
    internal bool TryUnlock() => Interlocked.CompareExchange(ref _state, 0, Locked) == Locked || UnlockSlow();

    /// <summary>Locks, spinning for a moment if that is likely to help.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryAcquire(M? m)
    {
        if (Interlocked.CompareExchange(ref _state, Locked, 0) != 0)
            return TryAcquireSlow(m, awoken: false);
        _holder.Set(m);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryAcquireSlow(M? m, bool awoken)
    {
        int spins = 0;
        int state = Volatile.Read(ref _state);
        while (true)
        {
            if ((state & Locked) == 0)
            {
                int taken = awoken ? (state | Locked) & ~Woken : state | Locked;
                int found = Interlocked.CompareExchange(ref _state, taken, state);
                if (found == state)
                {
                    Took(m, state);
                    return true;
                }
                state = found;
                continue;
            }
            // In starvation mode the lock goes to the queue.
            if ((state & Starving) == 0 && spins < SpinRounds && m is not null && m.MaySpin)
            {
                if (!awoken && (state & (Woken | Waiting)) == Waiting)
                    awoken = Interlocked.CompareExchange(ref _state, state | Woken, state) == state;
                Thread.SpinWait(SpinPause);
                spins++;
                state = Volatile.Read(ref _state);
                continue;
            }
            if (!awoken)
                return false;
            // The bit goes back only where the lock is held: had its holder unlocked before, it would have readied nobody for our sake.
            int seen = Interlocked.CompareExchange(ref _state, state & ~Woken, state);
            if (seen == state)
                return false;
            state = seen;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool UnlockSlow()
    {
        int state = Volatile.Read(ref _state);
        while (true)
        {
            if ((state & Locked) == 0)
                return false;
            if ((state & Starving) != 0)
            {
                if (TryHandOff())
                    return true;
                state = Volatile.Read(ref _state);
                continue;
            }
            int seen = Interlocked.CompareExchange(ref _state, state & ~Locked, state);
            if (seen != state)
            {
                state = seen;
                continue;
            }
            if ((state & (Waiting | Woken)) == Waiting)
                WakeOne();
            return true;
        }
    }

    /// <summary>Readies the oldest waiter to try, unless somebody has the lock again or is about to try: then that one's unlock does it.</summary>
    private void WakeOne()
    {
        _gate.Enter();
        int state = Volatile.Read(ref _state);
        while ((state & (Waiting | Locked | Woken)) == Waiting)
        {
            var waiter = _waiters.First!;
            int next = waiter.Next is null ? (state | Woken) & ~Waiting : state | Woken;
            int seen = Interlocked.CompareExchange(ref _state, next, state);
            if (seen != state)
            {
                state = seen;
                continue;
            }
            _waiters.Remove(waiter);
            waiter.IsAwoken = true;
            _gate.Exit();
            waiter.G!.Scheduler.Ready(waiter.G);
            return;
        }
        _gate.Exit();
    }

    /// <summary>In starvation mode: the lock stays locked and is the oldest waiter's.</summary>
    /// <returns>False if the mode was left, since the waiters were canceled.</returns>
    private bool TryHandOff()
    {
        _gate.Enter();
        if ((Volatile.Read(ref _state) & Starving) == 0)
        {
            _gate.Exit();
            return false;
        }
        var waiter = _waiters.Dequeue()!;
        if (_waiters.IsEmpty)
            Interlocked.And(ref _state, ~(Starving | Waiting));
        else if (Clock.Now - waiter.Since < s_starvingAfter)
            Interlocked.And(ref _state, ~Starving);
        waiter.IsGranted = true;
        bool othersWait = !_waiters.IsEmpty;
        _holder.Set(waiter.G!);
        _gate.Exit();
        if (othersWait)
            LockHolder.TellGiven(waiter.G!, Id);
        waiter.G!.Scheduler.Ready(waiter.G);
        // It is next on this P, and until it runs the lock is idle: the caller gives way at its next scheduling point (Go: semrelease1 yields).
        if (M.Current is { CurrentG: not null } m)
            m.PreemptRequested = true;
        return true;
    }

    bool ISyncObject.Advance(SyncLeaf leaf) => Advance(leaf);

    /// <summary>Tries for a goroutine that was readied. As <see cref="ISyncObject.Advance"/>.</summary>
    internal bool Advance(SyncLeaf leaf)
    {
        var waiter = leaf.Waiter;
        // One that was woken carries the bit Woken and must try, canceled or not: trying is what passes the wake on.
        if (!waiter.IsAwoken && leaf.IsWaitOver())
            return true;
        bool awoken = waiter.IsAwoken;
        waiter.IsAwoken = false;
        waiter.IsGranted = TryAcquireSlow(M.Current, awoken);
        return leaf.IsWaitOver();
    }

    bool ISyncObject.TryPark(SyncWaiter waiter)
    {
        long now = Clock.Now;
        bool waited = waiter.Since != 0;
        if (!waited)
            waiter.Since = now;
        bool starving = now - waiter.Since > s_starvingAfter;
        _gate.Enter();
        if (waiter.IsCanceled)
        {
            _gate.Exit();
            return false;
        }
        // In one exchange: either the lock is free and taken, or its holder finds Waiting when it unlocks.
        int state = Volatile.Read(ref _state);
        while (true)
        {
            int next = (state & Locked) == 0 ? state | Locked : starving ? state | Waiting | Starving : state | Waiting;
            int seen = Interlocked.CompareExchange(ref _state, next, state);
            if (seen == state)
                break;
            state = seen;
        }
        bool free = (state & Locked) == 0;
        waiter.IsGranted = free;
        if (!free && waited)
            _waiters.EnqueueFirst(waiter);
        else if (!free)
            _waiters.Enqueue(waiter);
        if (!free)
            M.Current?.NoteHolder(_holder.Of(waiter.G!.Scheduler));
        _gate.Exit();
        if (free)
            Took(M.Current, state);
        return !free;
    }

    bool ISyncObject.TryWithdraw(SyncWaiter waiter)
    {
        _gate.Enter();
        bool queued = _waiters.TryWithdraw(waiter);
        if (queued && _waiters.IsEmpty)
            Interlocked.And(ref _state, ~(Waiting | Starving));
        _gate.Exit();
        return queued;
    }

    // The caller took the lock, whose word was this before.
    private void Took(M? m, int state)
    {
        if ((state & Waiting) == 0)
            _holder.Set(m);
        else
            _holder.SetWhileOthersWait(m, ref _id);
    }

    private static void ThrowNotLocked() => throw new SynchronizationLockException("sync: unlock of unlocked mutex");

    /// <summary>The lock as held by an awaiter of <see cref="Lock()"/>: disposing of it unlocks. Dispose of it once.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly GoMutex? _mutex;

        internal Scope(GoMutex mutex) => _mutex = mutex;

        /// <summary>Unlocks.</summary>
        /// <exception cref="SynchronizationLockException">It was not locked.</exception>
        public void Dispose() => _mutex?.Unlock();
    }

    /// <summary>What <see cref="Lock()"/> returns. Await it at once.</summary>
    public readonly struct LockAwaitable : ICriticalNotifyCompletion, ILeafAwaiter
    {
        private readonly GoMutex _mutex;
        private readonly SyncLeaf? _leaf;

        internal LockAwaitable(GoMutex mutex, SyncLeaf? leaf) => (_mutex, _leaf) = (mutex, leaf);

        /// <summary>For the compiler: locks at once if it can.</summary>
        public bool IsCompleted
        {
            get
            {
                if (_leaf is not null)
                    return _leaf.IsSettled;
                var m = M.Current;
                return !SchedulingPoint.MustGiveWay(m) && _mutex.TryAcquire(m);
            }
        }

        /// <summary>For the compiler.</summary>
        public LockAwaitable GetAwaiter() => this;

        /// <summary>For the compiler.</summary>
        public Scope GetResult()
        {
            _leaf?.End();
            return new(_mutex);
        }

        GoFrame ILeafAwaiter.GetLeaf(M m, G g, out Parker parker)
        {
            var leaf = _leaf ?? SyncLeaf.Of(g, _mutex, _mutex, WaitReason.MutexLock);
            parker = leaf.FirstPark(m);
            return leaf;
        }

        /// <summary>For methods that are no GoTask methods.</summary>
        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        /// <summary>For methods that are no GoTask methods.</summary>
        public void UnsafeOnCompleted(Action continuation) =>
            M.OfGoroutine().Scheduler.Adopt(_leaf ?? SyncLeaf.New(_mutex, _mutex, WaitReason.MutexLock), continuation);
    }
}
