namespace Gmp;

/// <summary>Goroutines that have ended and belong to no P's free list.</summary>
internal sealed class FreeGs
{
    /// <summary>A P gives half away at this many (Go: runtime/proc.go: gfput).</summary>
    internal const int MostPerP = 64;

    private readonly Lock _lock = new();
    private G? _first;
    private int _count;

    internal void Put(G g)
    {
        lock (_lock)
        {
            g.Link = _first;
            _first = g;
            _count++;
        }
    }

    /// <summary>Takes one, or null.</summary>
    internal G? Get()
    {
        if (Volatile.Read(ref _count) == 0)
            return null;
        lock (_lock)
        {
            var g = _first;
            if (g is null)
                return null;
            _first = g.Link;
            g.Link = null;
            _count--;
            return g;
        }
    }

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

    /// <summary>Moves up to half a P's share onto <paramref name="list"/>.</summary>
    internal int Refill(ref G? list)
    {
        if (Volatile.Read(ref _count) == 0)
            return 0;
        int moved = 0;
        lock (_lock)
        {
            for (; moved < MostPerP / 2 && _first is not null; moved++)
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
