namespace Gmp.Analysis.Simulation;

/// <summary>What a replay came to. Times are ns.</summary>
public sealed record ReplayResult
{
    /// <summary>How many Ps, or threads where there are no Ps.</summary>
    public required int Processors { get; init; }

    /// <summary>How many jobs ran.</summary>
    public required int Jobs { get; init; }

    /// <summary>From the beginning to the end of the last job.</summary>
    public required long Makespan { get; init; }

    /// <summary>The time that jobs ran.</summary>
    public required long RunNs { get; init; }

    /// <summary>How long jobs were runnable before they ran: the middle one.</summary>
    public required long MedianWait { get; init; }

    /// <summary>One in a hundred waited at least so long.</summary>
    public required long Wait99 { get; init; }

    /// <summary>The longest.</summary>
    public required long WorstWait { get; init; }

    /// <summary>How often a job was taken without any lock.</summary>
    public required long WithoutLock { get; init; }

    /// <summary>How often it was taken from another P.</summary>
    public required long Stolen { get; init; }

    /// <summary>How often a lock was taken, to put or to take jobs or in vain.</summary>
    public required long Locked { get; init; }

    /// <summary>How often somebody else held it.</summary>
    public required long Contended { get; init; }

    /// <summary>What everybody waited for locks, in all.</summary>
    public required long LockWaitNs { get; init; }

    /// <summary>The share of all Ps' time in which jobs ran, 0 to 1.</summary>
    public double Utilization => Makespan == 0 ? 0 : Math.Min(1, RunNs / ((double)Makespan * Processors));
}
