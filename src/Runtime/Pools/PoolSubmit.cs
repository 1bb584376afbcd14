using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>What a submitter waits for: a worker for its task. Await it at once; without the await nothing is submitted.</summary>
/// <typeparam name="T">What is submitted: a function, or the argument of the pool's function.</typeparam>
public struct PoolSubmit<T> : ICriticalNotifyCompletion, IParkAwaiter
{
    private readonly PoolWorkers<T> _pool;
    private readonly T _task;
    private readonly CancellationToken _token;
    private PoolSubmitWaiter<T>? _waiter;
    private PoolVerdict _verdict;

    internal PoolSubmit(PoolWorkers<T> pool, T task, CancellationToken token)
    {
        _pool = pool;
        _task = task;
        _token = token;
    }

    /// <summary>For the compiler: submits at once if it can.</summary>
    public bool IsCompleted
    {
        get
        {
            var m = M.Current;
            _verdict = _token.IsCancellationRequested ? PoolVerdict.Canceled : _pool.TrySubmit(_task, m);
            if (_verdict == PoolVerdict.Accepted)
                return !ChanAwaits.MustGiveWay(m);
            if (_verdict != PoolVerdict.Full)
                return true;
            if (_pool.IsNonBlocking)
            {
                _verdict = PoolVerdict.Overload;
                return true;
            }
            _waiter = PoolSubmitWaiter<T>.Rent(m?.CurrentG, _pool, _task, _token.CanBeCanceled);
            return false;
        }
    }

    /// <summary>For the compiler.</summary>
    public readonly PoolSubmit<T> GetAwaiter() => this;

    /// <summary>For the compiler: throws if the task has no worker.</summary>
    public readonly void GetResult()
    {
        var verdict = _waiter is null ? _verdict : _waiter.Return();
        if (verdict != PoolVerdict.Accepted)
            Throw(verdict);
    }

    readonly Parker IParkAwaiter.GetParker(G g) => Parker(g.Scheduler);

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void UnsafeOnCompleted(Action continuation)
    {
        var scheduler = M.OfGoroutine().Scheduler;
        _waiter?.Disown();
        scheduler.Adopt(Parker(scheduler), continuation);
    }

    private readonly Parker Parker(Scheduler scheduler)
    {
        if (_waiter is null)
            return RequeueMark.Preempt;
        _waiter.Watch(scheduler, _token);
        return _waiter;
    }

    private readonly void Throw(PoolVerdict verdict)
    {
        switch (verdict)
        {
            case PoolVerdict.Closed: throw new PoolClosedException();
            case PoolVerdict.Overload: throw new PoolOverloadException();
            case PoolVerdict.Deadlock: throw PoolDeadlockException.OfSubmit();
            case PoolVerdict.Canceled: throw new OperationCanceledException(_token);
            default: throw new InvalidOperationException($"A submission ended as {verdict}.");
        }
    }
}
