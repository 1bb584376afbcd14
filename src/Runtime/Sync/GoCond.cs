using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// A condition that goroutines wait for (Go: sync.Cond). What it depends on belongs to a lock:
/// <code>
/// using (await mutex.Lock())
/// {
///     while (queue.Count == 0)
///         await notEmpty.Wait();
///     Use(queue.Dequeue());
/// }
/// </code>
/// Whoever changes what it depends on calls <see cref="Signal"/> or <see cref="Broadcast"/>.
/// </summary>
/// <remarks>
/// <para>Thread-safe. <see cref="Wait()"/> is for goroutines that have the lock; <see cref="Signal"/> and <see cref="Broadcast"/> are for any thread,
/// with the lock or without.</para>
/// <para>Go's rules (sync/cond.go, runtime/sema.go: notifyList): a wait is over only by a signal, never by itself; a signal wakes the one that
/// waits longest, and is lost if nobody waits; who is woken competes for the lock, so the condition must be looked at again.</para>
/// <para>The race is between a wait that gives up the lock and a signal that comes as soon as it is free. The wait is in the queue before
/// the lock is given up, both in the commit of the park, so who signals with the lock finds it. Go gives out tickets instead, since its
/// goroutine unlocks while it still runs; here it has unwound by then. A token decides under the gate like a signal does: a wait that was
/// signaled is not canceled any more, and a canceled one is in no queue, so no signal is spent on it.</para>
/// </remarks>
public sealed class GoCond : ISyncObject
{
    private readonly CondLocker _locker;
    private SpinGate _gate;
    private SyncWaiterQueue _waiters;
    private int _count;   // of the queue; written under the gate
    private long _id;

    /// <summary>Makes one.</summary>
    /// <param name="mutex">What waiting gives up and takes again.</param>
    public GoCond(GoMutex mutex)
    {
        ArgumentNullException.ThrowIfNull(mutex);
        _locker = new CondLocker.OfMutex(mutex);
    }

    /// <summary>Makes one for goroutines that write. For those that read there is <see cref="OfReaders"/>.</summary>
    /// <param name="mutex">Waiting gives up the writer's lock and takes it again.</param>
    public GoCond(GoRWMutex mutex)
    {
        ArgumentNullException.ThrowIfNull(mutex);
        _locker = new CondLocker.OfWriter(mutex);
    }

    private GoCond(CondLocker locker) => _locker = locker;

    long ISyncObject.Id => ObjectIds.Of(ref _id);

    /// <summary>Makes one for goroutines that read (Go: sync.NewCond(mutex.RLocker())): many may have the lock when they begin to wait.</summary>
    /// <param name="mutex">Waiting gives up one reader's lock and takes it again.</param>
    public static GoCond OfReaders(GoRWMutex mutex)
    {
        ArgumentNullException.ThrowIfNull(mutex);
        return new(new CondLocker.OfReader(mutex));
    }

    /// <summary>Gives up the lock, waits for a signal, and takes the lock again. Await it, with the lock held.</summary>
    /// <exception cref="SynchronizationLockException">The lock is not locked (in Go a fatal error). Thrown by the await.</exception>
    public WaitAwaitable Wait() => new(this, null);

    /// <inheritdoc cref="Wait()"/>
    /// <param name="token">Ends the wait, which takes the lock again and then throws. Does nothing once the wait is signaled.</param>
    /// <exception cref="OperationCanceledException">The token was canceled. The lock is held. Thrown by the await.</exception>
    public WaitAwaitable Wait(CancellationToken token)
    {
        if (!token.CanBeCanceled)
            return new(this, null);
        return new(this, token.IsCancellationRequested ? SyncLeaf.Canceled(token) : SyncLeaf.New(this, this, WaitReason.CondWait, token));
    }

    /// <summary>Wakes the one that waits longest, if any does.</summary>
    public void Signal()
    {
        // Who queued and then gave up the lock is seen by whoever has had the lock since. To others no order is promised.
        if (Volatile.Read(ref _count) == 0)
            return;
        _gate.Enter();
        var waiter = _waiters.Dequeue();
        if (waiter is not null)
        {
            Volatile.Write(ref _count, _count - 1);
            waiter.IsGranted = true;
        }
        _gate.Exit();
        waiter?.G!.Scheduler.Ready(waiter.G);
    }

    /// <summary>Wakes all that wait.</summary>
    public void Broadcast()
    {
        if (Volatile.Read(ref _count) == 0)
            return;
        _gate.Enter();
        var waiters = _waiters.GrantAll(out _);
        Volatile.Write(ref _count, 0);
        _gate.Exit();
        SyncWaiterQueue.Ready(waiters);
    }

    bool ISyncObject.Advance(SyncLeaf leaf)
    {
        // Signaled or canceled, which the leaf notes: it has the lock before its caller hears of either, and no token ends that.
        if (leaf.Waiter.On == this)
        {
            _ = leaf.IsWaitOver();
            leaf.NextStep(_locker.ParksOn, _locker.Reason, CancellationToken.None);
        }
        return _locker.Advance(leaf);
    }

    bool ISyncObject.TryPark(SyncWaiter waiter)
    {
        _gate.Enter();
        bool queues = !waiter.IsCanceled;
        if (queues)
        {
            _waiters.Enqueue(waiter);
            Volatile.Write(ref _count, _count + 1);
        }
        _gate.Exit();
        // From here the goroutine may run elsewhere, and may already wait for the lock that this gives up.
        _locker.Unlock();
        return queues;
    }

    bool ISyncObject.TryWithdraw(SyncWaiter waiter)
    {
        _gate.Enter();
        bool queued = _waiters.TryWithdraw(waiter);
        if (queued)
            Volatile.Write(ref _count, _count - 1);
        _gate.Exit();
        return queued;
    }

    private void CheckLocked()
    {
        if (!_locker.IsLocked)
            throw new SynchronizationLockException("sync: Cond.Wait without its lock");
    }

    /// <summary>What <see cref="Wait()"/> returns. Await it at once.</summary>
    public readonly struct WaitAwaitable : ICriticalNotifyCompletion, ILeafAwaiter
    {
        private readonly GoCond _cond;
        private readonly SyncLeaf? _leaf;

        internal WaitAwaitable(GoCond cond, SyncLeaf? leaf) => (_cond, _leaf) = (cond, leaf);

        /// <summary>For the compiler: it always waits.</summary>
        public bool IsCompleted
        {
            get
            {
                _cond.CheckLocked();
                return _leaf is { IsSettled: true };
            }
        }

        /// <summary>For the compiler.</summary>
        public WaitAwaitable GetAwaiter() => this;

        /// <summary>For the compiler.</summary>
        public void GetResult() => _leaf?.End();

        GoFrame ILeafAwaiter.GetLeaf(M m, G g, out Parker parker)
        {
            var leaf = _leaf ?? SyncLeaf.Of(g, _cond, _cond, WaitReason.CondWait);
            parker = leaf.Waiter;
            return leaf;
        }

        /// <summary>For methods that are no GoTask methods.</summary>
        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        /// <summary>For methods that are no GoTask methods.</summary>
        public void UnsafeOnCompleted(Action continuation) =>
            M.OfGoroutine().Scheduler.Adopt(_leaf ?? SyncLeaf.New(_cond, _cond, WaitReason.CondWait), continuation);
    }
}
