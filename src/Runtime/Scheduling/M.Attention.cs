using Gmp.Tracing;

namespace Gmp;

// What an M does before it looks for a goroutine when its scheduler asks for attention: it ends, its P does, or its thread is some goroutine's.
internal sealed partial class M
{
    /// <summary>Looks at what the scheduler asks of its Ms.</summary>
    /// <param name="p">The M's P, if it has one; null afterwards if it gave it up.</param>
    /// <param name="next">The goroutine to run, or null if the M ends.</param>
    /// <returns>False if the M is to look for a goroutine as always.</returns>
    private bool Attend(ref P? p, out G? next)
    {
        next = null;
        if (Scheduler.IsStopping)
            return true;
        if (_endsThread)
        {
            EndThread(p);
            return true;
        }
        if (LockedG is { } mine)
        {
            if (StopLocked(ref p))
                next = mine;
            return true;
        }
        if (p is not null && p.Id >= Scheduler.Processors && TryRetire(p))
            p = null;
        return false;
    }

    /// <summary>Gives back a P that is too many, for ever.</summary>
    /// <returns>False if it is wanted again.</returns>
    private bool TryRetire(P p)
    {
        lock (Scheduler.Lock)
        {
            if (p.Id < Scheduler.Processors)
                return false;
            StopP(p);
        }
        // Before the wake, which asks whether somebody looks already: this M does not any more.
        if (_spinning)
        {
            _spinning = false;
            Scheduler.SpinningEnded();
        }
        // What was in its ring is on the global queue now.
        Scheduler.WakeP();
        return true;
    }
}
