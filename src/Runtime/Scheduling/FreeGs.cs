namespace Gmp;

/// <summary>Goroutines that have ended and are in no <see cref="GCache"/>.</summary>
internal sealed class FreeGs
{
    /// <summary>A cache gives half away at this many (Go: runtime/proc.go: gfput).</summary>
    internal const int MostPerCache = 64;

    private readonly Lock _lock = new();
    /// <summary>What a goroutine's object that is to be garbage has for an id.</summary>
    internal const long Dropped = -1;

    /// <summary>So many are dropped under one hold of the lock.</summary>
    private const int DroppedAtOnce = 1024;

    private G? _first;
    private int _count;
    private int _least;   // the fewest since the last trim

    /// <summary>How many; a moment's truth.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>
    /// Drops half of those that nobody needed since the last call, but for <paramref name="keep"/>: marks them with <see cref="Dropped"/>, for
    /// <see cref="GTable.Compact"/>. Not for two threads at a time.
    /// </summary>
    /// <returns>How many.</returns>
    internal int Trim(int keep)
    {
        int goal, dropped = 0;
        lock (_lock)
        {
            int surplus = _least - keep;
            _least = _count;
            goal = surplus > 0 ? (surplus + 1) / 2 : 0;
        }
        while (dropped < goal)
        {
            // A piece at a time: each is fetched from memory, and who needs one must not wait for a million.
            lock (_lock)
            {
                int end = Math.Min(goal, dropped + DroppedAtOnce);
                for (; dropped < end && _first is { } g; dropped++)
                {
                    _first = g.Link;
                    g.Link = null;
                    g.Id = Dropped;
                    _count--;
                }
                // Needed meanwhile: it is no surplus any more.
                if (_first is null)
                    goal = dropped;
                _least = Math.Min(_least, _count);
            }
        }
        return dropped;
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
            _least = Math.Min(_least, _count);
        }
        return moved;
    }
}
