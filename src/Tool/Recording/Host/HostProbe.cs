using Gmp.Analysis.Model;

namespace Gmp.Tool.Recording.Host;

/// <summary>Looks at the machine and at one process of it. A seam: what a platform does not tell is unknown, and findings say so. One thread.</summary>
internal abstract class HostProbe
{
    /// <summary>The probe for a process on this machine.</summary>
    public static HostProbe Of(int processId) => OperatingSystem.IsLinux() ? new LinuxHostProbe(processId) : new UnknownHostProbe();

    /// <summary>CPUs that the process may use, CPUs of the machine, and how many CPUs' time its group may use; 0 for unknown or no limit.</summary>
    public abstract (int Cpus, int MachineCpus, double QuotaCpus) Describe();

    /// <summary>What is so now; null if there is nothing to tell, or nobody left to ask about.</summary>
    /// <param name="ticks">The moment, for the fact.</param>
    public abstract HostFact? Look(long ticks);

    private sealed class UnknownHostProbe : HostProbe
    {
        public override (int Cpus, int MachineCpus, double QuotaCpus) Describe() => (0, Environment.ProcessorCount, 0);

        public override HostFact? Look(long ticks) => null;
    }
}
