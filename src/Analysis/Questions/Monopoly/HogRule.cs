using Gmp.Analysis.Model;

namespace Gmp.Analysis.Questions.Monopoly;

/// <summary>What a hog is, in numbers. Every threshold is a multiple of the scheduler's slice duration (10 ms unless it was set otherwise).</summary>
/// <remarks>
/// A long slice alone proves nothing: on a busy host the system takes the CPU from a thread for many ms, and the goroutine on it has done
/// nothing wrong. What proves it is CPU time, which only the goroutine itself can spend. sysmon measures both, so the rule is about how
/// much CPU a slice used, and a slice that sysmon never reported is no hog: then sysmon did not run either, which a paused process explains.
/// </remarks>
internal static class HogRule
{
    /// <summary>sysmon starts to watch a little after the slice began and samples, so a true slice of CPU may read as a little less.</summary>
    private const double Tolerance = 0.9;

    /// <summary>Below this share of a CPU the host is the first suspect ...</summary>
    public const double BusyHostShare = 0.5;

    /// <summary>... unless so many slices of CPU time were measured all the same, which no host makes up.</summary>
    private const int UndeniableSlices = 3;

    /// <summary>Without a measurement of CPU time a slice must be this many times too long.</summary>
    private const int SlicesWithoutEvidence = 10;

    /// <summary>Waits shorter than this part of a slice are those of any queue.</summary>
    private const int SlicesPerLeastWait = 100;

    /// <summary>
    /// From this much CPU in too long slices on it is a warning, if somebody waited. Less can be code that runs, and so is compiled and
    /// loaded, for the first time; and if others waited for long all the same, then for the host.
    /// </summary>
    public const int WarningSlices = 5;

    /// <summary>A warning with a wait of so many slices is critical: 50 ms by default, which a person notices.</summary>
    public const int CriticalWaitSlices = 5;

    /// <summary>A warning is critical, too, if the P was held for this part of the trace.</summary>
    public const double CriticalShare = 0.5;

    /// <summary>
    /// sysmon takes the P of a hog within two slices if it gets a CPU in time. A wait for a P that was taken later counts up to here for how
    /// bad the finding is: the rest is the host's doing, and would make the same hog critical on one day and a warning on the next.
    /// </summary>
    public const int HandoffSlices = 2;

    /// <summary>True for a slice that is too long, whoever is to blame.</summary>
    public static bool IsLong(in Slice slice, long sliceNs) => slice.RunNs >= sliceNs;

    /// <summary>True for a slice that is too long by its own doing.</summary>
    public static bool IsHog(in Slice slice, long sliceNs)
    {
        if (!IsLong(slice, sliceNs) || !slice.WasReported)
            return false;
        if (!slice.HasCpuEvidence)
            return slice.RunNs >= SlicesWithoutEvidence * sliceNs;
        // What was measured, not what that would make of the whole slice: sysmon that comes late on a busy host has watched the last moment only, in which the
        // thread had just got its CPU back.
        return slice.OnCpuNs >= (slice.OnCpuShare >= BusyHostShare ? Tolerance : UndeniableSlices) * sliceNs;
    }

    /// <summary>How much CPU time the slice used, ns: estimated from the part that sysmon watched; all of it where that is not known.</summary>
    public static double CpuNs(in Slice slice) => slice.HasCpuEvidence ? slice.RunNs * slice.OnCpuShare : slice.RunNs;

    /// <summary>The least wait that makes a victim, ns.</summary>
    public static long LeastWait(long sliceNs) => Math.Max(1_000, sliceNs / SlicesPerLeastWait);
}
