namespace Gmp;

/// <summary>
/// A case and what to do when it happens, for the short form of a select: made by <see cref="Goroutine.Receive{T}(Chan{T}, Action{T})"/> and its
/// like, used once, in the call of <see cref="Goroutine.Select(ReadOnlySpan{SelectClause})"/>.
/// </summary>
public readonly struct SelectClause
{
    /// <summary>The case, from a pool; null for a timeout or the default.</summary>
    internal readonly SelectCase? Case;

    /// <summary>What to do: one of the delegates that <see cref="SelectCase.Run"/> knows, or null.</summary>
    internal readonly Delegate? Body;

    internal readonly TimeSpan? Timeout;

    private readonly int _version;

    internal SelectClause(SelectCase one, Delegate? body)
    {
        Case = one;
        Body = body;
        _version = one.Version;
    }

    /// <summary>A timeout, or the default if there is none.</summary>
    internal SelectClause(TimeSpan? timeout, Delegate? body)
    {
        Timeout = timeout;
        Body = body;
    }

    /// <summary>Its case has been used, and may be another clause's by now.</summary>
    internal bool IsUsed => Case is not null && Case.Version != _version;
}
