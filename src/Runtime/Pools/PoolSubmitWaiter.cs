using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// A submitter in a pool's queue, with its task. It belongs to the pool while it is queued and to the goroutine otherwise, which keeps it for
/// its next wait as it does a channel's, unless a token may end the wait.
/// </summary>
internal sealed class PoolSubmitWaiter<TTask> : CancelableParker
{
    /// <summary>The next in the queue.</summary>
    internal PoolSubmitWaiter<TTask>? Next;

    internal PoolSubmitWaiter<TTask>? Previous;

    internal TTask? Task;

    /// <summary>The submitter's, for the task.</summary>
    internal ExecutionContext? Context;

    /// <summary>Under the gate until the wait is over.</summary>
    internal PoolVerdict Verdict;

    internal bool IsQueued;

    /// <summary>The submitter is a worker of the same pool, and no token can end its wait: it counts for the deadlock check.</summary>
    internal bool IsBlockedWorker;

    private PoolWorkers<TTask>? _pool;
    private bool _isInUse;

    internal bool CanBeCanceled { get; private init; }

    internal override WaitReason Reason => WaitReason.PoolSubmit;

    internal override long ObjectId => _pool!.Id;

    /// <summary>The goroutine's own if it is free and of this kind, else a new one.</summary>
    /// <param name="g">The calling goroutine; null if the caller is none, and will hear so when it awaits.</param>
    /// <param name="pool">Where it will wait.</param>
    /// <param name="task">Its task.</param>
    /// <param name="canBeCanceled">Whether a token may end the wait.</param>
    internal static PoolSubmitWaiter<TTask> Rent(G? g, PoolWorkers<TTask> pool, TTask task, bool canBeCanceled)
    {
        PoolSubmitWaiter<TTask> waiter;
        if (!canBeCanceled && g?.Waiter is PoolSubmitWaiter<TTask> kept && !kept._isInUse)
        {
            waiter = kept;
        }
        else
        {
            waiter = new PoolSubmitWaiter<TTask> { CanBeCanceled = canBeCanceled, G = g };
            // A late callback of the token may still come to one that can be canceled: that one is not used again.
            if (g is not null && !canBeCanceled)
                g.Waiter = waiter;
        }
        waiter._isInUse = true;
        waiter._pool = pool;
        waiter.Task = task;
        waiter.Context = FlowOfContext.Capture();
        waiter.Verdict = PoolVerdict.Pending;
        return waiter;
    }

    /// <summary>Ends the wait's bookkeeping and tells what became of it. By the goroutine, after its wait.</summary>
    internal PoolVerdict Return()
    {
        EndWatch();
        // Kept by its goroutine, but not what it carried.
        Task = default;
        Context = null;
        _isInUse = false;
        return Verdict;
    }

    internal override void Disown()
    {
        if (G is { } g && g.Waiter == this)
            g.Waiter = null;
        G = null;
    }

    internal override bool Commit(G g)
    {
        G = g;
        return _pool!.WaitForWorker(this);
    }

    protected override bool TryWithdraw() => _pool!.TryWithdraw(this);
}

/// <summary>Submitters that wait, oldest first. A mutable struct under the pool's gate, but for <see cref="Count"/>.</summary>
internal struct PoolSubmitQueue<TTask>
{
    private PoolSubmitWaiter<TTask>? _last;
    private int _count;

    /// <summary>Without the gate, a moment's truth.</summary>
    internal readonly int Count => Volatile.Read(in _count);

    internal PoolSubmitWaiter<TTask>? First { get; private set; }

    internal void Enqueue(PoolSubmitWaiter<TTask> waiter)
    {
        waiter.IsQueued = true;
        waiter.Previous = _last;
        if (_last is null)
            First = waiter;
        else
            _last.Next = waiter;
        _last = waiter;
        Volatile.Write(ref _count, _count + 1);
    }

    internal void Remove(PoolSubmitWaiter<TTask> waiter)
    {
        if (waiter.Previous is null)
            First = waiter.Next;
        else
            waiter.Previous.Next = waiter.Next;
        if (waiter.Next is null)
            _last = waiter.Previous;
        else
            waiter.Next.Previous = waiter.Previous;
        waiter.Next = waiter.Previous = null;
        waiter.IsQueued = false;
        Volatile.Write(ref _count, _count - 1);
    }
}
