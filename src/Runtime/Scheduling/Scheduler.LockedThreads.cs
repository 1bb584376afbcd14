using Gmp.Tracing;

namespace Gmp;

// The scheduler's side of goroutines that are locked to their threads: who they are, and what is counted of them.
public sealed partial class Scheduler
{
    private int _lockedThreads;      // under Lock
    private int _idleLockedMs;       // those that sleep until their goroutine is found; under Lock
    private long _createdByEndedMs;  // under Lock, as the next
    private long _endedOnEndedMs;

    internal void ThreadLocked()
    {
        lock (Lock)
        {
            _lockedThreads++;
            SetAttention(Attention.Locked, on: true);
        }
    }

    internal void ThreadUnlocked()
    {
        lock (Lock)
            SetAttention(Attention.Locked, on: --_lockedThreads != 0);
    }

    /// <summary>Counts a locked M among the sleeping ones, unless its goroutine has been found already.</summary>
    /// <returns>True if it is to sleep.</returns>
    internal bool AwaitLockedG(M m)
    {
        lock (Lock)
        {
            if (m.NextP is not null || IsStopping)
                return false;
            m.AwaitsLockedG = true;
            _idleLockedMs++;
            _parks++;
            return true;
        }
    }

    /// <summary>Gives a locked M a P to run its goroutine on; the caller wakes it. It need not sleep yet: it looks before it does.</summary>
    internal void StartLocked(M m, P p)
    {
        lock (Lock)
        {
            m.NextP = p;
            _handoffs[(int)HandoffReason.LockedThread]++;
            if (!m.AwaitsLockedG)
                return;
            m.AwaitsLockedG = false;
            _idleLockedMs--;
            _wakes++;
        }
    }

    /// <summary>Forgets an M whose thread ends with the goroutine that was locked to it. What it counted stays counted.</summary>
    internal void Remove(M m)
    {
        lock (Lock)
        {
            _allMs.Remove(m);
            _createdByEndedMs += m.Goroutines.Created;
            _endedOnEndedMs += m.Goroutines.Ended;
            m.Goroutines.GiveAway();
        }
        ThreadUnlocked();
    }
}
