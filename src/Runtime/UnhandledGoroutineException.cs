namespace Gmp;

/// <summary>What a goroutine threw and nobody caught.</summary>
public sealed class UnhandledGoroutineException : Exception
{
    internal UnhandledGoroutineException(long id, string? name, string createdAt, Exception cause)
        : base($"Goroutine {id}{(name is null ? "" : $" \"{name}\"")}, created at {createdAt}, did not catch {cause.GetType()}: {cause.Message}", cause)
    {
        GoroutineId = id;
        GoroutineName = name;
        CreatedAt = createdAt;
    }

    /// <summary>The goroutine's id.</summary>
    public long GoroutineId { get; }

    /// <summary>Its name, or null.</summary>
    public string? GoroutineName { get; }

    /// <summary><c>file:line</c> of its <c>Go</c> call.</summary>
    public string CreatedAt { get; }
}
