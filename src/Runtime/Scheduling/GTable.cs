namespace Gmp;

/// <summary>Every goroutine object ever made, alive or free, for dumps and snapshots (Go: allgs). It never shrinks, as they are reused.</summary>
internal sealed class GTable
{
    private readonly Lock _lock = new();
    private G[] _all = new G[256];
    private int _count;

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
}
