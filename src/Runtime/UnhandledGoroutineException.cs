namespace Gmp;

/// <summary>What a goroutine threw and nobody caught.</summary>
public sealed class UnhandledGoroutineException : Exception
{
    private IReadOnlyList<string>? _awaitStack;

    internal UnhandledGoroutineException(long id, string? name, string createdAt, IReadOnlyList<string> creationChain, Exception cause)
        : base($"Goroutine {id}{(name is null ? "" : $" \"{name}\"")}, created at {createdAt}, did not catch {cause.GetType()}: {cause.Message}", cause)
    {
        GoroutineId = id;
        GoroutineName = name;
        CreatedAt = createdAt;
        CreationChain = creationChain;
    }

    /// <summary>The goroutine's id.</summary>
    public long GoroutineId { get; }

    /// <summary>Its name, or null.</summary>
    public string? GoroutineName { get; }

    /// <summary><c>file:line</c> of its <c>Go</c> call.</summary>
    public string CreatedAt { get; }

    /// <summary>Who created it, who created that one, and so on, nearest first: a line each, for people.</summary>
    public IReadOnlyList<string> CreationChain { get; }

    /// <summary>
    /// The methods of the goroutine that the exception came through, innermost first, <c>Method at file:line</c>: which GoTask method awaited which.
    /// Found out when it is first asked for.
    /// </summary>
    public IReadOnlyList<string> AwaitStack => _awaitStack ??= CallStack.Of(InnerException!);
}
