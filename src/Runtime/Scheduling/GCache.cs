namespace Gmp;

/// <summary>
/// What making and ending goroutines takes without a lock: free objects, ids, counts. Every P has one, and every M has one for the time when
/// it has no P. One owner, no atomics; the counts may be read from outside as a moment's truth.
/// </summary>
internal sealed class GCache(Scheduler scheduler, int idsAtOnce = GCache.IdsAtOnce)
{
    /// <summary>Ids taken in a run, so that they cost no shared counter each; they are unique and only roughly in order (Go: _GoidCacheBatch).</summary>
    internal const int IdsAtOnce = 16;

    private G? _free;
    private int _freeCount;
    private long _nextId;
    private long _lastId;
    private long _created;
    private long _destroyed;

    /// <summary>How many goroutines were made here.</summary>
    internal long Created => Volatile.Read(ref _created);

    /// <summary>How many came to end here; they may have been made elsewhere.</summary>
    internal long Ended => Volatile.Read(ref _destroyed);

    /// <summary>A goroutine to fill, with its id, from the free list or new.</summary>
    internal G Rent()
    {
        var g = _free;
        if (g is null)
        {
            _freeCount = scheduler.FreeGs.Refill(ref _free);
            g = _free;
        }
        if (g is null)
        {
            g = scheduler.NewG();
        }
        else
        {
            _free = g.Link;
            _freeCount--;
            g.Link = null;
        }
        if (_nextId == _lastId)
            (_nextId, _lastId) = scheduler.TakeIds(idsAtOnce);
        g.Id = _nextId++;
        _created++;
        return g;
    }

    /// <summary>Gives all free goroutines to the scheduler's list: its P ends.</summary>
    internal void GiveAway()
    {
        if (_free is not { } first)
            return;
        var last = first;
        while (last.Link is { } next)
            last = next;
        scheduler.FreeGs.PutList(first, last, _freeCount);
        _free = null;
        _freeCount = 0;
    }

    /// <summary>Keeps a goroutine that has ended; at 64, half go to the scheduler's list (Go: gfput).</summary>
    internal void Return(G g)
    {
        _destroyed++;
        g.Link = _free;
        _free = g;
        if (++_freeCount < FreeGs.MostPerCache)
            return;
        int moved = 1;
        var last = _free;
        for (; moved < FreeGs.MostPerCache / 2; moved++)
            last = last.Link!;
        var first = _free;
        _free = last.Link;
        _freeCount -= moved;
        scheduler.FreeGs.PutList(first, last, moved);
    }
}
