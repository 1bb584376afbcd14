namespace Gmp;

/// <summary>
/// The short form of a select where it need not wait: straight on the channels, with no <see cref="Select"/> and no cases. What is not plain, from a
/// wait to a clause that was used before, is left to <see cref="SelectClauses"/>, which starts anew.
/// </summary>
internal static class SelectAtOnce
{
    /// <summary>With more clauses it is not tried.</summary>
    internal const int MostClauses = 8;

    /// <summary>Carries out a clause that can happen now, or the default.</summary>
    /// <param name="clauses">Up to <see cref="MostClauses"/>.</param>
    /// <param name="m">The caller's.</param>
    /// <param name="clause">Which one it was.</param>
    /// <param name="body">Its body, begun.</param>
    /// <returns>False if nothing was done.</returns>
    internal static bool TryRun(ReadOnlySpan<SelectClause> clauses, M m, out int clause, out GoTask body)
    {
        clause = -1;
        body = default;
        if (SchedulingPoint.MustGiveWay(m))
            return false;
        Span<uint> turns = stackalloc uint[MostClauses];
        uint ready = 0;
        int byDefault = -1;
        for (int i = 0; i < clauses.Length; i++)
        {
            ref readonly var one = ref clauses[i];
            bool isReady;
            switch (one.Kind)
            {
                case SelectClauseKind.Receive when one.Chan is { } chan:
                    turns[i] = chan.Turns;
                    isReady = chan.LooksReceivable;
                    break;
                case SelectClauseKind.Receive:
                    continue;
                case SelectClauseKind.Send when !one.IsUsed:
                    isReady = one.Send.LooksReady(note: true);
                    break;
                case SelectClauseKind.Timeout when one.Timeout > TimeSpan.Zero || one.Timeout == Timeout.InfiniteTimeSpan:
                    continue;
                case SelectClauseKind.Default when byDefault < 0:
                    byDefault = i;
                    continue;
                default:
                    return false;
            }
            // Each replaces its predecessors with such a chance that all are equally likely in the end.
            if (isReady && (++ready == 1 || m.RandomBelow(ready) == 0))
                clause = i;
        }
        if (clause >= 0)
            return TryTake(clauses, m, clause, out body);
        if (byDefault < 0 || !IsUnchanged(clauses, turns))
            return false;
        clause = byDefault;
        Free(clauses);
        body = SelectBodies.Begin(clauses[byDefault].Body);
        return true;
    }

    /// <summary>Gives the cases back.</summary>
    internal static void Free(ReadOnlySpan<SelectClause> clauses)
    {
        foreach (ref readonly var one in clauses)
        {
            if (one.Kind == SelectClauseKind.Send)
                one.Send.Free();
        }
    }

    private static bool TryTake(ReadOnlySpan<SelectClause> clauses, M m, int clause, out GoTask body)
    {
        ref readonly var chosen = ref clauses[clause];
        if (chosen.Kind == SelectClauseKind.Receive)
            return chosen.Chan!.TryReceive(m, chosen.Body, clauses, out body);
        body = default;
        try
        {
            // If somebody was faster, all is looked at anew.
            if (!chosen.Send.TryTake(m))
                return false;
        }
        catch (ChanClosedException)
        {
            Free(clauses);
            throw;
        }
        Free(clauses);
        body = SelectBodies.Begin(chosen.Body);
        return true;
    }

    // As Select does it: if nothing has become ready since each was looked at, there was a moment at which none was.
    private static bool IsUnchanged(ReadOnlySpan<SelectClause> clauses, ReadOnlySpan<uint> turns)
    {
        for (int i = 0; i < clauses.Length; i++)
        {
            ref readonly var one = ref clauses[i];
            if (one.Kind == SelectClauseKind.Receive ? one.Chan is { } chan && !chan.IsUnchangedSince(turns[i])
                : one.Kind == SelectClauseKind.Send && !one.Send.IsUnchanged)
                return false;
        }
        return true;
    }
}
