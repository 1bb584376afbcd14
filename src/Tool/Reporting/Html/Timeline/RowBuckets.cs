namespace Gmp.Tool.Reporting.Html.Timeline;

/// <summary>
/// A row in stretches of equal length, of which each tells how much of it was filled by what, and which goroutine had most of it. This is all that the page
/// has of a long trace; coarser views are sums of it, so nothing that is in one is missing from another.
/// </summary>
internal sealed class RowBuckets
{
    /// <summary>How many kinds share a row; the page knows which by the row's own kind.</summary>
    public const int Slots = 4;

    private static readonly RowKind[] s_processorKinds = [RowKind.Running, RowKind.Syscall, RowKind.Spinning, RowKind.Unknown];
    private static readonly RowKind[] s_machineKinds = [RowKind.Alone, RowKind.HasProcessor, RowKind.NoProcessor, RowKind.Unknown];

    private readonly int[] _slotOf = new int[8];
    private readonly float[] _filled;
    private readonly float[] _weight;
    private readonly long _length;

    /// <summary>Sums a row up.</summary>
    /// <param name="row">The row.</param>
    /// <param name="duration">The trace's length, ns.</param>
    /// <param name="count">How many stretches.</param>
    public RowBuckets(LaneRow row, long duration, int count)
    {
        Count = count;
        Kinds = row.IsProcessor ? s_processorKinds : s_machineKinds;
        _length = Math.Max(1, duration);
        _filled = new float[count * Slots];
        _weight = new float[count];
        Goroutine = new int[count];
        Array.Fill(Goroutine, -1);
        Array.Fill(_slotOf, -1);
        for (int i = 0; i < Kinds.Count; i++)
            _slotOf[(int)Kinds[i]] = i;
        double scale = count / (double)_length;
        foreach (var span in row.Spans(0, duration))
            Add(span, scale);
        ForgetTheUncertain();
    }

    /// <summary>How many stretches.</summary>
    public int Count { get; }

    /// <summary>What the slots stand for.</summary>
    public IReadOnlyList<RowKind> Kinds { get; }

    /// <summary>Who had most of each stretch, by its place in the model; -1 for nobody who stands out.</summary>
    public int[] Goroutine { get; }

    /// <summary>How much of a stretch a kind filled, in 255ths. What is there is never 0.</summary>
    public byte Share(int bucket, int slot)
    {
        float share = _filled[(bucket * Slots) + slot];
        return share <= 0 ? (byte)0 : (byte)Math.Clamp((int)MathF.Round(share * 255), 1, 255);
    }

    // A candidate whose certain share is less than a third of what ran may have had as little as that.
    private void ForgetTheUncertain()
    {
        for (int i = 0; i < Count; i++)
        {
            float active = _filled[i * Slots] + (Kinds == s_processorKinds ? _filled[(i * Slots) + 1] : 0);
            if (_weight[i] < active / 3)
                Goroutine[i] = -1;
        }
    }

    private void Add(in RowSpan span, double scale)
    {
        int slot = _slotOf[(int)span.Kind];
        if (slot < 0)
            return;
        // In stretches, so that no division is left for the loop.
        double start = Math.Max(0, span.Start) * scale, end = Math.Min(span.End * scale, Count);
        int first = Math.Min((int)start, Count - 1);
        if (end <= first + 1)
        {
            Fill(first, slot, (float)(end - start), span.Goroutine);
            return;
        }
        int last = Math.Min((int)end, Count - 1);
        Fill(first, slot, (float)(first + 1 - start), span.Goroutine);
        for (int i = first + 1; i < last; i++)
            Fill(i, slot, 1, span.Goroutine);
        Fill(last, slot, (float)(end - last), span.Goroutine);
    }

    // The majority vote of Misra and Gries with one counter: whoever has more than half is always found.
    private void Fill(int bucket, int slot, float share, int goroutine)
    {
        // A span without a length happened all the same.
        share = Math.Max(share, 1e-6f);
        _filled[(bucket * Slots) + slot] += share;
        if (goroutine < 0)
            return;
        if (Goroutine[bucket] == goroutine)
            _weight[bucket] += share;
        else if (share > _weight[bucket])
            (Goroutine[bucket], _weight[bucket]) = (goroutine, share - _weight[bucket]);
        else
            _weight[bucket] -= share;
    }
}
