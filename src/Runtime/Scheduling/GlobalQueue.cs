namespace Gmp;

/// <summary>Runnable goroutines of no P, oldest first. Under <see cref="Scheduler.Lock"/>, but for <see cref="Count"/>.</summary>
/// <remarks>
/// A chain of arrays, where Go has a list linked through the goroutines: of a million goroutines that wait here none is in a cache, and each would be
/// fetched from memory to be put, to be taken and to be run. Here only the last is left. The chain needs no copying to grow, and
/// what a burst took is garbage when it has gone.
/// </remarks>
internal sealed class GlobalQueue
{
    private const int ChunkLength = 256;

    private Chunk _first;
    private Chunk _last;
    private Chunk? _spare;   // one that became empty: a queue that goes up and down at the end of a chunk makes no new one each time
    private int _count;

    internal GlobalQueue() => _first = _last = new Chunk(ChunkLength);

    /// <summary>How many; without the lock, a moment's truth.</summary>
    internal int Count => Volatile.Read(ref _count);

    internal void Put(G g)
    {
        var last = _last;
        if (last.End == last.Items.Length)
            last = Append();
        last.Items[last.End++] = g;
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Puts some, oldest first.</summary>
    internal void Put(ReadOnlySpan<G> goroutines)
    {
        var rest = goroutines;
        while (!rest.IsEmpty)
        {
            var last = _last;
            if (last.End == last.Items.Length)
                last = Append();
            int n = Math.Min(rest.Length, last.Items.Length - last.End);
            rest[..n].CopyTo(last.Items.AsSpan(last.End)!);
            last.End += n;
            rest = rest[n..];
        }
        Volatile.Write(ref _count, _count + goroutines.Length);
    }

    /// <summary>Puts some, oldest first, before all others.</summary>
    internal void PutFirst(ReadOnlySpan<G> goroutines)
    {
        if (goroutines.IsEmpty)
            return;
        var first = new Chunk(goroutines.Length) { End = goroutines.Length, Next = _first };
        goroutines.CopyTo(first.Items!);
        _first = first;
        Volatile.Write(ref _count, _count + goroutines.Length);
    }

    /// <summary>Takes the oldest; null if there is none.</summary>
    internal G? Get()
    {
        if (_count == 0)
            return null;
        var first = _first;
        // More than one where some were put before one that was empty.
        while (first.Begin == first.End)
            first = DropFirst();
        ref var slot = ref first.Items[first.Begin++];
        var g = slot;
        slot = null;
        Volatile.Write(ref _count, _count - 1);
        return g;
    }

    private Chunk Append()
    {
        var chunk = _spare ?? new Chunk(ChunkLength);
        _spare = null;
        _last.Next = chunk;
        _last = chunk;
        return chunk;
    }

    // There is a next one: the queue is not empty, and this one is.
    private Chunk DropFirst()
    {
        var empty = _first;
        _first = empty.Next!;
        empty.Next = null;
        empty.Begin = empty.End = 0;
        if (empty.Items.Length == ChunkLength)
            _spare = empty;
        return _first;
    }

    private sealed class Chunk(int length)
    {
        internal readonly G?[] Items = new G?[length];
        internal int Begin;
        internal int End;
        internal Chunk? Next;
    }
}
