using Gmp.Tracing;

namespace Gmp;

// Capacity, purge, release and reboot. The gate and what holds under it stand in PoolWorkers.cs.
internal sealed partial class PoolWorkers<TTask>
{
    /// <summary>
    /// A worker expires at the third tick after the one in which it became idle, and a tick is half of the expiry: after once the expiry at
    /// least and one and a half times at most. So becoming idle reads no clock, as in ants, which has a ticking goroutine for it.
    /// </summary>
    private const int TicksToExpire = 3;

    private uint _tick;
    private bool _purging;
    private EndWait? _endWaits;

    internal override void Tune(int capacity)
    {
        PoolSubmitQueue<TTask> served = default;
        PoolWorker<TTask>? ended = null;
        _gate.Enter();
        Volatile.Write(ref _capacity, Limit(capacity));
        // There is room: who waits gets new workers.
        while (_submitters.First is { } submitter && _running < _capacity)
        {
            Volatile.Write(ref _running, _running + 1);
            EndWaitOf(submitter, PoolVerdict.Accepted);
            served.Enqueue(submitter);
        }
        while (_running > _capacity && _idle.Oldest is { } oldest)
            ended = EndIdle(oldest, ended);
        _gate.Exit();
        while (served.First is { } submitter)
        {
            served.Remove(submitter);
            Launch(idle: null, submitter.Task!, submitter.Context, M.Current);
            submitter.G!.Scheduler.Ready(submitter.G);
        }
        ReadyEnded(ended);
    }

    internal override void Release()
    {
        PoolSubmitQueue<TTask> refused = default;
        PoolWorker<TTask>? ended = null;
        EndWait? endWaits = null;
        _gate.Enter();
        if (!_closed)
        {
            Volatile.Write(ref _closed, true);
            while (_submitters.First is { } submitter)
            {
                EndWaitOf(submitter, PoolVerdict.Closed);
                refused.Enqueue(submitter);
            }
            while (_idle.Oldest is { } idle)
                ended = EndIdle(idle, ended);
            if (_running == 0)
                endWaits = TakeEndWaits(allEnded: true);
        }
        _gate.Exit();
        while (refused.First is { } submitter)
        {
            // First: once it is ready the submitter may wait again, with this very object.
            refused.Remove(submitter);
            submitter.G!.Scheduler.Ready(submitter.G);
        }
        ReadyEnded(ended);
        Notify(submitter: null, endWaits);
    }

    internal override void Reboot()
    {
        EndWait? endWaits = null;
        _gate.Enter();
        if (_closed)
        {
            Volatile.Write(ref _closed, false);
            // Their end may not come any more.
            endWaits = TakeEndWaits(allEnded: false);
        }
        _gate.Exit();
        Notify(submitter: null, endWaits);
    }

    internal override async GoTask<bool> WaitUntilEnded(CancellationToken token)
    {
        var m = M.OfGoroutine();
        if (ReferenceEquals(m.CurrentG!.Name, _workerName))
            throw PoolDeadlockException.OfRelease();
        var wait = new EndWait(this);
        wait.Watch(m.Scheduler, token);
        await new ParkAwaitable(wait);
        wait.EndWatch();
        return wait.AllEnded;
    }

    // ---- Under the gate --------------------------------------------------------------------------------------------------------------

    /// <summary>One worker less, which was not idle.</summary>
    /// <returns>Who waited for the last one's end.</returns>
    private EndWait? CountOff()
    {
        Volatile.Write(ref _running, _running - 1);
        return _running == 0 && _closed ? TakeEndWaits(allEnded: true) : null;
    }

    /// <summary>Takes an idle worker off the stack for good and puts it on a list.</summary>
    private PoolWorker<TTask> EndIdle(PoolWorker<TTask> worker, PoolWorker<TTask>? list)
    {
        _idle.Remove(worker);
        worker.End();
        worker.Below = list;
        Volatile.Write(ref _running, _running - 1);
        return worker;
    }

    private EndWait? TakeEndWaits(bool allEnded)
    {
        var waits = _endWaits;
        _endWaits = null;
        for (var wait = waits; wait is not null; wait = wait.Next)
            (wait.IsOver, wait.AllEnded) = (true, allEnded);
        return waits;
    }

    // ---- The purger --------------------------------------------------------------------------------------------------------------------

    /// <summary>
    /// Starts the goroutine that ends workers which are idle for long. It lives while there are any, so a pool that is not used costs no timer
    /// and hides no deadlock.
    /// </summary>
    private void StartPurger()
    {
        _gate.Enter();
        bool mine = !_purging;
        Volatile.Write(ref _purging, true);
        _gate.Exit();
        if (mine)
            StartGoroutine(new GoBody.Of<PoolWorkers<TTask>>(this, static pool => pool.Purge()), string.Concat(_options.Name, " purger"));
    }

    private async GoTask Purge()
    {
        do
            await Goroutine.Sleep(_options.Expiry / 2);
        while (PurgeOnce());
    }

    private bool PurgeOnce()
    {
        PoolWorker<TTask>? expired = null;
        _gate.Enter();
        _tick++;
        while (_idle.Oldest is { } oldest && _tick - oldest.IdleSince >= TicksToExpire)
            expired = EndIdle(oldest, expired);
        bool goesOn = !_idle.IsEmpty;
        if (!goesOn)
            Volatile.Write(ref _purging, false);
        _gate.Exit();
        ReadyEnded(expired);
        return goesOn;
    }

    private void ReadyEnded(PoolWorker<TTask>? worker)
    {
        while (worker is not null)
        {
            // Read first: it is gone once it is ready.
            var next = worker.Below;
            worker.Below = null;
            _scheduler.Ready(worker.G!);
            worker = next;
        }
    }

    /// <summary>A goroutine that waits until a closed pool has no worker any more.</summary>
    private sealed class EndWait(PoolWorkers<TTask> pool) : CancelableParker
    {
        /// <summary>The next that waits for the same.</summary>
        internal EndWait? Next;

        /// <summary>It ended in the usual way. Under the gate.</summary>
        internal bool IsOver;

        /// <summary>No worker was left. Read by the goroutine after its wait.</summary>
        internal bool AllEnded;

        // The word for a goroutine that waits for others to end.
        internal override WaitReason Reason => WaitReason.WaitGroupWait;

        internal override long ObjectId => pool.Id;

        internal override bool Commit(G g)
        {
            G = g;
            pool._gate.Enter();
            bool waits = !IsCanceled && pool._closed && pool._running != 0;
            if (waits)
            {
                Next = pool._endWaits;
                pool._endWaits = this;
            }
            else if (!IsCanceled)
            {
                (IsOver, AllEnded) = (true, pool._running == 0);
            }
            pool._gate.Exit();
            return waits;
        }

        protected override bool TryWithdraw()
        {
            pool._gate.Enter();
            bool wasQueued = false;
            if (!IsOver)
            {
                IsCanceled = true;
                ref var link = ref pool._endWaits;
                while (link is not null && link != this)
                    link = ref link.Next;
                wasQueued = link == this;
                if (wasQueued)
                    link = Next;
            }
            pool._gate.Exit();
            return wasQueued;
        }
    }
}
