namespace Gmp;

// The scheduler's side of goroutines that are locked to their threads: who they are, and what is counted of them.
public sealed partial class Scheduler
{
    private int _lockedThreads;      // under Lock
    private int _idleLockedMs;       // those that sleep until their goroutine is found; under Lock
    private long _balanceOfEndedMs;  // under Lock

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
            return true;
        }
    }

    /// <summary>Gives a locked M a P to run its goroutine on; the caller wakes it. It need not sleep yet: it looks before it does.</summary>
    internal void StartLocked(M m, P p)
    {
        lock (Lock)
        {
            m.NextP = p;
            if (!m.AwaitsLockedG)
                return;
            m.AwaitsLockedG = false;
            _idleLockedMs--;
        }
    }

    /// <summary>Forgets an M whose thread ends with the goroutine that was locked to it. What it counted stays counted.</summary>
    internal void Remove(M m)
    {
        lock (Lock)
        {
            _allMs.Remove(m);
            _balanceOfEndedMs += m.Goroutines.Balance;
            m.Goroutines.GiveAway();
        }
        ThreadUnlocked();
    }
}
