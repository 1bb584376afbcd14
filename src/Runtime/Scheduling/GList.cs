using System.Diagnostics.CodeAnalysis;

namespace Gmp;

/// <summary>
/// Goroutines that are in no queue and on their way to one, oldest first, linked by <see cref="G.Link"/> (Go: runtime/proc.go: gQueue). One owner. A
/// mutable struct: never copy one that is taken from.
/// </summary>
internal struct GList
{
    private G? _first;
    private G? _last;

    internal int Count { get; private set; }

    /// <summary>The oldest, for a walk along <see cref="G.Link"/>.</summary>
    internal readonly G? First => _first;

    /// <summary>Adds one; null is none.</summary>
    internal void Append(G? g)
    {
        if (g is null)
            return;
        g.Link = null;
        if (_last is null)
            _first = g;
        else
            _last.Link = g;
        _last = g;
        Count++;
    }

    /// <summary>Takes the oldest. Its link is free before the caller may make it runnable.</summary>
    internal bool TryTake([NotNullWhen(true)] out G? g)
    {
        g = _first;
        if (g is null)
            return false;
        _first = g.Link;
        if (_first is null)
            _last = null;
        g.Link = null;
        Count--;
        return true;
    }
}
