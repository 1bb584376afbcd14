namespace Gmp;

/// <summary>
/// Gives back what a peak has left and nobody needs: goroutine objects on the free list, and threads that sleep without work. sysmon's own.
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

    /// <summary>How long free goroutines must lie unused, in ticks.</summary>
    internal readonly long Period = Clock.FromTimeSpan(scheduler.Options.SurplusPeriod);

    private long _next;
    private int _periods;
    private int _isTrimming;

    /// <summary>Whether there is something to wait for: sysmon then sleeps no longer than a period.</summary>
    internal bool MayExist => scheduler.FreeGs.Count > KeptGs || scheduler.MayHaveSurplusMs;

    internal void Look(long now)
    {
        if (now < _next)
            return;
        _next = now + Period;
        if (++_periods % PeriodsOfThreads == 0)
            scheduler.EndSurplusMs();
        // Elsewhere, since a walk over a million goroutines takes longer than the Ps may be left alone.
        if (scheduler.FreeGs.Count > KeptGs && Interlocked.CompareExchange(ref _isTrimming, 1, 0) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static surplus => surplus.Trim(), this, preferLocal: false);
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
