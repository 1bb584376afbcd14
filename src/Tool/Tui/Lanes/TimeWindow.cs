namespace Gmp.Tool.Tui.Lanes;

/// <summary>The stretch of time on the screen: where it starts and how many ns a column stands for.</summary>
/// <param name="Start">The left edge, ns since the trace's start; never negative.</param>
/// <param name="NsPerColumn">At least <see cref="SmallestScale"/>.</param>
/// <param name="Columns">How many columns there are, at least 1.</param>
internal readonly record struct TimeWindow(long Start, long NsPerColumn, int Columns)
{
    public const long SmallestScale = 10;
    public const long LargestScale = 1_000_000_000_000;

    public long Length => NsPerColumn * Columns;

    /// <summary>The right edge, not included.</summary>
    public long End => Start + Length;

    public bool Contains(long time) => time >= Start && time < End;

    /// <summary>The moment at the left edge of a column.</summary>
    public long TimeAt(int column) => Start + (column * NsPerColumn);

    /// <summary>The column that shows a moment; outside 0 to <see cref="Columns"/> - 1 if none does.</summary>
    public int ColumnOf(long time) => (int)Math.Clamp(FloorDivide(time - Start, NsPerColumn), int.MinValue, int.MaxValue);

    /// <summary>Another scale, with the same moment under <paramref name="column"/>.</summary>
    public TimeWindow Zoomed(long nsPerColumn, int column)
    {
        nsPerColumn = Math.Clamp(nsPerColumn, SmallestScale, LargestScale);
        // The middle of the column stays, so that zooming in and out again comes back to the same place.
        long anchor = TimeAt(column) + (NsPerColumn / 2);
        return this with { NsPerColumn = nsPerColumn, Start = Math.Max(0, anchor - (column * nsPerColumn) - (nsPerColumn / 2)) };
    }

    public TimeWindow StartingAt(long start) => this with { Start = Math.Max(0, start) };

    /// <summary>A window of the same scale with <paramref name="time"/> in its middle.</summary>
    public TimeWindow CentredOn(long time) => StartingAt(time - (Length / 2));

    /// <summary>The next larger or smaller scale of the series 1, 2, 5, 10, ...</summary>
    public static long NextScale(long nsPerColumn, bool larger)
    {
        long unit = 1;
        while (unit * 10 <= nsPerColumn)
            unit *= 10;
        ReadOnlySpan<long> series = [unit / 2, unit, unit * 2, unit * 5, unit * 10];
        if (larger)
        {
            foreach (long scale in series)
            {
                if (scale > nsPerColumn)
                    return Math.Min(scale, LargestScale);
            }
            return LargestScale;
        }
        for (int i = series.Length - 1; i >= 0; i--)
        {
            if (series[i] < nsPerColumn)
                return Math.Max(series[i], SmallestScale);
        }
        return SmallestScale;
    }

    /// <summary>The scale at which <paramref name="length"/> ns take all the columns.</summary>
    public static long ScaleFor(long length, int columns) =>
        Math.Clamp((length + columns - 1) / Math.Max(1, columns), SmallestScale, LargestScale);

    private static long FloorDivide(long value, long by) => value >= 0 ? value / by : -((-value + by - 1) / by);
}
