namespace Gmp;

/// <summary>Goroutines that have ended and are in no <see cref="GCache"/>.</summary>
internal sealed class FreeGs
{
    /// <summary>A cache gives half away at this many (Go: runtime/proc.go: gfput).</summary>
    internal const int MostPerCache = 64;

    private readonly Lock _lock = new();
    private G? _first;
    private int _count;

    /// <summary>Adds a list linked by <see cref="G.Link"/>.</summary>
    internal void PutList(G first, G last, int count)
    {
        lock (_lock)
        {
            last.Link = _first;
            _first = first;
            _count += count;
        }
    }

    /// <summary>Moves up to half a cache's share onto <paramref name="list"/>.</summary>
    internal int Refill(ref G? list)
    {
        if (Volatile.Read(ref _count) == 0)
            return 0;
        int moved = 0;
        lock (_lock)
        {
            for (; moved < MostPerCache / 2 && _first is not null; moved++)
            {
                var g = _first;
                _first = g.Link;
                g.Link = list;
                list = g;
                _count--;
            }
        }
        return moved;
    }
}
