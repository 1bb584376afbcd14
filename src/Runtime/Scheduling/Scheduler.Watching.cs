namespace Gmp;

// One idle M watches the busy Ps: it sleeps for short times and looks whether a goroutine waits that its waker left behind.
public sealed partial class Scheduler
{
    /// <summary>How long the watcher sleeps between two looks, ns. With the kernel's slack, about twice that passes.</summary>
    internal const long WatchEvery = 50_000;

    /// <summary>So many looks without a switch anywhere, and the watcher goes to sleep for good: one goroutine computes, and readies nobody.</summary>
    internal const int MostQuietLooks = 20;

    private M? _watcher;
    private uint _watchedSwitches;
    private int _quietLooks;

    /// <summary>Makes an idle M the watcher if none is and something runs. Under Lock.</summary>
    internal bool TryWatch(M m)
    {
        if (_watcher is not null || IsWithoutP || AllIdle || _idlePCount == 0 || !m.IsIdle)
            return _watcher == m;
        _quietLooks = 0;
        Volatile.Write(ref _watcher, m);
        return true;
    }

    /// <summary>
    /// Ends the watch if nothing runs or nothing switches any more, or no P is left to run anything on. Closes the race with a waker that
    /// relies on the watcher: first nobody watches, then a process-wide barrier, then a last look; the waker queues, then reads who watches.
    /// </summary>
    internal void GoOnWatching(M m)
    {
        uint switches = 0;
        foreach (var p in Ps)
            switches += Volatile.Read(ref p.Switches);
        lock (Lock)
        {
            if (_watcher != m)
                return;
            _quietLooks = switches == _watchedSwitches ? _quietLooks + 1 : 0;
            _watchedSwitches = switches;
            if (!AllIdle && _idlePCount != 0 && _quietLooks < MostQuietLooks)
                return;
            Volatile.Write(ref _watcher, null);
        }
        Interlocked.MemoryBarrierProcessWide();
    }

    /// <summary>Whether a goroutine waits on a P whose M will not run it at once.</summary>
    internal bool SeesLeftBehind()
    {
        if (Global.Count != 0)
            return true;
        foreach (var p in Ps)
        {
            if (p.Status is Tracing.ProcStatus.Idle or Tracing.ProcStatus.Dead)
                continue;
            if (p.Queue.Count != 0)
                return true;
            if (Volatile.Read(ref p.RunNext) is null)
                continue;
            // In the same run for a while: the waker goes on computing. A pair that ready each other switches all the time.
            uint switches = Volatile.Read(ref p.Switches);
            Thread.SpinWait(RunNextGrace);
            if (Volatile.Read(ref p.Switches) == switches && Volatile.Read(ref p.RunNext) is not null)
                return true;
        }
        return false;
    }
}
