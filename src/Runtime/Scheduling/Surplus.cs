namespace Gmp;

/// <summary>
/// Gives back what a peak has left and nobody needs: goroutine objects on the free list, threads that sleep without work, and the heaps of timers. sysmon's own.
/// </summary>
/// <remarks>
/// What was never needed for a whole period is surplus; half of it goes, so a peak of a million is gone after some ten periods, and a program with a peak in
/// each period keeps what it needs. Who makes and ends goroutines pays one comparison each time a P's cache runs empty. Go keeps both for ever (its
/// goroutines' stacks go, and are the larger part). Rejected: at each collection, as a program that is busy collects several times a
/// second and one that is idle never.
/// </remarks>
internal sealed class Surplus(Scheduler scheduler)
{
    /// <summary>So many free goroutines stay in any case.</summary>
    internal const int KeptGs = 1024;

    /// <summary>Threads cost more to make than goroutines: they must sleep for so many periods.</summary>
    private const int PeriodsOfThreads = 10;

    /// <summary>How long free goroutines and empty heaps must lie unused, in ticks.</summary>
    private readonly long _period = Clock.FromTimeSpan(scheduler.Options.SurplusPeriod);

    private long _next;
    private long _nextOfThreads;
    private int _isTrimming;

    /// <summary>
    /// When the next look is due that may find something: until then an idle program needs none. In ticks; <see cref="long.MaxValue"/> if there is nothing,
    /// and then nothing comes unless something runs.
    /// </summary>
    internal long NextLook()
    {
        long next = long.MaxValue;
        if (scheduler.FreeGs.Count > KeptGs || MayTrimTimers())
            next = _next;
        if (scheduler.MayHaveSurplusMs)
            next = Math.Min(next, _nextOfThreads);
        return next;
    }

    internal void Look(long now)
    {
        if (now >= _nextOfThreads)
        {
            _nextOfThreads = now + (PeriodsOfThreads * _period);
            scheduler.EndSurplusMs();
        }
        if (now < _next)
            return;
        _next = now + _period;
        foreach (var p in scheduler.EveryP)
            p.Timers.TrimEmpty();
        // Elsewhere, since a walk over a million goroutines takes longer than the Ps may be left alone.
        if (scheduler.FreeGs.Count > KeptGs && Interlocked.CompareExchange(ref _isTrimming, 1, 0) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static surplus => surplus.Trim(), this, preferLocal: false);
    }

    private bool MayTrimTimers()
    {
        foreach (var p in scheduler.EveryP)
        {
            if (p.Timers.MayTrim)
                return true;
        }
        return false;
    }

    private void Trim()
    {
        TrimGs(scheduler);
        Volatile.Write(ref _isTrimming, 0);
    }

    /// <summary>Ends a period of the free goroutines.</summary>
    internal static void TrimGs(Scheduler scheduler)
    {
        if (scheduler.FreeGs.Trim(KeptGs) != 0)
            scheduler.AllGs.Compact();
    }
}
