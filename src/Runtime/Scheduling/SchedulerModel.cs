namespace Gmp;

/// <summary>What stands between goroutines and threads.</summary>
public enum SchedulerModel
{
    /// <summary>Goroutines, threads and logical processors with queues of their own, as in Go since 1.1. The default.</summary>
    GMP = 0,

    /// <summary>
    /// Goroutines and threads alone, as in Go before 1.1: every goroutine that becomes runnable goes through one locked queue, first come, first
    /// served, and no goroutine is preempted. It is there to show what P is good for: the same program runs both ways.
    /// </summary>
    GM = 1,
}
