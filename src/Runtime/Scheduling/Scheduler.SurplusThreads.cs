namespace Gmp;

// Threads that a peak of blocking calls left behind. Go never ends them; here each also pins the frames that it keeps for reuse.
public sealed partial class Scheduler
{
    private int _leastIdleMs;   // the fewest since the last look; under Lock

    /// <summary>More sleep than are needed; a moment's truth.</summary>
    internal bool MayHaveSurplusMs => Volatile.Read(ref _idleMCount) > NeededIdleMs;

    // As many as there are Ps, and one that sleeps in the poller, which is not taken for other work.
    private int NeededIdleMs => Processors + (Poller is { HasSleeper: true } ? 1 : 0);

    /// <summary>
    /// Ends half of the Ms that were never needed since the last call, but for as many as there are Ps: those that have slept longest. One that watches or
    /// polls is needed.
    /// </summary>
    internal void EndSurplusMs()
    {
        M? ended = null;
        lock (Lock)
        {
            int surplus = _leastIdleMs - NeededIdleMs;
            _leastIdleMs = _idleMCount;
            if (surplus <= 0 || IsStopping)
                return;
            int left = (surplus + 1) / 2;
            // Of those that may go, the last on the list.
            int first = -left;
            for (var m = _idleMs; m is not null; m = m.IdleLink)
                first += MayEnd(m) ? 1 : 0;
            M? before = null;
            for (var m = _idleMs; m is not null && left != 0;)
            {
                var next = m.IdleLink;
                if (!MayEnd(m) || first-- > 0)
                {
                    before = m;
                }
                else
                {
                    if (before is null)
                        _idleMs = next;
                    else
                        before.IdleLink = next;
                    Left(m);
                    m.IsDismissed = true;
                    // Off the list its link is free.
                    m.IdleLink = ended;
                    ended = m;
                    _createdByEndedMs += m.Goroutines.Created;
                    _endedOnEndedMs += m.Goroutines.Ended;
                    m.Goroutines.GiveAway();
                    left--;
                }
                m = next;
            }
            // At once with the idle count, or all that are left would seem to sleep.
            _allMs.RemoveAll(static m => m.IsDismissed);
        }
        while (ended is { } m)
        {
            ended = m.IdleLink;
            m.IdleLink = null;
            m.Wake();
        }
    }

    private bool MayEnd(M m) => m != _watcher && m != _timerWatcher && !m.SleepsInPoller;
}
