namespace Gmp;

// An M runs the timers that are due: its P's, and others' when it has nothing else to do (Go: runtime/proc.go: checkTimers).
internal sealed partial class M
{
    /// <summary>How often a busy P looks at the clock for timers, in slices: a clock costs as much as a switch. sysmon covers the rest.</summary>
    private const uint TimersEvery = 16;

    /// <summary>
    /// So many at once, then what they readied has its turn: a million that are due together must not be one pause, nor overflow the ring, which
    /// would break their order.
    /// </summary>
    private const int MostTimersAtOnce = (int)TimersEvery;

    /// <summary>Runs what is due on the P that this M owns. The clock is read only if there is a timer at all.</summary>
    /// <returns>True if anything was.</returns>
    private bool RunDueTimers(P p)
    {
        if (p.Timers.Next == Timers.Never)
            return false;
        long now = Clock.Now;
        return p.Timers.Next <= now && RunDueTimers(p, p.Timers, now);
    }

    /// <summary>Runs what is due on any P.</summary>
    /// <param name="p">This M's P; null if it has none, and what is readied goes to the global queue.</param>
    private bool RunDueTimersOfAll(P? p)
    {
        long now = 0;
        bool any = false;
        foreach (var other in Scheduler.Ps)
        {
            if (other.Timers.Next == Timers.Never)
                continue;
            if (now == 0)
                now = Clock.Now;
            if (other.Timers.Next <= now)
                any |= RunDueTimers(p, other.Timers, now);
        }
        return any;
    }

    private bool RunDueTimers(P? p, Timers timers, long now)
    {
        // Of the batch before, some may still queue: nobody who was due later goes before them.
        bool mayBeNext = !timers.IsBehind;
        G? first = null;
        int ran = 0;
        for (; ran < MostTimersAtOnce && timers.TakeDue(now, out long order) is { } due; ran++)
        {
            if (due is G g)
                Scheduler.Ready(g, this);
            else
                ((RuntimeTimer)due).Expire(order, now);
            Interleave.BeforeWrite();
            // Each was put next, and would go before those that were due earlier: only the first may stay there.
            if (p?.RunNext is not { } next)
                continue;
            p.RunNext = null;
            if (first is null && mayBeNext)
                first = next;
            else
                p.PutTail(next);
        }
        timers.IsBehind = ran == MostTimersAtOnce;
        if (first is not null)
            p!.PutNext(first);
        // What is readied here must not start at a time before.
        if (ran != 0)
            _switchTime = 0;
        return ran != 0;
    }
}
