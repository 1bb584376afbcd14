using System.Collections.Concurrent;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// The watcher: a thread without a P that takes Ps from system calls and hogs, wakes sleepers that nobody else does, and flushes traces
/// (Go: runtime/proc.go: sysmon, retake).
/// </summary>
internal sealed class Sysmon(Scheduler scheduler)
{
    private const long ShortestSleep = 20_000;
    private const int RoundsBeforeBackOff = 50;
    private const long FlushEvery = 50_000_000;
    private const int FlushesPerHeartbeat = 2;

    /// <summary>Between two pieces of a snapshot, ns.</summary>
    private const long SnapshotPause = 50_000;

    private const long CountEvery = 1_000_000_000;

    /// <summary>After asking a goroutine to give way, how long it has until its P is taken, ns: enough to come to a scheduling point if it does any.</summary>
    private const long PreemptGrace = 200_000;

    private readonly ThreadParker _parker = ThreadParker.Create();
    private View[] _views = [];   // grows with the number of Ps
    private readonly ConcurrentQueue<M> _threadsToStart = new();
    private readonly GcWatch _pauses = new(scheduler.Tracer);
    private volatile bool _sleepsDeeply;
    private volatile bool _snapshotWanted;
    private Action? _ended;
    private long _nextFlush;
    private long _nextCount;
    private readonly Surplus _surplus = new(scheduler);
    private int _flushes;
    private long _rounds;
    private bool _sleepsForGood;

    // What was seen of a P the last time.
    private struct View
    {
        internal uint SchedTick;
        internal long SchedWhen;
        internal uint Switches;
        internal long RunWhen;
        internal uint SyscallTick;
        internal long SyscallWhen;
        internal bool IsWatched;
        internal long PreemptedAt;
    }

    /// <summary>How often it woke: an idle program's does not. A moment's truth.</summary>
    internal long Rounds => Volatile.Read(ref _rounds);

    /// <summary>Whether it sleeps until something runs, with nothing left to look after. A moment's truth.</summary>
    internal bool SleepsForGood => Volatile.Read(ref _sleepsForGood);

    internal void Start()
    {
        // A session that runs already asked for states before this scheduler could hear it.
        if (SchedulerTracer.IsTracing)
            _snapshotWanted = true;
        new Thread(Run) { IsBackground = true, Name = "gmp-sysmon" }.UnsafeStart();
    }

    /// <summary>
    /// Starts an M's thread from here: a new thread inherits what the operating system knows of its maker, and the maker is locked to a goroutine
    /// that may have changed that (Go: runtime/proc.go: newm, the template thread).
    /// </summary>
    internal void StartThread(M m)
    {
        _threadsToStart.Enqueue(m);
        _parker.Unpark();
    }

    /// <summary>The scheduler has ended: flush, then call back. Once.</summary>
    internal void End(Action ended)
    {
        Volatile.Write(ref _ended, ended);
        _parker.Unpark();
    }

    /// <summary>An idle P is taken into use. Under the scheduler's lock.</summary>
    internal void SomethingRuns()
    {
        if (!_sleepsDeeply)
            return;
        _sleepsDeeply = false;
        // Before anything runs: what parks at once must not seem to have waited through the sleep.
        scheduler.ReadTime();
        _parker.Unpark();
    }

    /// <summary>On the thread that starts a session, which every diagnostics command waits for: the snapshot is left to sysmon's own thread.</summary>
    internal void SessionStarted()
    {
        scheduler.Tracer.Flush();
        _snapshotWanted = true;
        _parker.Unpark();
    }

    /// <summary>The next timer is earlier than it was. If an M is idle it watches it; if none is, this thread must.</summary>
    internal void EarlierTimer()
    {
        if (_sleepsDeeply)
            _parker.Unpark();
    }

    private void Run()
    {
        int quietRounds = 0;
        long sleep = ShortestSleep;
        ulong lastTicks = 0;
        ThreadParker.SleepExactly();
        while (true)
        {
            if (quietRounds == 0)
                sleep = ShortestSleep;
            else if (quietRounds > RoundsBeforeBackOff)
                sleep = Math.Min(sleep * 2, LongestSleep);
            Sleep(sleep, ref lastTicks, sleep >= LongestSleep);
            Volatile.Write(ref _rounds, _rounds + 1);
            while (_threadsToStart.TryDequeue(out var m))
                m.Start();
            long now = Clock.Now;
            scheduler.MoveTime(now);
            if (Volatile.Read(ref _ended) is { } ended)
            {
                if (SchedulerTracer.IsOn)
                    scheduler.Tracer.SchedulerStop();
                scheduler.Tracer.Flush();
                ended();
                return;
            }
            WakeSleepers(now);
            scheduler.PollIfLate(now);
            quietRounds = Retake(now) ? 0 : quietRounds + 1;
            // Nothing should wait here while a P is idle; if ever a wake was missed, it costs one round of this thread, not for ever.
            if (scheduler.Global.Count != 0)
                scheduler.WakeP();
            SwitchTimes.Observe();
            _surplus.Look(now);
            if (now >= _nextCount)
            {
                _nextCount = now + Clock.FromNanoseconds(CountEvery);
                scheduler.CountSwitches();
            }
            Trace(now);
        }
    }

    // A slice must not go unseen for long: at most a fifth of one between two looks (Go sleeps up to 10 ms, so that a hog has up to 20).
    private long LongestSleep => Math.Max(ShortestSleep, Clock.ToNanoseconds(scheduler.SliceTicks) / 5);

    private void Sleep(long nanoseconds, ref ulong lastTicks, bool mayBeDeep)
    {
        long now = Clock.Now;
        long limit = nanoseconds;
        bool deep = false;
        if (mayBeDeep)
        {
            // Idle at both ends of a sleep and nothing ran in between: sleep until something does.
            ulong ticks = 0;
            foreach (var p in scheduler.Ps)
                ticks += p.SchedTick;
            if (ticks == lastTicks)
            {
                lock (scheduler.Lock)
                {
                    // Said before the timers are looked at: who adds one without an M to watch it reads this after (see Scheduler.EarlierTimer).
                    _sleepsDeeply = true;
                    Interlocked.MemoryBarrier();
                    deep = _sleepsDeeply = scheduler.AllIdle && scheduler.Global.Count == 0
                        && (scheduler.HasTimerWatcher || scheduler.NextTimer() == Timers.Never)
                        && !_snapshotWanted && Volatile.Read(ref _ended) is null;
                }
            }
            lastTicks = ticks;
            if (deep)
                limit = UntilSurplus(now);
        }
        if (!deep)
        {
            long timer = scheduler.IsTimerWatched ? Timers.Never : scheduler.NextTimer();
            if (timer != Timers.Never)
                limit = Math.Min(limit, Math.Max(ShortestSleep, Clock.ToNanoseconds(timer - now)));
            foreach (ref readonly var view in _views.AsSpan())
            {
                if (view.IsWatched)
                    limit = Math.Min(limit, Math.Max(ShortestSleep, Clock.ToNanoseconds(NextStep(view) - now)));
            }
        }
        if (scheduler.Tracer.IsTakingSnapshot)
            limit = Math.Min(limit, SnapshotPause);
        if (SchedulerTracer.IsTracing)
            limit = Math.Min(limit, Math.Max(0, Clock.ToNanoseconds(_nextFlush - now)));
        Volatile.Write(ref _sleepsForGood, limit == ThreadParker.Forever);
        if (limit > 0)
            _parker.Park(limit);
        Volatile.Write(ref _sleepsForGood, false);
        _sleepsDeeply = false;
    }

    // What a peak has left goes step by step while nothing runs; then there is nothing to wake for.
    private long UntilSurplus(long now)
    {
        long next = _surplus.NextLook();
        return next == long.MaxValue ? ThreadParker.Forever : Math.Max(ShortestSleep, Clock.ToNanoseconds(next - now));
    }

    private long NextStep(in View view) =>
        view.PreemptedAt != 0 ? view.PreemptedAt + Clock.FromNanoseconds(PreemptGrace) : view.RunWhen + scheduler.SliceTicks;

    private void WakeSleepers(long now)
    {
        // Ps look at the clock every few slices, an idle M at the deadline. What is late past both is left for this thread: the timers of a P
        // that runs one goroutine since the last look, while no M is idle. An only P runs them itself, unless its goroutine has run for a tenth of a
        // slice: who sleeps past his time then would wait all the same, but as one that sleeps, and no trace would tell whom a hog made wait.
        if (scheduler.IsTimerWatched)
            return;
        var ps = scheduler.Ps;
        for (int i = 0; i < ps.Length; i++)
        {
            var p = ps[i];
            if (now >= p.Timers.Next && (p.M is null || (i < _views.Length && IsStuck(p, _views[i], isOnly: ps.Length == 1))))
                RunTimers(p.Timers, now);
        }
    }

    private static bool IsStuck(P p, in View view, bool isOnly) => p.Switches == view.Switches && (view.IsWatched || !isOnly);

    private void RunTimers(Timers timers, long now)
    {
        // This thread is no M: between the timers and the queue a goroutine is nowhere that the deadlock check looks, so it is counted.
        scheduler.ForeignWaitBegan();
        while (timers.TakeDue(now, out long order) is { } due)
        {
            if (due is G g)
                scheduler.Ready(g);
            else
                ((RuntimeTimer)due).Expire(order, now);
        }
        scheduler.ForeignWaitEnded();
    }

    /// <summary>Takes Ps from system calls and hogs. Not for two threads at a time.</summary>
    internal bool Retake(long now)
    {
        if (scheduler.IsWithoutP)
            return false;
        bool any = false;
        var ps = scheduler.Ps;
        if (_views.Length < ps.Length)
            Array.Resize(ref _views, ps.Length);
        for (int i = 0; i < ps.Length; i++)
        {
            var p = ps[i];
            ref var view = ref _views[i];
            // A P that was taken names the M that lost it until another one has it: what that M's thread does is no longer the P's.
            if (p.M is not { } m || m.POfTaker != p)
            {
                view.IsWatched = false;
                view.PreemptedAt = 0;
                continue;
            }
            any |= m.State == M.InSyscall ? RetakeFromSyscall(p, m, ref view, now) : RetakeFromHog(p, m, ref view, now);
        }
        return any;
    }

    private bool RetakeFromSyscall(P p, M m, ref View view, long now)
    {
        uint tick = p.SyscallTick;
        if (view.SyscallTick != tick)
        {
            // Seen for the first time: a short call comes back by itself.
            view.SyscallTick = tick;
            view.SyscallWhen = now;
            return false;
        }
        // Nothing queued here and others are free for what comes: leave it its P, for a slice (Go: retake).
        if (p.QueueLength == 0 && scheduler.Global.Count == 0 && scheduler.Spinning + scheduler.IdleProcessors > 0
            && now - view.SyscallWhen < scheduler.SliceTicks)
            return false;
        if (!scheduler.TryTakeP(p, m, M.InSyscall, tick))
            return false;
        p.SyscallTick++;
        scheduler.Handoff(p, m, HandoffReason.SyscallRetake);
        return true;
    }

    private bool RetakeFromHog(P p, M m, ref View view, long now)
    {
        // Two clocks: the slice, which a chain of runnext shares and after which any scheduling point gives way, and the run of one
        // goroutine. Only who runs for a whole slice by itself is a hog: a chain comes to scheduling points.
        uint tick = p.SchedTick, switches = p.Switches;
        if (view.SchedTick != tick)
        {
            view.SchedTick = tick;
            view.SchedWhen = now;
        }
        if (view.Switches != switches)
        {
            view.Switches = switches;
            view.RunWhen = now;
            view.IsWatched = false;
            view.PreemptedAt = 0;
        }
        if (now - view.SchedWhen >= scheduler.SliceTicks)
            m.PreemptRequested = true;
        long age = now - view.RunWhen;
        if (m.State != M.InUser || age < scheduler.SliceTicks / 10)
            return false;
        if (!view.IsWatched)
        {
            view.IsWatched = true;
            m.Watch.Begin(m.ThreadId, now);
        }
        // Until its P is taken the watch is this thread's alone.
        if (SchedulerTracer.IsTracing && m.Watch.Look(m.ThreadId, now) && m.CurrentG is { } g)
            scheduler.Tracer.GoStall(p, m, g, switches);
        if (age < scheduler.SliceTicks)
            return false;
        if (view.PreemptedAt == 0)
        {
            view.PreemptedAt = now;
            m.PreemptRequested = true;
            return false;
        }
        if (now - view.PreemptedAt < Clock.FromNanoseconds(PreemptGrace) || !scheduler.TryTakeP(p, m, M.InUser, switches))
            return false;
        view.IsWatched = false;
        view.PreemptedAt = 0;
        scheduler.Handoff(p, m, HandoffReason.Hog);
        return true;
    }

    private void Trace(long now)
    {
        // Cleared in any case: a session that ended before its snapshot began must not keep this thread awake for ever. Before what it asks for is
        // looked at, so that one that starts meanwhile is not lost.
        bool snapshot = _snapshotWanted;
        if (snapshot)
            _snapshotWanted = false;
        if (!SchedulerTracer.IsTracing)
        {
            _pauses.Pause();
            scheduler.Tracer.AbandonSnapshot();
            return;
        }
        _pauses.Look();
        if (snapshot)
            scheduler.Tracer.BeginSnapshot();
        if (scheduler.Tracer.IsTakingSnapshot)
        {
            scheduler.Tracer.GoOnWithSnapshot();
            if (!scheduler.Tracer.IsTakingSnapshot)
                _nextFlush = now;
        }
        if (now < _nextFlush)
            return;
        _nextFlush = now + Clock.FromNanoseconds(FlushEvery);
        if (_flushes++ % FlushesPerHeartbeat == 0)
        {
            int local = 0;
            foreach (var p in scheduler.Ps)
                local += p.QueueLength;
            scheduler.Tracer.Heartbeat(local);
        }
        scheduler.Tracer.Flush();
        FlightRecorder.LookAfter(now);
    }
}
