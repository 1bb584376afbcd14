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

    /// <summary>... unless so many slices of CPU were used all the same, which no host makes up.</summary>
    private const int UndeniableSlices = 10;

    /// <summary>Without a measurement of CPU time a slice must be this many times too long.</summary>
    private const int SlicesWithoutEvidence = 10;

    /// <summary>Waits shorter than this part of a slice are those of any queue.</summary>
    private const int SlicesPerLeastWait = 100;

    /// <summary>
    /// From this much CPU in too long slices on it is a warning. A single slice a few times too long can be code that runs, and so is compiled
    /// and loaded, for the first time.
    /// </summary>
    public const int WarningSlices = 5;

    /// <summary>From this wait on it is a warning whatever the CPU: the P was not handed off as it should be.</summary>
    public const int WarningWaitSlices = 2;

    /// <summary>From this wait on it is critical: 50 ms by default, which a person notices.</summary>
    public const int CriticalWaitSlices = 5;

    /// <summary>From this part of the trace on that a P was held while others waited, it is critical.</summary>
    public const double CriticalShare = 0.5;

    /// <summary>True for a slice that is too long, whoever is to blame.</summary>
    public static bool IsLong(in Slice slice, long sliceNs) => slice.RunNs >= sliceNs;

    /// <summary>True for a slice that is too long by its own doing.</summary>
    public static bool IsHog(in Slice slice, long sliceNs)
    {
        if (!IsLong(slice, sliceNs) || !slice.WasReported)
            return false;
        if (!slice.HasCpuEvidence)
            return slice.RunNs >= SlicesWithoutEvidence * sliceNs;
        double cpu = CpuNs(slice);
        return slice.OnCpuShare >= BusyHostShare ? cpu >= Tolerance * sliceNs : cpu >= UndeniableSlices * (double)sliceNs;
    }

    /// <summary>How much CPU time the slice used, ns: estimated from the part that sysmon watched; all of it where that is not known.</summary>
    public static double CpuNs(in Slice slice) => slice.HasCpuEvidence ? slice.RunNs * slice.OnCpuShare : slice.RunNs;

    /// <summary>The least wait that makes a victim, ns.</summary>
    public static long LeastWait(long sliceNs) => Math.Max(1_000, sliceNs / SlicesPerLeastWait);
}
