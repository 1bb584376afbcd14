using Gmp.Tracing;

namespace Gmp;

// A goroutine that is locked to its thread (Go: runtime/proc.go: LockOSThread, stoplockedm, startlockedm).
//
// The two belong to each other: the goroutine runs on no other M, and the M runs nothing else. When the goroutine stops, its M gives its P away and sleeps;
// whichever M then finds the goroutine in a queue gives its own P to the locked M. So a switch to or from it costs two switches of threads, as in Go,
// and everyone else one comparison a switch.
internal sealed partial class M
{
    private int _locks;
    private bool _endsThread;

    /// <summary>The goroutine that is locked to this M. Written by that goroutine, on this M's thread.</summary>
    internal G? LockedG { get; private set; }

    /// <summary>Whether it sleeps until somebody finds its goroutine. Under the scheduler's lock.</summary>
    internal bool AwaitsLockedG;

    /// <summary>Locks the goroutine that runs to this thread; counted.</summary>
    internal void LockThread()
    {
        if (_locks++ != 0)
            return;
        var g = CurrentG!;
        LockedG = g;
        g.LockedM = this;
        Scheduler.ThreadLocked();
    }

    /// <summary>Takes one lock back.</summary>
    internal void UnlockThread()
    {
        if (_locks == 0 || --_locks != 0)
            return;
        CurrentG!.LockedM = null;
        LockedG = null;
        Scheduler.ThreadUnlocked();
    }

    /// <summary>The goroutine ended and had not unlocked: it may have changed its thread in ways that no other goroutine should meet.</summary>
    private void EndLocked(G g)
    {
        g.LockedM = null;
        LockedG = null;
        _locks = 0;
        _endsThread = true;
    }

    /// <summary>Sleeps until the goroutine that is locked to this M is to run.</summary>
    /// <param name="p">The P to give away, if it has one; then the one to run the goroutine on.</param>
    /// <returns>False when the scheduler has ended.</returns>
    private bool StopLocked(ref P? p)
    {
        if (p is not null)
        {
            Detach();
            Scheduler.Handoff(p, this, HandoffReason.LockedThread);
            p = null;
        }
        bool tracing = SchedulerTracer.IsOn;
        if (tracing)
            Scheduler.Tracer.Machine(EventKind.MPark, this, Clock.Now);
        // Its goroutine may have been found while it was on its way here: then its P is here already.
        bool mustWait = Scheduler.AwaitLockedG(this);
        if (mustWait)
            Scheduler.CheckDeadlock();
        while (true)
        {
            if (mustWait)
                _parker.Park();
            lock (Scheduler.Lock)
            {
                if (Scheduler.IsStopping)
                    return false;
                p = NextP;
                NextP = null;
            }
            if (p is not null)
                break;
            mustWait = true;
        }
        if (tracing)
            Scheduler.Tracer.Machine(EventKind.MUnpark, this, Clock.Now);
        Acquire(p);
        return true;
    }

    /// <summary>Gives the P to the M that a goroutine is locked to, which this M has just taken from a queue.</summary>
    private void HandToLocked(P p, M owner)
    {
        // Before the other may write into the P's records.
        if (SchedulerTracer.IsOn)
            Scheduler.Tracer.ProcHandoff(p, this, owner, HandoffReason.LockedThread, Clock.Now);
        Detach();
        Scheduler.StartLocked(owner, p);
        owner.Wake();
    }

    /// <summary>Ends this M: its thread returns.</summary>
    private void EndThread(P? p)
    {
        if (p is not null)
        {
            Detach();
            Scheduler.Handoff(p, this, HandoffReason.LockedThread);
        }
        if (SchedulerTracer.IsOn)
            Scheduler.Tracer.Machine(EventKind.MStop, this, Clock.Now);
        Scheduler.Remove(this);
        Scheduler.CheckDeadlock();
    }
}
