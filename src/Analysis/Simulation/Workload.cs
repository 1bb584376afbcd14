using Gmp.Tracing;

namespace Gmp.Analysis.Simulation;

/// <summary>The work of a trace: its jobs in the order in which they began there, so that whatever releases a job stands before it.</summary>
public sealed class Workload
{
    private int[]? _firstReleased;
    private int[]? _released;

    /// <param name="jobs">The jobs.</param>
    /// <param name="processors">How many Ps the trace had.</param>
    /// <param name="sliceNs">After how long a goroutine loses its P, ns.</param>
    /// <param name="makespan">From the beginning to the end of the last job in the trace, ns.</param>
    public Workload(IReadOnlyList<ReplayJob> jobs, int processors, long sliceNs, long makespan)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        for (int i = 0; i < jobs.Count; i++)
        {
            if (jobs[i].ReleasedBy >= i || jobs[i].Previous >= i || jobs[i].RunNs < 0 || jobs[i].Release < 0)
                throw new ArgumentException($"Job {i} refers to a later one, or a time of it is negative.", nameof(jobs));
        }
        (Jobs, Processors, SliceNs, Makespan) = (jobs, Math.Max(1, processors), Math.Max(1, sliceNs), makespan);
    }

    /// <summary>The jobs.</summary>
    public IReadOnlyList<ReplayJob> Jobs { get; }

    /// <summary>How many Ps the trace had.</summary>
    public int Processors { get; }

    /// <summary>After how long a goroutine loses its P, ns.</summary>
    public long SliceNs { get; }

    /// <summary>How long the same work took in the trace, ns.</summary>
    public long Makespan { get; }

    /// <summary>The sum of all run times, ns.</summary>
    public long RunNs => Jobs.Sum(j => j.RunNs);

    /// <summary>True if the recorder stopped at its limit: the work is the trace's first part.</summary>
    public bool IsPart { get; init; }

    /// <summary>The jobs that a job releases.</summary>
    internal ReadOnlySpan<int> ReleasedBy(int job)
    {
        if (_firstReleased is null)
            Index();
        int from = _firstReleased![job];
        return _released.AsSpan(from, _firstReleased[job + 1] - from);
    }

    private void Index()
    {
        int[] first = new int[Jobs.Count + 1];
        foreach (var job in Jobs)
        {
            if (job.ReleasedBy >= 0)
                first[job.ReleasedBy + 1]++;
        }
        for (int i = 1; i < first.Length; i++)
            first[i] += first[i - 1];
        int[] next = [.. first];
        int[] released = new int[first[^1]];
        for (int i = 0; i < Jobs.Count; i++)
        {
            if (Jobs[i].ReleasedBy is >= 0 and var by)
                released[next[by]++] = i;
        }
        (_released, _firstReleased) = (released, first);
    }
}
