namespace Gmp.Analysis.Simulation;

/// <summary>
/// A stretch that a goroutine ran in the trace, as work for a scheduler that does not exist: how long it takes, and what must happen before it can begin.
/// 32 bytes.
/// </summary>
/// <param name="Release">
/// When it becomes runnable: ns after the start of the job <paramref name="ReleasedBy"/>, or, if that is -1, after the beginning. So a goroutine that was
/// readied by another is readied at the same place of the other's work, whenever that takes place; what comes from outside comes as long after its
/// goroutine began to wait for it as it did.
/// </param>
/// <param name="RunNs">How long it runs, ns.</param>
/// <param name="ReleasedBy">The job that readies it, earlier in the list, or -1.</param>
/// <param name="Previous">The job of the same goroutine before it, which must be over, or -1.</param>
public readonly record struct ReplayJob(long Release, long RunNs, int ReleasedBy, int Previous);
