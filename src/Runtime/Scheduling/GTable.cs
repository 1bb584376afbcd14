namespace Gmp;

/// <summary>
/// Every goroutine object that there is, alive or free, for dumps and snapshots (Go: allgs). It shrinks when free ones are dropped, which Go's does not.
/// </summary>
/// <remarks>
/// A snapshot is the array as it was: it is only ever added to, and replaced as a whole by <see cref="Compact"/>. So a reader needs no lock, and what it
/// sees beside the living are dead ones.
/// </remarks>
internal sealed class GTable
{
    private const int LeastLength = 256;

    private readonly Lock _lock = new();
    private G[] _all = new G[LeastLength];
    private int _count;

    /// <summary>How many there are; a moment's truth.</summary>
    internal int Count => Volatile.Read(ref _count);

    internal void Add(G g)
    {
        lock (_lock)
        {
            if (_count == _all.Length)
                Array.Resize(ref _all, _count * 2);
            _all[_count++] = g;
        }
    }

    /// <summary>A view of all there are now. Entries do not move; ones added later are not seen.</summary>
    internal ReadOnlySpan<G> Snapshot()
    {
        lock (_lock)
            return _all.AsSpan(0, _count);
    }

    /// <summary>As <see cref="Snapshot"/>, for who looks at them little by little.</summary>
    internal ReadOnlyMemory<G> View()
    {
        lock (_lock)
            return _all.AsMemory(0, _count);
    }

    /// <summary>Forgets the objects that <see cref="FreeGs.Trim"/> dropped. Not for two threads at a time.</summary>
    internal void Compact()
    {
        // Without the lock, which who makes a goroutine needs: a million are looked at here. What is added meanwhile stands behind these.
        var seen = Snapshot();
        var kept = new G[Math.Max(LeastLength, seen.Length / 2)];
        int count = 0;
        foreach (var g in seen)
        {
            if (g.Id == FreeGs.Dropped)
                continue;
            if (count == kept.Length)
                Array.Resize(ref kept, count * 2);
            kept[count++] = g;
        }
        lock (_lock)
        {
            var added = _all.AsSpan(seen.Length, _count - seen.Length);
            if (kept.Length < count + added.Length)
                Array.Resize(ref kept, (count + added.Length) * 2);
            added.CopyTo(kept.AsSpan(count));
            _all = kept;
            _count = count + added.Length;
        }
    }
}
