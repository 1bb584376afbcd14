using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// Does something once, whoever comes first (Go: sync.Once): <c>await once.Do(async () => { ... })</c>. When the await ends, it is done.
/// Thread-safe; for goroutines. Once it is done, a call costs one read.
/// </summary>
/// <remarks>
/// Go's rules (sync/once.go): those who come while the first one works wait until it has ended. If it throws, only the first caller hears of
/// it, and it counts as done all the same. One that calls <c>Do</c> again while it works waits for itself. <see cref="OnceFunc"/> and
/// <see cref="GoOnceValue{T}"/> give everybody the exception.
/// </remarks>
public sealed class GoOnce : ISyncObject
{
    private const int New = 0, Running = 1, Ended = 2;

    private int _state;
    private SpinGate _gate;
    private SyncWaiterQueue _waiters;
    private LockHolder _runner;
    private long _id;

    /// <summary>Whether it was done. What it did is seen then.</summary>
    public bool IsDone => Volatile.Read(ref _state) == Ended;

    long ISyncObject.Id => ObjectIds.Of(ref _id);

    long ISyncObject.HolderSeen(WaitReason reason, Scheduler scheduler) => _runner.Of(scheduler);

    /// <summary>Does it, or waits until it is done.</summary>
    /// <param name="function">What to do, if nobody else did or does.</param>
    [OverloadResolutionPriority(1)]
    public GoTask Do(Func<GoTask> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return IsDone ? default : DoSlow(function, CancellationToken.None);
    }

    /// <inheritdoc cref="Do(Func{GoTask})"/>
    public GoTask Do(Action function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return IsDone ? default : DoSlow(new GoBody.OfAction(function).Invoke, CancellationToken.None);
    }

    /// <inheritdoc cref="Do(Func{GoTask})"/>
    /// <param name="function">What to do, if nobody else did or does.</param>
    /// <param name="token">Ends the wait for another one. What is being done goes on, and is done once all the same.</param>
    /// <exception cref="OperationCanceledException">The token was canceled before it was done by another, or before the call. Thrown by the await.</exception>
    public GoTask Do(Func<GoTask> function, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(function);
        return IsDone && !token.IsCancellationRequested ? default : DoSlow(function, token);
    }

    /// <summary>A function that does <paramref name="function"/> at its first call; what that throws, every call throws (Go: sync.OnceFunc).</summary>
    /// <param name="function">What to do once.</param>
    public static Func<GoTask> OnceFunc(Func<GoTask> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        var once = new GoOnceValue<NoValue>(async () =>
        {
            await function();
            return default;
        });
        return async () => await once.Get();
    }

    /// <summary>A function that gives what <paramref name="function"/> gave at its first call, or throws what it threw (Go: sync.OnceValue).</summary>
    /// <param name="function">What gives the value. For several values (Go: OnceValues) a tuple will do.</param>
    /// <typeparam name="T">The value.</typeparam>
    public static Func<GoTask<T>> OnceValue<T>(Func<GoTask<T>> function) => new GoOnceValue<T>(function).Get;

    private async GoTask DoSlow(Func<GoTask> function, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        if (Interlocked.CompareExchange(ref _state, Running, New) != New)
        {
            var leaf = SyncLeaf.New(this, this, WaitReason.Once, token);
            await new LeafAwaitable(leaf);
            leaf.End();
            return;
        }
        _runner.Set(M.Current);
        try
        {
            await function();
        }
        finally
        {
            End();
        }
    }

    private void End()
    {
        _gate.Enter();
        // Under the gate: who waits read the state there before and is queued, or reads it after this.
        Volatile.Write(ref _state, Ended);
        var waiters = _waiters.GrantAll(out _);
        _gate.Exit();
        SyncWaiterQueue.Ready(waiters);
    }

    bool ISyncObject.Advance(SyncLeaf leaf) => leaf.IsWaitOver();

    bool ISyncObject.TryPark(SyncWaiter waiter)
    {
        _gate.Enter();
        waiter.IsGranted = Volatile.Read(ref _state) == Ended;
        bool queues = !waiter.IsGranted && !waiter.IsCanceled;
        if (queues)
        {
            _waiters.Enqueue(waiter);
            M.Current?.NoteHolder(_runner.Of(waiter.G!.Scheduler));
        }
        _gate.Exit();
        return queues;
    }

    bool ISyncObject.TryWithdraw(SyncWaiter waiter)
    {
        _gate.Enter();
        bool queued = _waiters.TryWithdraw(waiter);
        _gate.Exit();
        return queued;
    }
}
