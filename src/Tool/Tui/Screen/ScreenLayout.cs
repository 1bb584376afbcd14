namespace Gmp.Tool.Tui.Screen;

/// <summary>
/// Which rows belong to what at a size of the terminal. Title, axis, lanes, selection, legend and keys, from the top; what is least needed
/// gives way first.
/// </summary>
internal readonly record struct ScreenLayout
{
    public const int SmallestWidth = 60;
    public const int SmallestHeight = 16;

    private const int TitleRows = 1;
    private const int AxisRows = 1;
    private const int LegendRows = 1;
    private const int KeyRows = 1;
    private const int WantedTableRows = 7;
    private const int LeastTableRows = 4;

    public ScreenLayout(int width, int height, int gutter, int lanes)
    {
        (Width, Height, Gutter) = (width, height, gutter);
        SelectionRows = height >= 30 ? 6 : height >= 20 ? 4 : 3;
        LanesTop = TitleRows + AxisRows;
        LaneArea = Math.Max(1, height - TitleRows - AxisRows - SelectionRows - LegendRows - KeyRows);
        // A lane is a bar of one or two rows and, where there is room, a free row below; the table has a claim on some of the room too.
        RowsPerLane = Math.Clamp((LaneArea - WantedTableRows) / Math.Max(1, lanes), 1, 3);
        LanesOnScreen = Math.Max(1, (LaneArea + (RowsPerLane - BarRows)) / RowsPerLane);
        TableTop = LanesTop + (Math.Min(lanes, LanesOnScreen) * RowsPerLane);
        TableRows = SelectionTop - TableTop is var free && free >= LeastTableRows ? free : 0;
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Columns before time begins: the marker and the name of the lane.</summary>
    public int Gutter { get; }

    public int TimeColumns => Math.Max(1, Width - Gutter);

    public static int AxisRow => TitleRows;

    public int LanesTop { get; }

    /// <summary>Rows for lanes.</summary>
    public int LaneArea { get; }

    public int RowsPerLane { get; }

    public int BarRows => Math.Max(1, RowsPerLane - 1);

    public int LanesOnScreen { get; }

    public int TableTop { get; }

    /// <summary>Rows between the lanes and the selection; 0 where too few are left for the table.</summary>
    public int TableRows { get; }

    public int SelectionTop => LanesTop + LaneArea;

    public int SelectionRows { get; }

    /// <summary>A box needs rows for its border; small screens get a rule instead.</summary>
    public bool IsSelectionBoxed => SelectionRows >= 6;

    public int LegendRow => Height - KeyRows - LegendRows;

    public int KeyRow => Height - KeyRows;

    public bool IsTooSmall => Width < SmallestWidth || Height < SmallestHeight;

    /// <summary>The first row of the lane that stands <paramref name="position"/> places below the first on the screen.</summary>
    public int RowOf(int position) => LanesTop + (position * RowsPerLane);

    /// <summary>Which place a row belongs to, or -1 if it is no lane's.</summary>
    public int PositionAt(int row)
    {
        int position = row < LanesTop ? -1 : (row - LanesTop) / RowsPerLane;
        return row < LanesTop + LaneArea && position < LanesOnScreen ? position : -1;
    }
}
