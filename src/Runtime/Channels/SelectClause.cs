namespace Gmp;

/// <summary>
/// A case and what to do when it happens, for the short form of a select: made by <see cref="Goroutine.Receive{T}(Chan{T}, Action{T})"/> and its
/// like, used in the call of <see cref="Goroutine.Select(ReadOnlySpan{SelectClause})"/>; one that sends is used once.
/// </summary>
public readonly struct SelectClause
{
    /// <summary>
    /// Of a receive, the channel; of a send, its <see cref="SelectCase"/> from a pool, which holds the value. Null for a receive that never happens, a timeout and the default.
    /// </summary>
    internal readonly object? On;

    /// <summary>What to do: one of the delegates that <see cref="SelectBodies"/> knows, or null.</summary>
    internal readonly Delegate? Body;

    internal readonly TimeSpan Timeout;

    internal readonly SelectClauseKind Kind;

    private readonly int _version;

    /// <summary>A receive.</summary>
    internal SelectClause(IReceivable? chan, Delegate? body)
    {
        On = chan;
        Body = body;
        Kind = SelectClauseKind.Receive;
    }

    /// <summary>A send.</summary>
    internal SelectClause(SelectCase send, Delegate? body)
    {
        On = send;
        Body = body;
        Kind = SelectClauseKind.Send;
        _version = send.Version;
    }

    /// <summary>A timeout.</summary>
    internal SelectClause(TimeSpan timeout, Delegate? body)
    {
        Timeout = timeout;
        Body = body;
        Kind = SelectClauseKind.Timeout;
    }

    /// <summary>The default.</summary>
    internal SelectClause(Delegate? body)
    {
        Body = body;
        Kind = SelectClauseKind.Default;
    }

    internal IReceivable? Chan => (IReceivable?)On;

    internal SelectCase Send => (SelectCase)On!;

    /// <summary>Its case has been used, and may be another clause's by now.</summary>
    internal bool IsUsed => Kind == SelectClauseKind.Send && Send.Version != _version;
}

/// <summary>What a <see cref="SelectClause"/> waits for. 0 is what a clause is that nobody made.</summary>
internal enum SelectClauseKind : byte
{
    Default,
    Receive,
    Send,
    Timeout,
}
