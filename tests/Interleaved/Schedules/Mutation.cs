namespace Gmp.Interleaving;

/// <summary>What a mutation breaks.</summary>
public enum Break
{
    /// <summary>A process-wide barrier has no effect.</summary>
    ProcessWideBarrier,

    /// <summary>A barrier of the calling thread has no effect.</summary>
    Barrier,

    /// <summary>An interlocked operation becomes a read, a step of others, and a write.</summary>
    Atomicity,

    /// <summary>A volatile read gives zero or null, as if it had been made long before.</summary>
    Read,

    /// <summary>A volatile write is forgotten.</summary>
    Write,

    /// <summary>A wake of a sleeping thread is forgotten if it does not sleep yet.</summary>
    KeptWake,

    /// <summary>A lock lets everybody in.</summary>
    Lock,
}

/// <summary>A deliberate fault in a method of the runtime, to show that the schedules find such faults.</summary>
/// <param name="Kind">What is broken.</param>
/// <param name="File">The file in which, without its folder and ending; or the type of the object that holds a lock.</param>
/// <param name="Member">The method in which, or empty for all.</param>
public sealed record Mutation(Break Kind, string File, string Member)
{
    internal static Mutation? Active { get; set; }

    internal static bool Hits(Break kind, string file, string member) =>
        Active is { } mutation && mutation.Kind == kind && mutation.Member == member
        && Path.GetFileNameWithoutExtension(file) == mutation.File;

    internal static bool Hits(Break kind) => Active?.Kind == kind;
}
