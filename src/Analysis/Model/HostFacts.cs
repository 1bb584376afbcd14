namespace Gmp.Analysis.Model;

/// <summary>
/// What the machine and the target's process had done by a moment, as the recorder saw it. Counts go up from some beginning of their own: two facts
/// tell what happened in between. What the platform does not tell is -1.
/// </summary>
/// <param name="Time">When, ns since the trace's start.</param>
public sealed record HostFact(long Time)
{
    /// <summary>CPU time that all CPUs of the machine were at work, whoever for, ns.</summary>
    public long BusyNs { get; init; } = -1;

    /// <summary>CPU time that they were idle, ns.</summary>
    public long IdleNs { get; init; } = -1;

    /// <summary>CPU time that the machine's own host gave to others (steal), ns; among neither of the two above.</summary>
    public long StolenNs { get; init; } = -1;

    /// <summary>Time in which something on the machine waited for a CPU (pressure), ns.</summary>
    public long PressureNs { get; init; } = -1;

    /// <summary>How many threads ran or waited for a CPU or a disk, in the mean of the last minute.</summary>
    public double Load { get; init; } = -1;

    /// <summary>Threads of the target.</summary>
    public int Threads { get; init; } = -1;

    /// <summary>Memory of the target that is in the machine's, bytes.</summary>
    public long WorkingSetBytes { get; init; } = -1;

    /// <summary>CPU time of the target's threads, ns.</summary>
    public long CpuNs { get; init; } = -1;

    /// <summary>Time in which the target's threads could have run and had no CPU, ns, added up over them.</summary>
    public long QueueNs { get; init; } = -1;

    /// <summary>The same of the threads that run goroutines only.</summary>
    public long MachineQueueNs { get; init; } = -1;

    /// <summary>CPU time of the threads that run goroutines, ns.</summary>
    public long MachineCpuNs { get; init; } = -1;

    /// <summary>
    /// Of <see cref="MachineQueueNs"/>, how much one thread waited since the fact before, at most, ns. -1 where a thread ended that had been at work, and took what it
    /// did since that fact with it: then nothing is known of the time between the two.
    /// </summary>
    public long WorstQueueNs { get; init; } = -1;

    /// <summary>In how many periods the target's group used up its quota of CPU time.</summary>
    public long Throttled { get; init; } = -1;

    /// <summary>How long it stood still for that, ns.</summary>
    public long ThrottledNs { get; init; } = -1;
}

/// <summary>What the recorder saw of the machine and of the target's process. Empty where the recording has none: old ones, and those of a last stretch.</summary>
public sealed class HostFacts
{
    /// <summary>CPUs that the target may use; 0 for unknown.</summary>
    public int Cpus { get; internal set; }

    /// <summary>CPUs of the machine; 0 for unknown.</summary>
    public int MachineCpus { get; internal set; }

    /// <summary>How many CPUs' time the target's group may use (quota); 0 for no limit, or unknown.</summary>
    public double QuotaCpus { get; internal set; }

    /// <summary>The facts in order of time, about one a second.</summary>
    public IReadOnlyList<HostFact> Facts => List;

    /// <summary>True if the recording tells how the machine was used.</summary>
    public bool IsKnown => List.Count >= 2 && List[0].BusyNs >= 0;

    /// <summary>True if it tells how long the target's threads waited for a CPU.</summary>
    public bool IsQueueKnown => List.Count >= 2 && List[0].MachineQueueNs >= 0;

    internal List<HostFact> List { get; } = [];
}
