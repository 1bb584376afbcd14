using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// A goroutine of a pool: carries out the task that it was made for, then others as they come. It is also what it parks on while it is idle.
/// </summary>
/// <remarks>
/// Who may touch it: its goroutine, while it has a task; the pool, under the gate, while it is idle. Whoever takes it off the idle stack
/// fills in a task or its end and readies the goroutine, once.
/// </remarks>
internal sealed class PoolWorker<TTask>(PoolWorkers<TTask> pool) : Parker
{
    /// <summary>The worker that became idle before this one, while it is idle; on a list of ended ones, the next.</summary>
    internal PoolWorker<TTask>? Below;

    /// <summary>The worker that became idle after this one.</summary>
    internal PoolWorker<TTask>? Above;

    /// <summary>The pool's tick when it became idle.</summary>
    internal uint IdleSince;

    /// <summary>Set when it becomes idle for the first time; a worker stays on its goroutine.</summary>
    internal G? G;

    private TTask? _task;
    private ExecutionContext? _context;
    private bool _hasTask;
    private bool _ended;

    internal override WaitReason Reason => WaitReason.PoolWorkerIdle;

    internal override long ObjectId => pool.Id;

    /// <summary>Gives it a task. By the pool, before the worker runs on.</summary>
    internal void Take(TTask task, ExecutionContext? context)
    {
        _task = task;
        _context = context;
        _hasTask = true;
    }

    /// <summary>There will be no task any more; the pool has counted it off.</summary>
    internal void End() => _ended = true;

    internal override bool Commit(G g)
    {
        G = g;
        return pool.Rest(this);
    }

    /// <summary>The body of the goroutine.</summary>
    internal async GoTask Run()
    {
        do
        {
            Exception? fault = null;
            // A task has its submitter's AsyncLocal values; an idle worker holds nobody's.
            M.Current!.SwitchContext(_context);
            try
            {
                await pool.Call(TakeTask());
            }
            catch (Exception e)
            {
                fault = e;
            }
            var m = M.Current!;
            // A call that the task left waiting, never awaited, must not be blamed on the next task.
            if (m.RefuseSecondWait() is { } left)
                fault ??= left.SourceException;
            if (fault is not null)
                pool.Faulted(fault);
            m.SwitchContext(null);
            // It comes back without a task where the purger must be started first.
            do
                await new Next(this);
            while (!_hasTask && !_ended);
        }
        while (_hasTask);
    }

    private TTask TakeTask()
    {
        var task = _task!;
        _task = default;
        _context = null;
        _hasTask = false;
        return task;
    }

    /// <summary>What an idle worker waits for.</summary>
    private readonly struct Next(PoolWorker<TTask> worker) : ICriticalNotifyCompletion, IParkAwaiter
    {
        public bool IsCompleted => worker.HasNext() && !ChanAwaits.MustGiveWay(M.Current);

        public Next GetAwaiter() => this;

        public void GetResult()
        {
        }

        Parker IParkAwaiter.GetParker(G g) => worker._hasTask || worker._ended ? RequeueMark.Preempt : worker;

        public void OnCompleted(Action continuation) => throw new NotSupportedException();

        public void UnsafeOnCompleted(Action continuation) => throw new NotSupportedException();
    }

    private bool HasNext()
    {
        pool.BeforeRest(this);
        return _hasTask || _ended;
    }
}

/// <summary>
/// Idle workers, the last one on top: it is taken first, as its frames are the warmest, and those at the bottom are the ones that expire.
/// A mutable struct under the pool's gate, but for <see cref="IsEmpty"/>.
/// </summary>
internal struct PoolIdleStack<TTask>
{
    private PoolWorker<TTask>? _top;
    private int _count;

    /// <summary>Without the gate, a moment's truth.</summary>
    internal readonly bool IsEmpty => Volatile.Read(in _count) == 0;

    internal readonly int Count => Volatile.Read(in _count);

    /// <summary>The one that is idle for longest.</summary>
    internal PoolWorker<TTask>? Oldest { get; private set; }

    internal void Push(PoolWorker<TTask> worker)
    {
        worker.Below = _top;
        if (_top is null)
            Oldest = worker;
        else
            _top.Above = worker;
        _top = worker;
        Volatile.Write(ref _count, _count + 1);
    }

    internal PoolWorker<TTask>? Pop()
    {
        var worker = _top;
        if (worker is not null)
            Remove(worker);
        return worker;
    }

    internal void Remove(PoolWorker<TTask> worker)
    {
        if (worker.Above is null)
            _top = worker.Below;
        else
            worker.Above.Below = worker.Below;
        if (worker.Below is null)
            Oldest = worker.Above;
        else
            worker.Below.Above = worker.Above;
        worker.Above = worker.Below = null;
        Volatile.Write(ref _count, _count - 1);
    }
}
