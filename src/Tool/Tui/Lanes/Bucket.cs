namespace Gmp.Tool.Tui.Lanes;

/// <summary>What a bucket of time shows.</summary>
internal enum BucketKind : byte
{
    /// <summary>After the end of the trace, or before its start.</summary>
    Nothing = 0,
    Idle = 1,
    Running = 2,
    Syscall = 3,
    Spinning = 4,
}

/// <summary>A stretch of a lane as wide as half a cell (or a whole one), summed up.</summary>
/// <param name="Kind">What took most of it; a run wins over spinning, since a short run between long searches is what one looks for.</param>
/// <param name="Goroutine">The goroutine that had most of the time, or -1 if none stands out.</param>
/// <param name="Share">How much of the bucket was filled, in quarters: 1 to 4. A glance at a merged lane shows how busy it was.</param>
/// <param name="FirstSpan">The index of the first span in it.</param>
/// <param name="Spans">How many spans are in it, in whole or in part.</param>
internal readonly record struct Bucket(BucketKind Kind, int Goroutine, byte Share, int FirstSpan, int Spans)
{
    /// <summary>Whether two buckets look the same, so that one label can run over both.</summary>
    public bool LooksLike(Bucket other) => Kind == other.Kind && Goroutine == other.Goroutine;
}
