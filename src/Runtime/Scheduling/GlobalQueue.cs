namespace Gmp;

/// <summary>Runnable goroutines of no P, oldest first. Under <see cref="Scheduler.Lock"/>, but for <see cref="Count"/>.</summary>
internal sealed class GlobalQueue
{
    private G? _first;
    private G? _last;
    private int _count;

    /// <summary>How many; without the lock, a moment's truth.</summary>
    internal int Count => Volatile.Read(ref _count);

    internal void Put(G g) => PutList(g, g, 1);

    /// <summary>Appends a list linked by <see cref="G.Link"/>.</summary>
    internal void PutList(G first, G last, int count)
    {
        last.Link = null;
        if (_last is null)
            _first = first;
        else
            _last.Link = first;
        _last = last;
        Volatile.Write(ref _count, _count + count);
    }

    /// <summary>Puts a list linked by <see cref="G.Link"/> before all others.</summary>
    internal void PutListFirst(G first, G last, int count)
    {
        last.Link = _first;
        _first = first;
        _last ??= last;
        Volatile.Write(ref _count, _count + count);
    }

    internal G? Get()
    {
        var g = _first;
        if (g is null)
            return null;
        _first = g.Link;
        if (_first is null)
            _last = null;
        g.Link = null;
        Volatile.Write(ref _count, _count - 1);
        return g;
    }
}
