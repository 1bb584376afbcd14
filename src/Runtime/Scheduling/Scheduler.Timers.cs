namespace Gmp;

// Timers are the Ps' own. Who sees to them: the M of the P, every few slices and when it has nothing else to run; an M that steals, in its
// last pass; one idle M, which sleeps until the first of all of them is due; sysmon, for a P that is stuck in one goroutine.
public sealed partial class Scheduler
{
    private M? _timerWatcher;

    /// <summary>Until when the watcher sleeps, in ticks; 0 while there is none. Written under <see cref="Lock"/>.</summary>
    private long _timerWatchedUntil;

    /// <summary>Whether an idle M wakes for the next timer. Under <see cref="Lock"/>.</summary>
    internal bool HasTimerWatcher => _timerWatcher is not null;

    /// <summary>The same for who has no lock: a moment's truth.</summary>
    internal bool IsTimerWatched => Volatile.Read(ref _timerWatchedUntil) != 0;

    /// <summary>When the first timer of any P is due, or <see cref="Timers.Never"/>.</summary>
    internal long NextTimer()
    {
        long next = Timers.Never;
        foreach (var p in Ps)
            next = Math.Min(next, p.Timers.Next);
        return next;
    }

    /// <summary>Puts a goroutine to sleep until its <see cref="G.SleepUntil"/>. It may run again before this returns.</summary>
    internal void AddTimer(G g)
    {
        long when = g.SleepUntil;
        var p = BeginAdd(out var m, out int before);
        bool isFirst = (p ?? Ps[0]).Timers.Add(g);
        m?.LeaveRuntime(before);
        if (isFirst)
            EarlierTimer(when);
    }

    /// <summary>Adds a timer to the caller's P. Any thread; under the timer's gate.</summary>
    /// <returns>True if <see cref="EarlierTimer"/> must hear of it, once the gate is left: it takes <see cref="Lock"/>.</returns>
    internal bool AddTimer(RuntimeTimer timer)
    {
        var p = BeginAdd(out var m, out int before);
        bool isFirst = (p ?? Ps[0]).Timers.Add(timer);
        m?.LeaveRuntime(before);
        return isFirst;
    }

    // In the runtime while the P's timers are used: a P that is taken away may go, with its timers moved elsewhere. The first never goes.
    private P? BeginAdd(out M? m, out int before)
    {
        before = 0;
        m = M.Current;
        if (m?.Scheduler == this)
            return m.EnterRuntime(out before);
        m = null;
        return null;
    }

    /// <summary>
    /// A timer was added that is due before all others of its P: whoever watches must sleep less. Closes the race with an M that begins to
    /// watch: it says until when, then a fence, then looks at the timers; here the timer is there, then a fence, then is asked who watches.
    /// </summary>
    internal void EarlierTimer(long when)
    {
        Interlocked.MemoryBarrier();
        // A caller that owns no P cannot rely on its M, which would come by when it has nothing else to do.
        var m = M.Current;
        bool isOutside = m is null || m.Scheduler != this || Volatile.Read(ref m.POfTaker) is null;
        if (when < Volatile.Read(ref _timerWatchedUntil) || isOutside)
        {
            lock (Lock)
            {
                // Of those that sleep for ever, any will do.
                if (_timerWatcher is null ? isOutside : when < _timerWatchedUntil)
                    (_timerWatcher ?? _idleMs)?.Wake();
            }
        }
        _sysmon.EarlierTimer();
    }

    /// <summary>How long an idle M may sleep: to the next timer if it is the one that waits for it, else for ever. In ns.</summary>
    /// <param name="m">The M.</param>
    /// <param name="watches">Whether it watches the busy Ps, and so should not sleep that long.</param>
    internal long SleepBeforeTimer(M m, out bool watches)
    {
        lock (Lock)
        {
            watches = TryWatch(m);
            if (_timerWatcher is not null && _timerWatcher != m)
                return ThreadParker.Forever;
            // Said before it is known: see EarlierTimer.
            Volatile.Write(ref _timerWatchedUntil, Timers.Never);
            Interlocked.MemoryBarrier();
            long next = NextTimer();
            // With no timer to wait for, nobody is woken for the first one that comes. Nor with a goroutine to run: that comes first.
            bool waits = next != Timers.Never && m.IsIdle;
            _timerWatcher = waits ? m : null;
            Volatile.Write(ref _timerWatchedUntil, waits ? next : 0);
            if (next == Timers.Never)
                return ThreadParker.Forever;
            return waits ? Clock.ToNanoseconds(next - Clock.Now) : 0;
        }
    }

    // Under Lock.
    private void LeftTimerWatch(M m)
    {
        if (_timerWatcher != m)
            return;
        _timerWatcher = null;
        Volatile.Write(ref _timerWatchedUntil, 0);
    }
}
