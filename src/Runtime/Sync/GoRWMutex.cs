using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// A lock for many readers or one writer (Go: sync.RWMutex): <c>using (await mutex.RLock())</c> to read, <c>using (await mutex.Lock())</c> to
/// write. Like a mutex it belongs to no goroutine.
/// </summary>
/// <remarks>
/// <para>Thread-safe. <see cref="RLock()"/> and <see cref="Lock()"/> are for goroutines; the others for any thread. Not reentrant, for readers
/// neither: a reader that reads again waits behind a writer that waits for it.</para>
/// <para>Go's rules (sync/rwmutex.go): once a writer waits, new readers wait behind it, so readers cannot starve it; when it unlocks, all
/// readers that wait by then go before the next writer, so writers cannot starve them. Writers compete by a <see cref="GoMutex"/>.</para>
/// <para>One word says it all: the readers' number, above the bits Writer and Waiting. A reader adds itself and has the lock if neither bit
/// was set; otherwise it takes itself out, as a reader that leaves, and waits. Whoever takes the last reader out while a writer waits lets the
/// writer in; a reader that came and went for a moment may cause that as well, which is decided under the gate by one exchange. Go's two
/// counters are not used, because a writer whose token is canceled must be able to take back that it waits.</para>
/// <para>Invariants. Waiting and the queues change under the gate. Waiting is set while a writer waits for readers, and while a reader is
/// queued; a reader is queued only while there is a writer, who holds <see cref="_writers"/>. So whoever clears Writer or ends the
/// writer's wait finds all readers that must go on.</para>
/// </remarks>
public sealed class GoRWMutex : ISyncObject
{
    private const int Writer = 1, Waiting = 2, Reader = 4;

    private readonly GoMutex _writers = new();
    private int _state;
    private SpinGate _gate;
    private SyncWaiterQueue _readers;
    private SyncWaiter? _writer;   // waits for the readers to leave

    long ISyncObject.Id => _writers.Id;

    // Readers wait for a writer, which has this lock or waits for readers to leave; that one waits for readers, of whom nobody keeps a list.
    long ISyncObject.HolderSeen(WaitReason reason, Scheduler scheduler) => reason == WaitReason.RWMutexRLock ? _writers.HolderSeen(scheduler) : 0;

    /// <summary>What a writer waits on first.</summary>
    internal ISyncObject Writers => _writers;

    /// <summary>Whether anyone reads; a moment's truth.</summary>
    internal bool IsReadLocked => Volatile.Read(ref _state) >= Reader;

    /// <summary>Whether somebody writes; a moment's truth.</summary>
    internal bool IsWriteLocked => (Volatile.Read(ref _state) & Writer) != 0;

    /// <summary>Waits until there is no writer, and reads with others.</summary>
    /// <returns>Await it; disposing of what that gives calls <see cref="RUnlock"/>.</returns>
    public RLockAwaitable RLock() => new(this, null);

    /// <inheritdoc cref="RLock()"/>
    /// <param name="token">Ends the wait, which then throws <see cref="OperationCanceledException"/>. Does nothing once the lock is held.</param>
    public RLockAwaitable RLock(CancellationToken token)
    {
        if (!token.CanBeCanceled)
            return new(this, null);
        if (token.IsCancellationRequested)
            return new(this, SyncLeaf.Canceled(token));
        if (!SchedulingPoint.MustGiveWay(M.Current) && TryEnter())
            return new(this, SyncLeaf.Done);
        return new(this, SyncLeaf.New(this, this, WaitReason.RWMutexRLock, token));
    }

    /// <summary>Waits until nobody else reads or writes.</summary>
    /// <returns>Await it; disposing of what that gives calls <see cref="Unlock"/>.</returns>
    public LockAwaitable Lock() => new(this, null);

    /// <inheritdoc cref="Lock()"/>
    /// <param name="token">Ends the wait, which then throws <see cref="OperationCanceledException"/>; readers that waited for this writer go on.</param>
    public LockAwaitable Lock(CancellationToken token)
    {
        if (!token.CanBeCanceled)
            return new(this, null);
        if (token.IsCancellationRequested)
            return new(this, SyncLeaf.Canceled(token));
        var m = M.Current;
        if (!SchedulingPoint.MustGiveWay(m) && TryLock(m))
            return new(this, SyncLeaf.Done);
        return new(this, SyncLeaf.New(this, _writers, WaitReason.RWMutexLock, token));
    }

    /// <summary>Locks for reading if that needs no wait.</summary>
    public bool TryRLock()
    {
        int state = Volatile.Read(ref _state);
        while ((state & (Writer | Waiting)) == 0)
        {
            int seen = Interlocked.CompareExchange(ref _state, state + Reader, state);
            if (seen == state)
                return true;
            state = seen;
        }
        return false;
    }

    /// <summary>Locks for writing if that needs no wait.</summary>
    public bool TryLock()
    {
        if (!_writers.TryLock())
            return false;
        if (Interlocked.CompareExchange(ref _state, Writer, 0) == 0)
            return true;
        _writers.Unlock();
        return false;
    }

    /// <summary>Undoes one <see cref="RLock()"/>.</summary>
    /// <exception cref="SynchronizationLockException">Nobody reads (in Go a fatal error).</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void RUnlock()
    {
        if (!TryRUnlock())
            ThrowNotReadLocked();
    }

    /// <summary>Undoes <see cref="Lock()"/>: first all readers that wait go on, then the next writer.</summary>
    /// <exception cref="SynchronizationLockException">Nobody writes (in Go a fatal error).</exception>
    public void Unlock()
    {
        if (!TryUnlock())
            throw new SynchronizationLockException("sync: Unlock of unlocked RWMutex");
    }

    /// <summary>Undoes a reader's lock where nothing may throw.</summary>
    /// <returns>False if nobody reads.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryRUnlock()
    {
        int state = Interlocked.Add(ref _state, -Reader);
        return state is >= 0 and not Waiting || ReaderLeft(state);
    }

    /// <summary>Undoes the writer's lock where nothing may throw.</summary>
    /// <returns>False if nobody writes.</returns>
    internal bool TryUnlock() =>
        (Interlocked.CompareExchange(ref _state, 0, Writer) == Writer || UnlockSlow()) && _writers.TryUnlock();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryEnter()
    {
        int state = Interlocked.Add(ref _state, Reader);
        return (state & (Writer | Waiting)) == 0 || TakeBack();
    }

    /// <summary>A reader that came while there was a writer is one that leaves.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TakeBack()
    {
        if (Interlocked.Add(ref _state, -Reader) == Waiting)
            LetWriterIn();
        return TrySpin(M.Current, reads: true);
    }

    /// <summary>
    /// Looks some times whether the lock becomes free, where another P runs who may free it. Parking for a lock that is held for tens of ns costs both
    /// sides more than the look. Nobody is passed over: a reader goes in only while no writer is there or waits, a writer holds <see cref="_writers"/>.
    /// </summary>
    private bool TrySpin(M? m, bool reads)
    {
        for (int round = 0; round < GoMutex.SpinRounds && m is { MaySpin: true }; round++)
        {
            Thread.SpinWait(GoMutex.SpinPause);
            int state = Volatile.Read(ref _state);
            bool free = reads ? (state & (Writer | Waiting)) == 0 : state == 0;
            if (free && Interlocked.CompareExchange(ref _state, reads ? state + Reader : Writer, state) == state)
                return true;
        }
        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReaderLeft(int state)
    {
        if (state < 0)
        {
            Interlocked.Add(ref _state, Reader);
            return false;
        }
        LetWriterIn();
        return true;
    }

    private static void ThrowNotReadLocked() => throw new SynchronizationLockException("sync: RUnlock of unlocked RWMutex");

    /// <summary>The last reader has left while a writer waits.</summary>
    private void LetWriterIn()
    {
        _gate.Enter();
        var waiter = _writer;
        // A reader that is in for a moment makes the exchange fail, and comes here when it takes itself out.
        if (waiter is null || Interlocked.CompareExchange(ref _state, _readers.IsEmpty ? Writer : Writer | Waiting, Waiting) != Waiting)
        {
            _gate.Exit();
            return;
        }
        _writer = null;
        waiter.IsGranted = true;
        _gate.Exit();
        waiter.G!.Scheduler.Ready(waiter.G);
    }

    private bool UnlockSlow()
    {
        _gate.Enter();
        if ((Volatile.Read(ref _state) & Writer) == 0)
        {
            _gate.Exit();
            return false;
        }
        var readers = LetReadersIn(Writer | Waiting);
        _gate.Exit();
        SyncWaiterQueue.Ready(readers);
        return true;
    }

    /// <summary>Under the gate: clears the writer's bits and counts all readers that are queued.</summary>
    private SyncWaiter? LetReadersIn(int clear)
    {
        var readers = _readers.GrantAll(out int count);
        int state = Volatile.Read(ref _state);
        while (true)
        {
            int seen = Interlocked.CompareExchange(ref _state, (state & ~clear) + (count * Reader), state);
            if (seen == state)
                return readers;
            state = seen;
        }
    }

    private bool TryLock(M? m)
    {
        if (!_writers.TryAcquire(m))
            return false;
        if (Interlocked.CompareExchange(ref _state, Writer, 0) == 0 || TrySpin(m, reads: false))
            return true;
        // It is not certain yet that the caller will wait, so nothing may be left held.
        _writers.Unlock();
        return false;
    }

    bool ISyncObject.Advance(SyncLeaf leaf)
    {
        var waiter = leaf.Waiter;
        if (waiter.Reason == WaitReason.RWMutexRLock)
        {
            if (leaf.IsWaitOver())
                return true;
            waiter.IsGranted = TryEnter();
            return waiter.IsGranted;
        }
        if (waiter.On == _writers)
        {
            if (!_writers.Advance(leaf))
                return false;
            if (!waiter.IsGranted)
                return true;
            leaf.NextStep(this, WaitReason.RWMutexLock, waiter.Token);
            waiter = leaf.Waiter;
            waiter.IsGranted = Interlocked.CompareExchange(ref _state, Writer, 0) == 0;
        }
        if (!leaf.IsWaitOver())
            return false;
        if (!waiter.IsGranted)
            _ = _writers.TryUnlock();
        return true;
    }

    bool ISyncObject.TryPark(SyncWaiter waiter)
    {
        bool reads = waiter.Reason == WaitReason.RWMutexRLock;
        _gate.Enter();
        if (waiter.IsCanceled)
        {
            _gate.Exit();
            return false;
        }
        // In one exchange: either the lock is free for it and taken, or who leaves it finds Waiting.
        int state = Volatile.Read(ref _state);
        while (true)
        {
            bool free = reads ? (state & (Writer | Waiting)) == 0 : state == 0;
            int next = !free ? state | Waiting : reads ? state + Reader : Writer;
            int seen = Interlocked.CompareExchange(ref _state, next, state);
            if (seen != state)
            {
                state = seen;
                continue;
            }
            waiter.IsGranted = free;
            if (free)
            {
                _gate.Exit();
                return false;
            }
            break;
        }
        if (reads)
        {
            _readers.Enqueue(waiter);
            M.Current?.NoteHolder(_writers.HolderSeen(waiter.G!.Scheduler));
        }
        else
        {
            _writer = waiter;
        }
        _gate.Exit();
        return true;
    }

    bool ISyncObject.TryWithdraw(SyncWaiter waiter)
    {
        SyncWaiter? readers = null;
        _gate.Enter();
        waiter.IsCanceled = true;
        bool queued = waiter.IsQueued;
        if (queued)
        {
            // Waiting may stay without a reader: the writer, who is there, clears it.
            _readers.Remove(waiter);
        }
        else if (_writer == waiter)
        {
            queued = true;
            _writer = null;
            readers = LetReadersIn(Waiting);
        }
        _gate.Exit();
        SyncWaiterQueue.Ready(readers);
        return queued;
    }

    /// <summary>The lock as held by a reader: disposing of it calls <see cref="RUnlock"/>. Dispose of it once.</summary>
    public readonly struct ReadScope : IDisposable
    {
        private readonly GoRWMutex? _mutex;

        internal ReadScope(GoRWMutex mutex) => _mutex = mutex;

        /// <summary>Unlocks.</summary>
        /// <exception cref="SynchronizationLockException">Nobody reads.</exception>
        public void Dispose() => _mutex?.RUnlock();
    }

    /// <summary>The lock as held by a writer: disposing of it calls <see cref="Unlock"/>. Dispose of it once.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly GoRWMutex? _mutex;

        internal Scope(GoRWMutex mutex) => _mutex = mutex;

        /// <summary>Unlocks.</summary>
        /// <exception cref="SynchronizationLockException">Nobody writes.</exception>
        public void Dispose() => _mutex?.Unlock();
    }

    /// <summary>What <see cref="RLock()"/> returns. Await it at once.</summary>
    public readonly struct RLockAwaitable : ICriticalNotifyCompletion, ILeafAwaiter
    {
        private readonly GoRWMutex _mutex;
        private readonly SyncLeaf? _leaf;

        internal RLockAwaitable(GoRWMutex mutex, SyncLeaf? leaf) => (_mutex, _leaf) = (mutex, leaf);

        /// <summary>For the compiler: locks at once if it can.</summary>
        public bool IsCompleted => _leaf is not null ? _leaf.IsSettled : !SchedulingPoint.MustGiveWay(M.Current) && _mutex.TryEnter();

        /// <summary>For the compiler.</summary>
        public RLockAwaitable GetAwaiter() => this;

        /// <summary>For the compiler.</summary>
        public ReadScope GetResult()
        {
            _leaf?.End();
            return new(_mutex);
        }

        GoFrame ILeafAwaiter.GetLeaf(M m, G g, out Parker parker)
        {
            var leaf = _leaf ?? SyncLeaf.Of(g, _mutex, _mutex, WaitReason.RWMutexRLock);
            parker = leaf.FirstPark(m);
            return leaf;
        }

        /// <summary>For methods that are no GoTask methods.</summary>
        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        /// <summary>For methods that are no GoTask methods.</summary>
        public void UnsafeOnCompleted(Action continuation) =>
            M.OfGoroutine().Scheduler.Adopt(_leaf ?? SyncLeaf.New(_mutex, _mutex, WaitReason.RWMutexRLock), continuation);
    }

    /// <summary>What <see cref="Lock()"/> returns. Await it at once.</summary>
    public readonly struct LockAwaitable : ICriticalNotifyCompletion, ILeafAwaiter
    {
        private readonly GoRWMutex _mutex;
        private readonly SyncLeaf? _leaf;

        internal LockAwaitable(GoRWMutex mutex, SyncLeaf? leaf) => (_mutex, _leaf) = (mutex, leaf);

        /// <summary>For the compiler: locks at once if it can.</summary>
        public bool IsCompleted
        {
            get
            {
                if (_leaf is not null)
                    return _leaf.IsSettled;
                var m = M.Current;
                return !SchedulingPoint.MustGiveWay(m) && _mutex.TryLock(m);
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
            var leaf = _leaf ?? SyncLeaf.Of(g, _mutex, _mutex._writers, WaitReason.RWMutexLock);
            parker = leaf.FirstPark(m);
            return leaf;
        }

        /// <summary>For methods that are no GoTask methods.</summary>
        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        /// <summary>For methods that are no GoTask methods.</summary>
        public void UnsafeOnCompleted(Action continuation) =>
            M.OfGoroutine().Scheduler.Adopt(_leaf ?? SyncLeaf.New(_mutex, _mutex._writers, WaitReason.RWMutexLock), continuation);
    }
}
