using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// So many units of something, of which goroutines take as many as they need (Go: golang.org/x/sync/semaphore.Weighted):
/// <c>using (await semaphore.Acquire(2)) { ... }</c>, or <see cref="Acquire(long)"/> and <see cref="Release(long)"/>.
/// </summary>
/// <remarks>
/// <para>Thread-safe. <see cref="Acquire(long)"/> is for goroutines; the others for any thread. Where units are free and nobody waits, it
/// costs one interlocked operation each and no allocation.</para>
/// <para>Go's rules: first come, first served. While one waits nobody overtakes it, however little he asks for, so great requests do not
/// starve. One that asks for more than there are in all waits for its token only, and holds up nobody. When the first of the queue is
/// canceled, those behind it for whom there is enough go on. Unlike Go's, an acquire whose token is canceled after the units were given has them.</para>
/// <para>Invariants. One word has the free units, above the bit Waiting. Waiting is set exactly while the queue is not empty; as long as it
/// is, only who holds the gate changes the word, so a release and the grants that follow from it are one step.</para>
/// </remarks>
public sealed class GoSemaphore : ISyncObject
{
    private const long Waiting = 1;
    private const int UnitShift = 1;

    private long _state;
    private SpinGate _gate;
    private SyncWaiterQueue _waiters;
    private SyncWaiterQueue _hopeless;   // who asked for more than there are
    private LockHolder _holder;          // of one with a single unit, which is a lock
    private long _id;

    /// <summary>Makes one with all units free.</summary>
    /// <param name="size">How many units there are, from 0 to 2^62 - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is out of range.</exception>
    public GoSemaphore(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, long.MaxValue >> UnitShift);
        Size = size;
        _state = size << UnitShift;
    }

    /// <summary>How many units there are in all.</summary>
    public long Size { get; }

    /// <summary>How many nobody has; a moment's truth. They may be spoken for by one who waits for more.</summary>
    public long Available => Volatile.Read(ref _state) >> UnitShift;

    long ISyncObject.Id => Id;

    long ISyncObject.HolderSeen(WaitReason reason, Scheduler scheduler) => _holder.Of(scheduler);

    private long Id => ObjectIds.Of(ref _id);

    /// <summary>Waits until <paramref name="n"/> units are free and everybody who came before is served, and takes them.</summary>
    /// <param name="n">How many.</param>
    /// <returns>Await it; disposing of what that gives releases them.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is negative.</exception>
    public AcquireAwaitable Acquire(long n = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        return new(this, n, null);
    }

    /// <inheritdoc cref="Acquire(long)"/>
    /// <param name="n">How many.</param>
    /// <param name="token">Ends the wait. Does nothing once they are taken.</param>
    /// <exception cref="OperationCanceledException">The token was canceled before they were taken. Thrown by the await.</exception>
    public AcquireAwaitable Acquire(long n, CancellationToken token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        if (!token.CanBeCanceled)
            return new(this, n, null);
        if (token.IsCancellationRequested)
            return new(this, n, SyncLeaf.Canceled(token));
        var m = M.Current;
        if (!SchedulingPoint.MustGiveWay(m) && TryTake(n, m))
            return new(this, n, SyncLeaf.Done);
        return new(this, n, Leaf(n, token));
    }

    /// <summary>One unit, as <see cref="Acquire(long, CancellationToken)"/>.</summary>
    /// <inheritdoc cref="Acquire(long, CancellationToken)"/>
    public AcquireAwaitable Acquire(CancellationToken token) => Acquire(1, token);

    /// <summary>Takes <paramref name="n"/> units if they are free and nobody waits.</summary>
    /// <param name="n">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is negative.</exception>
    public bool TryAcquire(long n = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        return TryTake(n, M.Current);
    }

    /// <summary>Gives <paramref name="n"/> units back, and serves those who wait as far as they last. By anybody.</summary>
    /// <param name="n">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is negative.</exception>
    /// <exception cref="SemaphoreFullException">More than were taken (in Go a panic). Nothing is given back.</exception>
    public void Release(long n = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        long state = Volatile.Read(ref _state);
        while ((state & Waiting) == 0)
        {
            CheckTaken(state, n);
            long seen = Interlocked.CompareExchange(ref _state, state + (n << UnitShift), state);
            if (seen == state)
                return;
            state = seen;
        }
        ReleaseSlow(n);
    }

    private void ReleaseSlow(long n)
    {
        _gate.Enter();
        // Waiting may have gone before the gate was held, and who needs no gate may be at work again.
        long state = Volatile.Read(ref _state);
        while (true)
        {
            if (n > Size - (state >> UnitShift))
            {
                _gate.Exit();
                CheckTaken(state, n);
            }
            long seen = Interlocked.CompareExchange(ref _state, state + (n << UnitShift), state);
            if (seen == state)
                break;
            state = seen;
        }
        var served = Serve();
        _gate.Exit();
        Ready(served);
    }

    private void CheckTaken(long state, long n)
    {
        if (n > Size - (state >> UnitShift))
            throw new SemaphoreFullException("semaphore: released more than held");
    }

    private bool TryTake(long n, M? m)
    {
        long state = Volatile.Read(ref _state);
        while ((state & Waiting) == 0 && state >> UnitShift >= n)
        {
            long seen = Interlocked.CompareExchange(ref _state, state - (n << UnitShift), state);
            if (seen == state)
            {
                if (Size == 1 && n == 1)
                    _holder.Set(m);
                return true;
            }
            state = seen;
        }
        return false;
    }

    /// <summary>Under the gate: gives units to those who wait, oldest first, until one needs more than are left. He keeps the others waiting.</summary>
    /// <returns>Whom to ready outside the gate.</returns>
    private SyncWaiter? Serve()
    {
        var served = default(SyncWaiterQueue);
        if (_waiters.IsEmpty)
            return null;
        long free = Volatile.Read(ref _state) >> UnitShift;
        while (_waiters.First is { } first && first.Weight <= free)
        {
            free -= first.Weight;
            _waiters.Remove(first);
            served.Enqueue(first);
            if (Size == 1 && first.Weight == 1)
                _holder.Set(first.G!);
        }
        // Waiting was set, so nobody else has changed the word.
        Volatile.Write(ref _state, (free << UnitShift) | (_waiters.IsEmpty ? 0 : Waiting));
        return served.GrantAll(out _);
    }

    private void Ready(SyncWaiter? served)
    {
        if (Size == 1 && served is { Weight: 1 } && (Volatile.Read(ref _state) & Waiting) != 0)
            LockHolder.TellGiven(served.G!, Id);
        SyncWaiterQueue.Ready(served);
    }

    private SyncLeaf Leaf(long n, CancellationToken token)
    {
        var leaf = SyncLeaf.New(this, this, WaitReason.SemAcquire, token);
        leaf.Waiter.Weight = n;
        return leaf;
    }

    bool ISyncObject.Advance(SyncLeaf leaf)
    {
        if (leaf.IsWaitOver())
            return true;
        // It had to give way before it began.
        return leaf.Waiter.IsGranted = TryTake(leaf.Waiter.Weight, M.Current);
    }

    bool ISyncObject.TryPark(SyncWaiter waiter)
    {
        _gate.Enter();
        bool queues = !waiter.IsCanceled;
        if (queues && waiter.Weight > Size)
        {
            _hopeless.Enqueue(waiter);
        }
        else if (queues)
        {
            // In one exchange: either there is enough and it is taken, or who releases finds Waiting and comes to the gate.
            long state = Volatile.Read(ref _state);
            while (true)
            {
                queues = (state & Waiting) != 0 || state >> UnitShift < waiter.Weight;
                long seen = Interlocked.CompareExchange(ref _state, queues ? state | Waiting : state - (waiter.Weight << UnitShift), state);
                if (seen == state)
                    break;
                state = seen;
            }
            waiter.IsGranted = !queues;
            if (queues)
            {
                _waiters.Enqueue(waiter);
                M.Current?.NoteHolder(_holder.Of(waiter.G!.Scheduler));
            }
            else if (Size == 1 && waiter.Weight == 1)
            {
                _holder.Set(waiter.G!);
            }
        }
        _gate.Exit();
        return queues;
    }

    bool ISyncObject.TryWithdraw(SyncWaiter waiter)
    {
        SyncWaiter? served = null;
        _gate.Enter();
        waiter.IsCanceled = true;
        bool queued = waiter.IsQueued;
        if (queued && waiter.Weight > Size)
        {
            _hopeless.Remove(waiter);
        }
        else if (queued)
        {
            bool wasFirst = _waiters.First == waiter;
            _waiters.Remove(waiter);
            // It may have been all that held up those behind it.
            if (_waiters.IsEmpty)
                Volatile.Write(ref _state, Volatile.Read(ref _state) & ~Waiting);
            else if (wasFirst)
                served = Serve();
        }
        _gate.Exit();
        Ready(served);
        return queued;
    }

    /// <summary>The units as held by an awaiter of <see cref="Acquire(long)"/>: disposing of it releases them. Dispose of it once.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly GoSemaphore? _semaphore;
        private readonly long _n;

        internal Scope(GoSemaphore semaphore, long n) => (_semaphore, _n) = (semaphore, n);

        /// <summary>Releases them.</summary>
        /// <exception cref="SemaphoreFullException">They were released before.</exception>
        public void Dispose() => _semaphore?.Release(_n);
    }

    /// <summary>What <see cref="Acquire(long)"/> returns. Await it at once.</summary>
    public readonly struct AcquireAwaitable : ICriticalNotifyCompletion, ILeafAwaiter
    {
        private readonly GoSemaphore _semaphore;
        private readonly long _n;
        private readonly SyncLeaf? _leaf;

        internal AcquireAwaitable(GoSemaphore semaphore, long n, SyncLeaf? leaf) => (_semaphore, _n, _leaf) = (semaphore, n, leaf);

        /// <summary>For the compiler: takes them at once if it can.</summary>
        public bool IsCompleted => _leaf is not null ? _leaf.IsSettled : TryTakeNow();

        /// <summary>For the compiler.</summary>
        public AcquireAwaitable GetAwaiter() => this;

        private bool TryTakeNow()
        {
            var m = M.Current;
            return !SchedulingPoint.MustGiveWay(m) && _semaphore.TryTake(_n, m);
        }

        /// <summary>For the compiler.</summary>
        public Scope GetResult()
        {
            _leaf?.End();
            return new(_semaphore, _n);
        }

        GoFrame ILeafAwaiter.GetLeaf(M m, G g, out Parker parker)
        {
            var leaf = _leaf ?? SyncLeaf.Of(g, _semaphore, _semaphore, WaitReason.SemAcquire);
            leaf.Waiter.Weight = _n;
            parker = leaf.FirstPark(m);
            return leaf;
        }

        /// <summary>For methods that are no GoTask methods.</summary>
        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        /// <summary>For methods that are no GoTask methods.</summary>
        public void UnsafeOnCompleted(Action continuation) =>
            M.OfGoroutine().Scheduler.Adopt(_leaf ?? _semaphore.Leaf(_n, CancellationToken.None), continuation);
    }
}
