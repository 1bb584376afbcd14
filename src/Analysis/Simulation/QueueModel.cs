namespace Gmp.Analysis.Simulation;

/// <summary>Where runnable jobs wait in a replay, and what it costs to put and to take them.</summary>
internal abstract class QueueModel(SchedulerCosts costs)
{
    protected SchedulerCosts Costs { get; } = costs;

    protected LockModel Lock { get; } = new(costs);

    public LockModel GlobalLock => Lock;

    /// <summary>Jobs that were taken without a lock, and of these those of another P.</summary>
    public long WithoutLock { get; protected set; }

    /// <inheritdoc cref="ReplayResult.Stolen"/>
    public long Stolen { get; protected set; }

    /// <summary>Whether a job that used up its slice loses its P to others.</summary>
    public abstract bool HandsOff { get; }

    /// <summary>Whether any job waits.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>Queues a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="by">The P whose job readied it, or -1.</param>
    /// <param name="isNext">True if it was readied, false if it gave way.</param>
    /// <param name="time">When; on return, when it is done.</param>
    /// <returns>True if an idle P should be woken for it.</returns>
    public abstract bool Put(int job, int by, bool isNext, ref long time);

    /// <summary>Takes the next job for a P.</summary>
    /// <param name="p">The P.</param>
    /// <param name="time">When; on return, when it is done.</param>
    /// <returns>The job, or -1.</returns>
    public abstract int Take(int p, ref long time);

    /// <summary>Whether the job still waits where its waker left it.</summary>
    public abstract bool IsLeftBehind(int job, int by);
}
