using Gmp.Tracing;

namespace Gmp;

// What an M does before it looks for a goroutine when its scheduler asks for attention: it ends, or its P does.
internal sealed partial class M
{
    /// <summary>Looks at what the scheduler asks of its Ms.</summary>
    /// <param name="p">The M's P, if it has one; null afterwards if it gave it up.</param>
    /// <returns>False when the scheduler has ended.</returns>
    internal bool Attend(ref P? p)
    {
        if (Scheduler.IsStopping)
            return false;
        if (p is not null && p.Id >= Scheduler.Processors && TryRetire(p))
            p = null;
        return true;
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
