using Gmp.Analysis.Questions.Monopoly;

namespace Gmp.Analysis.Sampling;

/// <summary>A goroutine that held its P for a whole slice, as <see cref="HogWatch"/> saw it. Times are ticks of the target's clock.</summary>
public sealed class LiveHog
{
    internal LiveHog(int scheduler, long goroutine, int machine, long site, long start) =>
        (Scheduler, Goroutine, Machine, Site, Start) = (scheduler, goroutine, machine, site, start);

    /// <summary>The scheduler's number in its process.</summary>
    public int Scheduler { get; }

    /// <summary>The goroutine's id.</summary>
    public long Goroutine { get; }

    /// <summary>The M that runs it.</summary>
    public int Machine { get; }

    /// <summary>The number of the site that it was created at; 0 where that is not known any more.</summary>
    public long Site { get; }

    /// <summary>When it began to run.</summary>
    public long Start { get; }

    /// <summary>True if it ran already when the recording began, so that nobody knows since when.</summary>
    public bool StartsBefore { get; internal init; }

    /// <summary>When it came to a scheduling point; <see cref="long.MaxValue"/> while it has not.</summary>
    public long End { get; internal set; } = long.MaxValue;

    /// <summary>How long sysmon has watched it, ns; 0 where it cannot tell what follows.</summary>
    public long ObservedNs { get; internal set; }

    /// <summary>How much of <see cref="ObservedNs"/> its thread was on a CPU, ns.</summary>
    public long OnCpuNs { get; internal set; }

    /// <summary>
    /// False if its thread was on a CPU for so little of the time that the host is the first suspect: it keeps threads from running, and then
    /// every program has such goroutines.
    /// </summary>
    public bool IsOnCpu => ObservedNs <= 0 || OnCpuNs >= HogRule.BusyHostShare * ObservedNs;

    /// <summary>True while it runs on.</summary>
    public bool IsLive => End == long.MaxValue;
}
