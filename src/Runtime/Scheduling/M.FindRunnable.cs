using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

// Where an M finds its next goroutine, and how it sleeps when there is none. The order is Go's (runtime/proc.go: findRunnable):
// every 61st time the global queue, the local queue, due timers, a batch of the global queue, stealing, sleep.
internal sealed partial class M
{
    /// <summary>How often the global queue goes first, in slices, so that it is never starved (Go: runtime/proc.go: findRunnable).</summary>
    private const uint GlobalFirstEvery = 61;

    /// <summary>Rounds over all Ps in one attempt; the last may take runnext (Go: stealTries).</summary>
    private const int StealRounds = 4;

    /// <summary>
    /// How long an M that found nothing keeps looking before it sleeps, in ns: about what waking it costs, which it saves if work comes at
    /// once.
    /// </summary>
    private const long SpinNanoseconds = 50_000;

    /// <summary>The pause between two looks while spinning: some 10 us, in the framework's normalized spins. Each look costs the busy Ps a cache miss.</summary>
    private const int SpinPause = 300;

    private long _switchTime;

    /// <summary>The time of the switch that is under way: what ended the last goroutine's run also starts the next one's, if nothing came between.</summary>
    private long SwitchTime() => _switchTime != 0 ? _switchTime : Clock.Now;

    /// <summary>Finds the next goroutine; sleeps until there is one.</summary>
    /// <param name="p">The P to run it on. In the runtime the P is this M's until it gives it back, whatever <c>_p</c> shows for a moment.</param>
    /// <param name="inherit">True if it goes on with its predecessor's slice.</param>
    /// <returns>Null when the M is to end, mostly with its scheduler.</returns>
    private G? FindRunnable(out P p, out bool inherit)
    {
        while (true)
        {
            inherit = false;
            p = OwnedP()!;
            if (Scheduler.NeedsAttention && Attend(ref p!, out var next))
                return next;
            if (p is null)
            {
                if (!Stop())
                    return null;
                continue;
            }
            uint tick = p.SchedTick;
            if (tick % GlobalFirstEvery == 0 && Scheduler.Global.Count != 0)
            {
                // Moves on by itself, or an inheriting chain would stay on this tick.
                p.SchedTick++;
                if (TakeGlobal(p, batch: false) is { } old)
                    return Found(p, old);
            }
            // The ring's turn after a chain of runnext is the global queue's where the ring has nothing: else that waited for 61 such chains.
            if (p.IsChainOver && Scheduler.Global.Count != 0 && p.Queue.Count == 0 && TakeGlobal(p, batch: false) is { } waiting)
            {
                p.EndChain();
                return Found(p, waiting);
            }
            if (tick % TimersEvery == 0)
                RunDueTimers(p);
            if (p.Get(out inherit) is { } local)
            {
                if (_spinning)
                    StopSpinning(p, found: true);
                return local;
            }
            if (RunDueTimers(p))
                continue;
            if (Scheduler.Global.Count != 0 && TakeGlobal(p, batch: true) is { } global)
                return Found(p, global);
            if (Poll(p))
                continue;
            if (Steal(p) is { } stolen)
                return Found(p, stolen);
            if (RunDueTimersOfAll(p))
                continue;
            if (AwaitOutside())
                continue;
            ReleaseAndRecheck(p);
        }
    }

    private G Found(P p, G g)
    {
        _switchTime = 0;
        if (_spinning)
            StopSpinning(p, found: true);
        return g;
    }

    private G? TakeGlobal(P p, bool batch)
    {
        G? first;
        int taken;
        lock (Scheduler.Lock)
        {
            first = Scheduler.Global.Get();
            if (first is null)
                return null;
            taken = 1;
            if (batch && !HasSlot)
            {
                // A fair share, at most half a ring (Go: globrunqgetbatch).
                int count = Scheduler.Global.Count + 1;
                int n = Math.Min(Math.Min(RunQueue.Capacity / 2, count), (count / Scheduler.Processors) + 1);
                for (; taken < n && Scheduler.Global.Get() is { } g; taken++)
                {
                    if (!p.Queue.TryPut(g))
                    {
                        Scheduler.Global.Put(g);
                        break;
                    }
                }
            }
        }
        if (SchedulerTracer.IsOn)
            Scheduler.Tracer.GlobalGet(p, taken, Clock.Now);
        return first;
    }

    private G? Steal(P p)
    {
        var set = Scheduler.Set;
        if (set.Ps.Length == 1 || HasSlot)
            return null;
        // At most half of the busy Ps' number of Ms look for work (Go: findRunnable), or idle ones would burn what busy ones need.
        if (!_spinning)
        {
            if (2 * Scheduler.Spinning >= Scheduler.Processors - Scheduler.IdleProcessors)
                return null;
            _spinning = true;
            Scheduler.SpinningBegan();
            if (SchedulerTracer.IsOn)
                Scheduler.Tracer.SpinBegin(p, this, Clock.Now);
        }
        p.Counts.Searches++;
        long end = 0;
        for (int round = 1; ; round++)
        {
            // In the last pass before runnext: others' timers (Go: stealWork).
            if (round >= StealRounds && RunDueTimersOfAll(p) && p.Get(out _) is { } woken)
                return woken;
            if (StealRound(p, set, mayTakeRunNext: round >= StealRounds) is { } g)
                return g;
            if (round < StealRounds)
                continue;
            if (Scheduler.IsStopping || Scheduler.Global.Count != 0)
                return null;
            long now = Clock.Now;
            if (end == 0)
                end = now + Clock.FromNanoseconds(SpinNanoseconds);
            else if (now >= end)
                return null;
            // Seldom enough that the busy Ps keep their cache lines.
            PauseBeforeLook();
            if (Poll(p) && p.Get(out _) is { } polled)
                return polled;
        }
    }

    private G? StealRound(P p, ProcessorSet set, bool mayTakeRunNext)
    {
        // Every P once, from a random start in a random stride that shares no divisor with their number (Go: randomOrder).
        uint random = Random();
        var ps = set.Ps;
        uint n = (uint)ps.Length;
        uint stride = set.StealStrides[random % (uint)set.StealStrides.Length];
        uint at = (random >> 8) % n;
        for (uint i = 0; i < n; i++, at = (at + stride) % n)
        {
            var victim = ps[at];
            Interleave.BeforeRead(in victim.Status);
            if (victim == p || victim.Status is ProcStatus.Idle or ProcStatus.Dead)
                continue;
            var g = victim.Queue.StealInto(p.Queue, out int count);
            if (g is null && mayTakeRunNext && victim.RunNext is not null)
            {
                g = Scheduler.TryStealRunNext(victim);
                count = 1;
            }
            if (g is null)
                continue;
            p.Counts.Steals++;
            p.Counts.Stolen += count;
            if (SchedulerTracer.IsOn)
                Scheduler.Tracer.Steal(p, victim, count, g, Clock.Now);
            return g;
        }
        return null;
    }

    /// <summary>
    /// Gives the P back and looks once more everywhere. Closes the race with a waker that queued work and then saw no idle P and no need
    /// to wake anyone: this M first makes itself visible as idle, then issues a process-wide barrier, then looks; the waker queues, then reads.
    /// One of the two sees the other.
    /// </summary>
    private void ReleaseAndRecheck(P p)
    {
        lock (Scheduler.Lock)
        {
            if (Scheduler.Global.Count != 0)
                return;   // the caller's loop takes it
            StopP(p);
        }
        bool wasSpinning = _spinning;
        if (wasSpinning)
        {
            _spinning = false;
            Scheduler.SpinningEnded();
        }
        Interlocked.MemoryBarrierProcessWide();
        // One that was not allowed to look is not allowed to now either while another looks: it would see the same work, take its P back and
        // come here again, with a barrier each time. Who looks goes on after this point: it finds the work, or looks once more itself when it
        // gives up, or it found other work and then sees the P that was released here and wakes one more.
        if ((!wasSpinning && Scheduler.Spinning != 0) || !Scheduler.HasQueuedWork())
            return;
        P? again;
        lock (Scheduler.Lock)
            again = Scheduler.GetIdle();
        if (again is null)
            return;   // whoever has the Ps finds the work
        if (wasSpinning)
        {
            _spinning = true;
            Scheduler.SpinningBegan();
        }
        Acquire(again);
    }

    /// <summary>Puts the P on the idle list. Under the scheduler's lock.</summary>
    private void StopP(P p)
    {
        if (SchedulerTracer.IsOn)
        {
            long now = Clock.Now;
            if (_spinning)
                Scheduler.Tracer.SpinEnd(p, this, found: false, now);
            Scheduler.Tracer.ProcStop(p, this, now);
        }
        Detach();
        Scheduler.PutIdle(p);
    }

    /// <summary>
    /// Parts with the P. Under the takers' lock: one that is about to find this M in the runtime would write the P back.
    /// </summary>
    private void Detach()
    {
        _slot = null;
        lock (Scheduler.Retake)
            Volatile.Write(ref _p, null);
    }

    private void StopSpinning(P p, bool found)
    {
        _spinning = false;
        if (SchedulerTracer.IsOn)
            Scheduler.Tracer.SpinEnd(p, this, found, Clock.Now);
        Scheduler.SpinningEnded();
        // The last one that looked has found something: there may be more, so another looks (Go: resetspinning).
        Scheduler.WakePForMore();
    }

    /// <summary>
    /// Sleeps on the idle list until somebody hands over a P. One of the sleepers watches the next timer: when it is due, it wakes by itself,
    /// which saves a wake compared with a timer thread.
    /// </summary>
    /// <returns>False when the scheduler has ended, or this M is to.</returns>
    private bool Stop()
    {
        if (_spinning)
        {
            _spinning = false;
            Scheduler.SpinningEnded();
        }
        bool tracing = SchedulerTracer.IsOn;
        if (tracing)
            Scheduler.Tracer.Machine(EventKind.MPark, this, Clock.Now);
        lock (Scheduler.Lock)
        {
            if (Scheduler.IsStopping)
                return false;
            Scheduler.PutIdle(this);
        }
        Scheduler.CheckDeadlock();
        while (true)
        {
            long sleep = Scheduler.SleepBeforeTimer(this, out bool watches);
            int polled = 0;
            bool woken = sleep > 0 && Sleep(watches ? Math.Min(sleep, Scheduler.WatchEvery) : sleep, out polled);
            P? p;
            bool timersDue = false;
            bool leftBehind = polled > 1;
            if (!woken && watches && polled == 0)
            {
                // Whether it goes on is decided first: if not, this is the last look, and no waker relies on another.
                Scheduler.GoOnWatching(this);
                leftBehind = Scheduler.SeesLeftBehind();
            }
            lock (Scheduler.Lock)
            {
                if (Scheduler.IsStopping || IsDismissed)
                    return false;
                p = NextP;
                NextP = null;
                if (p is null)
                {
                    timersDue = !woken && Scheduler.NextTimer() <= Clock.Now;
                    // Still idle: it was woken to watch an earlier timer, or it looked and all is well.
                    if (!timersDue && !leftBehind && polled == 0)
                        continue;
                    p = Scheduler.GetIdle();
                    // Every P is busy: they will come to it.
                    if (p is null && !timersDue)
                        continue;
                    Scheduler.LeaveIdle(this);
                    if (p is not null && leftBehind)
                    {
                        _spinning = true;
                        Scheduler.SpinningBegan();
                    }
                }
            }
            if (tracing)
                Scheduler.Tracer.Machine(EventKind.MUnpark, this, Clock.Now);
            if (p is not null)
            {
                Acquire(p);
                return true;
            }
            if (timersDue)
            {
                // Every P is busy: the sleepers go to the global queue and this M back to sleep.
                RunDueTimersOfAll(null);
                if (tracing)
                    Scheduler.Tracer.Machine(EventKind.MPark, this, Clock.Now);
                lock (Scheduler.Lock)
                {
                    if (Scheduler.IsStopping)
                        return false;
                    Scheduler.PutIdle(this);
                }
                Scheduler.CheckDeadlock();
            }
        }
    }

    private void EndDismissed()
    {
        if (SchedulerTracer.IsOn)
            Scheduler.Tracer.Machine(EventKind.MStop, this, Clock.Now);
        // Dismissed just as it had polled: what it found is nobody's yet.
        if (Scheduler.Global.Count != 0)
            Scheduler.WakeP();
    }

    /// <summary>Told by whoever hands it a P, before the wake: it is one of the spinning ones.</summary>
    internal void SetSpinning() => _spinning = true;

    /// <summary>A number from 0 up to <paramref name="n"/>, for goroutine code that this M runs.</summary>
    internal uint RandomBelow(uint n) => (uint)(((ulong)Random() * n) >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Random()
    {
        uint x = _random;
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        return _random = x;
    }
}
