using System.Diagnostics;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// A pool: its workers, idle and busy, and the submitters that wait. This file is the way of a task from its submitter to a worker;
/// PoolWorkers.Life.cs has capacity, purge, release and reboot.
/// </summary>
/// <remarks>
/// <para>Everything is decided under one gate, held for tens of ns; goroutines are readied and made after it. What holds whenever it is free:
/// nobody waits while a worker is idle; nobody waits while there may be more workers; a closed pool has no idle worker and nobody waits.
/// So a worker that is done looks at the queue once, and a submitter that finds no idle worker and no room may go to sleep: none of them
/// looks again and again, as ants once did (ants#10, ants#76).</para>
/// <para>A worker that is done takes the task of the oldest submitter itself and only then readies it. Rejected: readying the submitter to
/// look again (ants: retrieveWorker), where one that comes just then may take the worker first and the oldest waits on.</para>
/// <para>A task that throws does not end its worker, so those that wait are served by it as ever (ants#146).</para>
/// </remarks>
internal sealed partial class PoolWorkers<TTask> : PoolCore
{
    // Never an interned string: by the identity of its goroutine's name a submitter is known as a worker of this pool.
    private readonly string _workerName;
    private readonly Scheduler _scheduler;
    private readonly Func<TTask, GoTask> _function;
    private readonly GoroutinePoolOptions _options;
    private readonly CreationSite _site;
    private readonly bool _purges;
    private SpinGate _gate;
    private PoolIdleStack<TTask> _idle;
    private PoolSubmitQueue<TTask> _submitters;
    private int _capacity;
    private int _running;
    private int _blockedWorkers;
    private bool _closed;
    private long _id;

    internal PoolWorkers(Func<TTask, GoTask> function, int capacity, GoroutinePoolOptions? options, CreationSite site)
    {
        ArgumentNullException.ThrowIfNull(function);
        GoroutinePoolBase.CheckCapacity(capacity);
        _options = options ?? GoroutinePoolOptions.Default;
        _options.Validate();
        _scheduler = M.OfGoroutine().Scheduler;
        _function = function;
        _capacity = Limit(capacity);
        _site = site;
        _purges = !_options.DisablePurge;
        _workerName = string.Concat(_options.Name, " worker");
    }

    /// <summary>The id that traces know it by.</summary>
    internal long Id => ObjectIds.Of(ref _id);

    internal bool IsNonBlocking => _options.NonBlocking;

    internal override int Capacity => Volatile.Read(ref _capacity) is int.MaxValue ? GoroutinePoolBase.Unlimited : Volatile.Read(ref _capacity);

    internal override int Running => Volatile.Read(ref _running);

    internal override int Idle => _idle.Count;

    internal override int Waiting => _submitters.Count;

    internal override bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>A submitter would have to wait: true for sure only under the gate, but enough to go and queue, where it is asked again.</summary>
    internal bool LooksFull => _idle.IsEmpty && Volatile.Read(ref _running) >= Volatile.Read(ref _capacity) && !Volatile.Read(ref _closed);

    /// <summary>Makes the pools of a pool of pools.</summary>
    internal static PoolWorkers<TTask>[] Make(int count, Func<TTask, GoTask> function, int capacity, GoroutinePoolOptions? options, CreationSite site)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, "pools");
        var pools = new PoolWorkers<TTask>[count];
        for (int i = 0; i < count; i++)
            pools[i] = new PoolWorkers<TTask>(function, capacity, options, site);
        return pools;
    }

    /// <summary>Carries out a task, on a worker.</summary>
    internal GoTask Call(TTask task) => _function(task);

    /// <summary>Gives a task to a worker if that needs no wait. Any thread.</summary>
    /// <param name="task">The task.</param>
    /// <param name="m">The caller's M; null if it is none.</param>
    /// <returns>Accepted, Full or Closed.</returns>
    internal PoolVerdict TrySubmit(TTask task, M? m)
    {
        if (LooksFull)
            return PoolVerdict.Full;
        var context = FlowOfContext.Capture();
        _gate.Enter();
        var verdict = Place(task, context, out var worker);
        _gate.Exit();
        if (verdict == PoolVerdict.Accepted)
            Launch(worker, task, context, m);
        return verdict;
    }

    /// <summary>A submitter's wait is committed: places its task after all, refuses it, or queues it.</summary>
    /// <returns>True if it is queued.</returns>
    internal bool WaitForWorker(PoolSubmitWaiter<TTask> waiter)
    {
        _gate.Enter();
        PoolWorker<TTask>? worker = null;
        var verdict = waiter.IsCanceled ? PoolVerdict.Canceled : Place(waiter.Task!, waiter.Context, out worker);
        bool waits = verdict == PoolVerdict.Full;
        if (waits)
        {
            bool isBlockedWorker = ReferenceEquals(waiter.G!.Name, _workerName) && !waiter.CanBeCanceled;
            if (_options.MaxBlocking != 0 && _submitters.Count >= _options.MaxBlocking)
            {
                (waits, verdict) = (false, PoolVerdict.Overload);
            }
            else if (isBlockedWorker && _blockedWorkers + 1 == _running)
            {
                (waits, verdict) = (false, PoolVerdict.Deadlock);
            }
            else
            {
                verdict = PoolVerdict.Pending;
                waiter.IsBlockedWorker = isBlockedWorker;
                _blockedWorkers += isBlockedWorker ? 1 : 0;
                _submitters.Enqueue(waiter);
            }
        }
        // Before the gate opens: then a queued waiter is its waker's.
        waiter.Verdict = verdict;
        _gate.Exit();
        if (verdict == PoolVerdict.Accepted)
            Launch(worker, waiter.Task!, waiter.Context, M.Current);
        return waits;
    }

    /// <summary>Takes a submitter off the queue whose token was canceled.</summary>
    /// <returns>True if it was queued.</returns>
    internal bool TryWithdraw(PoolSubmitWaiter<TTask> waiter)
    {
        _gate.Enter();
        bool wasQueued = false;
        // The verdict decides, not the queue alone: a wait that is over may be on its waker's own list.
        if (waiter.Verdict == PoolVerdict.Pending)
        {
            wasQueued = waiter.IsQueued;
            if (wasQueued)
                _submitters.Remove(waiter);
            waiter.IsCanceled = true;
            waiter.Verdict = PoolVerdict.Canceled;
        }
        _gate.Exit();
        return wasQueued;
    }

    /// <summary>A worker is done: gets it the oldest submitter's task, or its end. By its goroutine; it rests if it gets neither.</summary>
    internal void BeforeRest(PoolWorker<TTask> worker)
    {
        if (_submitters.Count == 0 && !Volatile.Read(ref _closed) && Volatile.Read(ref _running) <= Volatile.Read(ref _capacity))
        {
            if (_purges && !Volatile.Read(ref _purging))
                StartPurger();
            return;
        }
        _gate.Enter();
        TryAdvance(worker, out var submitter, out var ended);
        _gate.Exit();
        Notify(submitter, ended);
    }

    /// <summary>A worker's park is committed: it gets what came meanwhile, or is idle.</summary>
    /// <returns>True if it is idle.</returns>
    internal bool Rest(PoolWorker<TTask> worker)
    {
        _gate.Enter();
        if (TryAdvance(worker, out var submitter, out var ended))
        {
            _gate.Exit();
            Notify(submitter, ended);
            return false;
        }
        // The purger ended since the worker looked: no worker is idle without one. A goroutine is made by goroutines, so it goes back once more.
        bool rests = !_purges || _purging;
        if (rests)
        {
            worker.IdleSince = _tick;
            _idle.Push(worker);
        }
        _gate.Exit();
        return rests;
    }

    /// <summary>A task threw. On its worker, which goes on.</summary>
    internal void Faulted(Exception exception)
    {
        var m = M.Current!;
        if (_options.PanicHandler is { } handler)
        {
            try
            {
                handler(exception);
            }
            catch (Exception e)
            {
                _scheduler.Faulted(m.CurrentG!, e);
            }
        }
        else
        {
            _scheduler.Faulted(m.CurrentG!, exception);
        }
        // A handler that calls something that waits must not leave its wait to the next task.
        m.Unpend();
    }

    // ---- Under the gate --------------------------------------------------------------------------------------------------------------

    /// <summary>Finds a worker: an idle one, which gets the task, or room for a new one, which is counted; the caller launches it.</summary>
    private PoolVerdict Place(TTask task, ExecutionContext? context, out PoolWorker<TTask>? idle)
    {
        idle = null;
        if (_closed)
            return PoolVerdict.Closed;
        idle = _idle.Pop();
        if (idle is not null)
        {
            idle.Take(task, context);
            return PoolVerdict.Accepted;
        }
        if (_running >= _capacity)
            return PoolVerdict.Full;
        Volatile.Write(ref _running, _running + 1);
        return PoolVerdict.Accepted;
    }

    /// <summary>Gives a worker that is done its end, or the oldest submitter's task.</summary>
    /// <param name="worker">The worker, which is not idle.</param>
    /// <param name="submitter">Whose wait is over with that, or null.</param>
    /// <param name="ended">Who waited for the last worker's end, or null.</param>
    /// <returns>False if there is neither.</returns>
    private bool TryAdvance(PoolWorker<TTask> worker, out PoolSubmitWaiter<TTask>? submitter, out EndWait? ended)
    {
        ended = null;
        if (_closed || _running > _capacity)
        {
            worker.End();
            ended = CountOff();
            submitter = EndDeadlock();
            return true;
        }
        submitter = _submitters.First;
        if (submitter is null)
            return false;
        EndWaitOf(submitter, PoolVerdict.Accepted);
        worker.Take(submitter.Task!, submitter.Context);
        return true;
    }

    private void EndWaitOf(PoolSubmitWaiter<TTask> submitter, PoolVerdict verdict)
    {
        Debug.Assert(submitter.IsQueued);
        _submitters.Remove(submitter);
        _blockedWorkers -= submitter.IsBlockedWorker ? 1 : 0;
        submitter.IsBlockedWorker = false;
        submitter.Verdict = verdict;
    }

    /// <summary>If a worker ended and all that are left wait to submit: ends the oldest such wait.</summary>
    private PoolSubmitWaiter<TTask>? EndDeadlock()
    {
        if (_running == 0 || _blockedWorkers != _running)
            return null;
        var victim = _submitters.First!;
        while (!victim.IsBlockedWorker)
            victim = victim.Next!;
        EndWaitOf(victim, PoolVerdict.Deadlock);
        return victim;
    }

    // ---- After the gate --------------------------------------------------------------------------------------------------------------

    private void Launch(PoolWorker<TTask>? idle, TTask task, ExecutionContext? context, M? m)
    {
        if (idle is not null)
        {
            _scheduler.Ready(idle.G!, m);
            return;
        }
        var worker = new PoolWorker<TTask>(this);
        worker.Take(task, context);
        StartGoroutine(new GoBody.Of<PoolWorker<TTask>>(worker, static w => w.Run()), _workerName);
    }

    private static void Notify(PoolSubmitWaiter<TTask>? submitter, EndWait? ended)
    {
        if (submitter is not null)
            submitter.G!.Scheduler.Ready(submitter.G);
        while (ended is not null)
        {
            var next = ended.Next;
            ended.G!.Scheduler.Ready(ended.G);
            ended = next;
        }
    }

    private void StartGoroutine(GoBody body, string name)
    {
        var m = M.Current;
        _scheduler.StartGoroutine(body, name, _site, m?.Scheduler == _scheduler ? m.CurrentG : null);
    }

    private static int Limit(int capacity) => capacity == GoroutinePoolBase.Unlimited ? int.MaxValue : capacity;
}
