namespace Gmp.Analysis.Simulation;

/// <summary>
/// What scheduling itself costs in a replay, ns. The defaults are what this project's runtime measures on a server of 2025 (bench/compare, reference figures of a
/// contended lock); a replay that depends on them is told with them.
/// </summary>
public sealed record SchedulerCosts
{
    /// <summary>Put to or take from a P's own queue.</summary>
    public long Local { get; init; } = 5;

    /// <summary>How long a lock around a queue is held, with what it costs to take it when nobody else wants it.</summary>
    public long LockHold { get; init; } = 40;

    /// <summary>What a lock costs more when it comes from another core: its cache line and the queue's.</summary>
    public long LockTransfer { get; init; } = 80;

    /// <summary>A look at another P's queue.</summary>
    public long StealLook { get; init; } = 30;

    /// <summary>Taking half of it.</summary>
    public long StealTake { get; init; } = 200;

    /// <summary>From waking a thread that sleeps to its first look.</summary>
    public long ThreadWake { get; init; } = 10_000;

    /// <summary>How long a thread without work looks on before it sleeps: then it needs no wake.</summary>
    public long Spin { get; init; } = 50_000;

    /// <summary>After how long somebody looks for a goroutine that its waker left behind (docs/runtime.md: the watcher).</summary>
    public long LeftBehind { get; init; } = 100_000;
}
