namespace Gmp;

/// <summary>Carries out the short form of a select, on a <see cref="Select"/> and cases that are kept for reuse by each thread.</summary>
internal sealed class SelectClauses
{
    // A goroutine that waits holds one, so a thread needs more than a few only where many wait and are woken together.
    private const int MostPerThread = 64;

    [ThreadStatic] private static SelectClauses? t_free;

    private readonly Select _select = new();
    private readonly SelectTimeout _timeout;
    private Delegate?[] _bodies = new Delegate?[4];
    private int _count;
    private int _timeoutClause;
    private int _defaultClause;
    private SelectClauses? _nextFree;
    private int _freeDepth;

    private SelectClauses() => _timeout = _select.Timeout(Timeout.InfiniteTimeSpan);

    internal static GoTask<int> Run(ReadOnlySpan<SelectClause> clauses)
    {
        if (M.Current is { } here && clauses.Length <= SelectAtOnce.MostClauses && SelectAtOnce.TryRun(clauses, here, out int happened, out var begun))
            return begun.Frame is null ? new GoTask<int>(happened) : AfterBody(begun, happened);
        var run = t_free;
        if (run is null)
            run = new SelectClauses();
        else
            t_free = run._nextFree;
        run.Take(clauses);
        var m = M.Current;
        if (!run._select.TryNow(m) || ChanAwaits.MustGiveWay(m))
            return run.WaitAndRun();
        var body = run.End(out int clause);
        return body.Frame is null ? new GoTask<int>(clause) : AfterBody(body, clause);
    }

    private static async GoTask<int> AfterBody(GoTask body, int clause)
    {
        await body;
        return clause;
    }

    private async GoTask<int> WaitAndRun()
    {
        await new ParkAwaitable(_select.IsChosen ? RequeueMark.Preempt : _select.Wait);
        var body = End(out int clause);
        await body;
        return clause;
    }

    private void Take(ReadOnlySpan<SelectClause> clauses)
    {
        _count = clauses.Length;
        _timeoutClause = _defaultClause = -1;
        _timeout.Duration = Timeout.InfiniteTimeSpan;
        if (_count > _bodies.Length)
            _bodies = new Delegate?[_count];
        for (int i = 0; i < clauses.Length; i++)
        {
            ref readonly var clause = ref clauses[i];
            _bodies[i] = clause.Body;
            if (clause.IsUsed)
                throw new InvalidOperationException("A clause that sends is used once. Make it where the select is called.");
            if (clause.Kind == SelectClauseKind.Receive)
            {
                // The clause's number, not that in the select, which counts its timeout.
                if (clause.Chan is { } chan)
                    _select.Add(chan.RentReceive(), i);
            }
            else if (clause.Kind == SelectClauseKind.Send)
            {
                _select.Add(clause.Send, i);
            }
            else if (clause.Kind == SelectClauseKind.Timeout)
            {
                var timeout = clause.Timeout;
                if (timeout != Timeout.InfiniteTimeSpan && (_timeout.IsOff || timeout < _timeout.Duration))
                    (_timeout.Duration, _timeoutClause) = (timeout, i);
            }
            else
            {
                if (_defaultClause >= 0)
                    throw new InvalidOperationException("A select has one default.");
                _defaultClause = i;
                _select.SetDefault(i);
            }
        }
    }

    /// <summary>Ends the wait, gives everything back and begins the body.</summary>
    private GoTask End(out int clause)
    {
        SelectCase? one = null;
        Delegate? body = null;
        bool happened = false;
        clause = -1;
        try
        {
            clause = _select.Collect(out one, out _);
            if (one is null && clause != _defaultClause)
                clause = _timeoutClause;
            body = _bodies[clause];
            happened = true;
        }
        finally
        {
            // A closed channel throws.
            if (!happened)
                Release();
        }
        if (one is not null)
            return one.Run(body, this);
        Release();
        return SelectBodies.Begin(body);
    }

    internal void Release()
    {
        _bodies.AsSpan(0, _count).Clear();
        _select.Clear();
        int depth = t_free is null ? 1 : t_free._freeDepth + 1;
        if (depth > MostPerThread)
            return;
        _freeDepth = depth;
        _nextFree = t_free;
        t_free = this;
    }
}
