using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// Waits for a number of goroutines to finish (Go: sync.WaitGroup): <c>group.Go(async () => { ... })</c> for each, <c>await group.Wait()</c> for all; or
/// <see cref="Add"/> before one starts and <see cref="Done"/> when it ends. Thread-safe; <see cref="Wait()"/> and <c>Go</c> are for goroutines.
/// </summary>
/// <remarks>
/// Go's rules (sync/waitgroup.go): when the count becomes zero, all that wait go on, oldest first. It may be used again, but what is added from zero
/// must be added after the waits of the last round have returned, or before its count has become zero. Go panics if it notices that; here those
/// who still wait then wait for the new round as well.
/// </remarks>
public sealed class WaitGroup : ISyncObject
{
    private SpinGate _gate;
    private long _count;
    private SyncWaiterQueue _waiters;
    private long _id;

    long ISyncObject.Id => ObjectIds.Of(ref _id);

    /// <summary>Counts <paramref name="delta"/> more to wait for.</summary>
    /// <exception cref="InvalidOperationException">The count went below zero (in Go a panic).</exception>
    public void Add(int delta)
    {
        // A decrement that does not reach zero, and any increment, needs no gate: who waits queues in it and reads the count there.
        long count = Interlocked.Add(ref _count, delta);
        if (count < 0)
            throw new InvalidOperationException("sync: negative WaitGroup counter");
        if (count == 0 && delta < 0)
            Release();
    }

    /// <summary>One has finished.</summary>
    public void Done() => Add(-1);

    /// <summary>
    /// Starts a goroutine that is waited for (Go: WaitGroup.Go). If it throws, that is an unhandled exception as of any goroutine, of which
    /// the scheduler hears before those who wait go on.
    /// </summary>
    /// <inheritdoc cref="Goroutine.Go(Func{GoTask}, string?, GoLabels?, string, int, string)" path="/param"/>
    [OverloadResolutionPriority(1)]
    public void Go(
        Func<GoTask> body, string? name = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(body);
        Start(body, name, file, line, member);
    }

    /// <inheritdoc cref="Go(Func{GoTask}, string?, string, int, string)"/>
    public void Go(
        Func<Task> body, string? name = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(body);
        Start(new GoBody.OfTask(body).Invoke, name, file, line, member);
    }

    /// <inheritdoc cref="Go(Func{GoTask}, string?, string, int, string)"/>
    public void Go(
        Func<ValueTask> body, string? name = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(body);
        Start(new GoBody.OfValueTask(body).Invoke, name, file, line, member);
    }

    /// <inheritdoc cref="Go(Func{GoTask}, string?, string, int, string)"/>
    public void Go(
        Action body, string? name = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(body);
        Start(new GoBody.OfAction(body).Invoke, name, file, line, member);
    }

    /// <summary>Waits until the count is zero.</summary>
    public WaitAwaitable Wait() => new(this, null);

    /// <inheritdoc cref="Wait()"/>
    /// <param name="token">Ends the wait; the count stays what it is.</param>
    /// <exception cref="OperationCanceledException">The token was canceled before the count was zero, or before the call. Thrown by the await.</exception>
    public WaitAwaitable Wait(CancellationToken token)
    {
        if (!token.CanBeCanceled)
            return new(this, null);
        if (token.IsCancellationRequested)
            return new(this, SyncLeaf.Canceled(token));
        if (IsZero && !SchedulingPoint.MustGiveWay(M.Current))
            return new(this, SyncLeaf.Done);
        return new(this, SyncLeaf.New(this, this, WaitReason.WaitGroupWait, token));
    }

    private bool IsZero => Interlocked.Read(ref _count) == 0;

    private void Start(Func<GoTask> body, string? name, string file, int line, string member)
    {
        var m = M.OfGoroutine();
        Add(1);
        m.Scheduler.StartGoroutine((Func<GoTask>)(() => Run(body)), name, CreationSite.Of(file, line, member), m.CurrentG);
    }

    private async GoTask Run(Func<GoTask> body)
    {
        try
        {
            await body();
        }
        catch (Exception e)
        {
            // First the fault, which may end the process: the main goroutine must not wake up before and end it in peace.
            var m = M.Current!;
            m.Scheduler.Faulted(m.CurrentG!, e);
        }
        Done();
    }

    private void Release()
    {
        _gate.Enter();
        // Somebody may have added since: then those who wait do so for the new count.
        var waiters = Volatile.Read(ref _count) == 0 ? _waiters.GrantAll(out _) : null;
        _gate.Exit();
        SyncWaiterQueue.Ready(waiters);
    }

    bool ISyncObject.Advance(SyncLeaf leaf)
    {
        // Not over: it had to give way before it began.
        return leaf.IsWaitOver() || (leaf.Waiter.IsGranted = IsZero);
    }

    bool ISyncObject.TryPark(SyncWaiter waiter)
    {
        _gate.Enter();
        // Whoever brings to zero a count that is not zero here comes to the gate afterwards, and finds the waiter.
        waiter.IsGranted = Volatile.Read(ref _count) == 0;
        bool queues = !waiter.IsGranted && !waiter.IsCanceled;
        if (queues)
            _waiters.Enqueue(waiter);
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

    /// <summary>What <see cref="Wait()"/> returns. Await it at once.</summary>
    public readonly struct WaitAwaitable : ICriticalNotifyCompletion, ILeafAwaiter
    {
        private readonly WaitGroup _group;
        private readonly SyncLeaf? _leaf;

        internal WaitAwaitable(WaitGroup group, SyncLeaf? leaf) => (_group, _leaf) = (group, leaf);

        /// <summary>For the compiler.</summary>
        public bool IsCompleted => _leaf is not null ? _leaf.IsSettled : _group.IsZero && !SchedulingPoint.MustGiveWay(M.Current);

        /// <summary>For the compiler.</summary>
        public WaitAwaitable GetAwaiter() => this;

        /// <summary>For the compiler.</summary>
        public void GetResult() => _leaf?.End();

        GoFrame ILeafAwaiter.GetLeaf(M m, G g, out Parker parker)
        {
            var leaf = _leaf ?? SyncLeaf.Of(g, _group, _group, WaitReason.WaitGroupWait);
            parker = leaf.FirstPark(m);
            return leaf;
        }

        /// <summary>For methods that are no GoTask methods.</summary>
        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        /// <summary>For methods that are no GoTask methods.</summary>
        public void UnsafeOnCompleted(Action continuation) =>
            M.OfGoroutine().Scheduler.Adopt(_leaf ?? SyncLeaf.New(_group, _group, WaitReason.WaitGroupWait), continuation);
    }
}
