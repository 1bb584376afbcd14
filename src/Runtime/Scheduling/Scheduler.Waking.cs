using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

// Making goroutines runnable, and waking just enough Ms to run them.
public sealed partial class Scheduler
{
    /// <summary>Makes a waiting goroutine runnable: next on the caller's P, or on the global queue from elsewhere. Any thread (Go: ready).</summary>
    internal void Ready(G g) => Ready(g, M.Current);

    /// <param name="g">The goroutine.</param>
    /// <param name="m">The caller's M, or null.</param>
    internal void Ready(G g, M? m)
    {
        if (m is null || m.Scheduler != this)
        {
            ReadyGlobal(m, g);
            return;
        }
        var p = m.EnterRuntime(out int before);
        if (p is null)
        {
            ReadyGlobal(m, g);
        }
        else
        {
            if (SchedulerTracer.IsOn)
                Tracer.GoUnblock(p, m, g, RunQueueKind.RunNext, Clock.Now);
            g.WaitReason = WaitReason.None;
            g.Status = GoStatus.Runnable;
            p.PutNext(g);
            WakePFor(p);
        }
        m.LeaveRuntime(before);
    }

    private void ReadyGlobal(M? m, G g)
    {
        if (SchedulerTracer.IsOn)
        {
            long by = m?.Scheduler == this ? m.CurrentG?.Id ?? 0 : 0;
            Tracer.WithoutP(EventKind.GoUnblock, null, g, GoStatus.Waiting, Clock.Now, by, (long)RunQueueKind.Global);
        }
        g.WaitReason = WaitReason.None;
        g.Status = GoStatus.Runnable;
        PutGlobal(g);
    }

    /// <summary>Queues a runnable goroutine for anyone. Any thread.</summary>
    internal void PutGlobal(G g)
    {
        lock (Lock)
            Global.Put(g);
        WakeP();
    }

    /// <summary>
    /// Wakes an M to look for work, if a P is idle and nobody looks already (Go: wakep). The caller has queued something before; why it
    /// needs no fence stands in the remarks of <see cref="Scheduler"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void WakeP()
    {
        if (Volatile.Read(ref _idlePCount) != 0 && Volatile.Read(ref _spinning) == 0)
            WakeOne();
    }

    /// <summary>
    /// Like <see cref="WakeP"/>, for a goroutine that was put next on <paramref name="p"/>. If it is all that waits there and a watcher looks
    /// every now and then, nobody is woken: most such goroutines run as soon as their waker parks, and waking a thread for each would cost a
    /// pair that ready each other in turn more than their switches do. The watcher takes it if the waker goes on computing.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void WakePFor(P p)
    {
        if (Volatile.Read(ref _idlePCount) != 0 && Volatile.Read(ref _spinning) == 0
            && (Volatile.Read(ref _watcher) is null || p.Queue.Count != 0))
            WakeOne();
    }

    /// <summary>
    /// Like <see cref="WakeP"/>, for an M that looked for work, found some and has stopped looking. Where a watcher looks every now and then and no queue has
    /// anything, nobody is woken: a goroutine that waits for one thing after another outside would else cost a wake, and a core for as long as the woken one looks, each time.
    /// </summary>
    internal void WakePForMore()
    {
        if (Volatile.Read(ref _idlePCount) != 0 && Volatile.Read(ref _spinning) == 0
            && (Volatile.Read(ref _watcher) is null || HasQueuedWork()))
            WakeOne();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WakeOne()
    {
        // At most one is woken however many ask: the first swap wins, and the woken one wakes the next when it finds work.
        if (Interlocked.CompareExchange(ref _spinning, 1, 0) != 0)
            return;
        P? p;
        lock (Lock)
        {
            p = GetIdle();
            // Under the lock: after it a P may go idle, and whoever queues then and sees it idle must not see this claim any more.
            if (p is null)
                SpinningEnded();
        }
        if (p is not null)
            StartM(p, spinning: true);
    }

    /// <summary>Lets an M run a P that the caller owns: a sleeping one, or a new thread (Go: startm).</summary>
    /// <param name="p">The P.</param>
    /// <param name="spinning">Whether the M starts as one that looks for work; the caller has counted it.</param>
    /// <param name="from">In a handoff, the M that had the P.</param>
    /// <param name="reason">Why, in a handoff.</param>
    internal void StartM(P p, bool spinning, M? from = null, HandoffReason reason = default)
    {
        M? m;
        bool isNew = false, watcherLeft;
        lock (Lock)
        {
            m = TakeIdleM(out watcherLeft);
            if (m is null)
            {
                if (_allMs.Count >= Options.MaxThreads)
                    Faults.ThreadExhaustion(this);
                m = new M(this, _lastMId++);
                _allMs.Add(m);
                isNew = true;
            }
            m.NextP = p;
            if (spinning)
                m.SetSpinning();
            if (!isNew)
                _wakes++;
            if (from is not null)
            {
                _handoffs[(int)reason]++;
                // Under the lock: without it the M, which may wake by itself to watch, would find the P and write its records too.
                if (SchedulerTracer.IsOn)
                    Tracer.ProcHandoff(p, from, m, reason, Clock.Now);
            }
        }
        if (!isNew)
            m.Wake();
        else if (M.Current?.LockedG is null)
            m.Start();
        else
            _sysmon.StartThread(m);
        // Someone may have relied on the watcher. One that starts by looking for work sees to it itself.
        if (watcherLeft && !spinning)
            WakeP();
    }

    internal void SpinningBegan() => Interlocked.Increment(ref _spinning);

    internal void SpinningEnded() => Interlocked.Decrement(ref _spinning);

    /// <summary>Whether any queue has a goroutine. Called by an M that has just become idle.</summary>
    internal bool HasQueuedWork()
    {
        if (Global.Count != 0)
            return true;
        foreach (var p in Ps)
        {
            if (p.QueueLength != 0)
                return true;
        }
        return false;
    }

    // ---- Idle lists: under Lock ------------------------------------------------------------------------------------------------------------

    /// <summary>Puts a P on the idle list, or ends it if it is too many.</summary>
    internal void PutIdle(P p)
    {
        if (p.Id >= _processors)
        {
            Retire(p);
            return;
        }
        p.Status = ProcStatus.Idle;
        p.M = null;
        p.IdleLink = _idlePs;
        _idlePs = p;
        Volatile.Write(ref _idlePCount, _idlePCount + 1);
    }

    internal P? GetIdle()
    {
        var p = _idlePs;
        if (p is null)
            return null;
        _idlePs = p.IdleLink;
        p.IdleLink = null;
        // Counted as running before anyone can look for it among the idle: a thief skips idle Ps.
        p.Status = ProcStatus.Running;
        Volatile.Write(ref _idlePCount, _idlePCount - 1);
        _sysmon.SomethingRuns();
        return p;
    }

    internal void PutIdle(M m)
    {
        m.IsIdle = true;
        m.IdleLink = _idleMs;
        _idleMs = m;
        _idleMCount++;
        _parks++;
    }

    private M? TakeIdleM(out bool watcherLeft)
    {
        // Last in, first out: its stack and caches are the warmest. Those that watch are left where another sleeps too, and the one that sleeps in the
        // poller is taken only where no thread may be added: somebody must see what comes.
        bool mayAdd = _allMs.Count < Options.MaxThreads;
        M? taken = null;
        for (var m = _idleMs; m is not null; m = m.IdleLink)
        {
            if (mayAdd && m.SleepsInPoller)
                continue;
            taken = m;
            if (m != _timerWatcher && m != _watcher)
                break;
        }
        watcherLeft = taken is not null && taken == _watcher;
        if (taken is not null)
            LeaveIdle(taken);
        return taken;
    }

    /// <summary>Takes a particular M off the idle list.</summary>
    internal void LeaveIdle(M m)
    {
        if (_idleMs == m)
        {
            _idleMs = m.IdleLink;
        }
        else
        {
            var before = _idleMs!;
            while (before.IdleLink != m)
                before = before.IdleLink!;
            before.IdleLink = m.IdleLink;
        }
        Left(m);
    }

    private void Left(M m)
    {
        m.IsIdle = false;
        m.IdleLink = null;
        _idleMCount--;
        _leastIdleMs = Math.Min(_leastIdleMs, _idleMCount);
        LeftTimerWatch(m);
        if (_watcher == m)
            Volatile.Write(ref _watcher, null);
    }

    internal M[] AllMs()
    {
        lock (Lock)
            return [.. _allMs];
    }

    // ---- What cannot be seen in queues ----------------------------------------------------------------------------------------------------

    internal void ForeignWaitBegan() => Interlocked.Increment(ref _foreignWaits);

    internal void ForeignWaitEnded()
    {
        // What this wait readied may have run and parked again while it was still counted: then nobody else looks once more.
        if (Interlocked.Decrement(ref _foreignWaits) == 0)
            OutsideWaitsEnded();
    }

    /// <summary>Whether a thread outside may make a goroutine runnable at any moment.</summary>
    internal bool HasForeignWaits => Volatile.Read(ref _foreignWaits) != 0;

    internal void OutsideWaitsEnded()
    {
        if (AllIdle)
            CheckDeadlock();
    }

    // Something that is no goroutine may make one runnable.
    private bool HasOutsideWaits => HasForeignWaits || Poller is { Waiters: > 0 };

    /// <summary>Called by an M that has gone to sleep: if all sleep and nothing can wake one, no goroutine will ever run again (Go: checkdead).</summary>
    internal void CheckDeadlock()
    {
        if (!Options.DetectDeadlock || HasOutsideWaits)
            return;
        lock (Lock)
        {
            // An M in a system call, or one that runs a goroutine without a P, is on no idle list.
            if (IsStopping || _idleMCount + _idleLockedMs != _allMs.Count || !AllIdle || Global.Count != 0
                || NextTimer() != Timers.Never || HasOutsideWaits)
                return;
        }
        Faults.Deadlock(this);
    }
}
