namespace Gmp;

/// <summary>A channel as a select in its short form sees it, whatever its values are.</summary>
internal interface IReceivable
{
    /// <summary>A receive would not wait; a moment's truth.</summary>
    bool LooksReceivable { get; }

    /// <summary>For <see cref="IsUnchangedSince"/>: read before a look.</summary>
    uint Turns { get; }

    /// <summary>Whether neither side has become ready since then.</summary>
    bool IsUnchangedSince(uint turns);

    /// <summary>Receives if that needs no wait, gives the cases back and begins the body with the value.</summary>
    /// <returns>False if it would have waited: nothing was done.</returns>
    bool TryReceive(M m, Delegate? body, ReadOnlySpan<SelectClause> clauses, out GoTask done);

    /// <summary>The case to wait with, from a pool.</summary>
    SelectCase RentReceive();
}
