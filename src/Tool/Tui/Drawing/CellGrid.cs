namespace Gmp.Tool.Tui.Drawing;

/// <summary>
/// A screen of cells in memory. Everything is painted here first, since the library's own drawing calls cost about 1 KB of garbage and a
/// region test a cell; <see cref="DriverBlit"/> then carries over only what differs. One thread at a time.
/// </summary>
internal sealed class CellGrid
{
    private GridCell[] _cells = [];

    public int Width { get; private set; }

    public int Height { get; private set; }

    public GridCell this[int x, int y]
    {
        get => _cells[(y * Width) + x];
        set
        {
            if ((uint)x < (uint)Width && (uint)y < (uint)Height)
                _cells[(y * Width) + x] = value;
        }
    }

    public void Resize(int width, int height)
    {
        if (width == Width && height == Height)
            return;
        (Width, Height) = (width, height);
        _cells = new GridCell[width * height];
    }

    public void Clear(GridCell cell) => Array.Fill(_cells, cell);

    /// <summary>Fills a rectangle; what lies outside the grid is left out.</summary>
    public void Fill(int x, int y, int width, int height, GridCell cell)
    {
        for (int row = Math.Max(0, y); row < Math.Min(Height, y + height); row++)
        {
            for (int column = Math.Max(0, x); column < Math.Min(Width, x + width); column++)
                _cells[(row * Width) + column] = cell;
        }
    }

    /// <summary>Writes text that <see cref="CellText"/> has made safe, cut at <paramref name="limit"/> (a column, not included) and at the edge.</summary>
    /// <returns>The column after the text.</returns>
    public int Write(int x, int y, ReadOnlySpan<char> text, Rgb fore, Rgb back, CellStyle style = CellStyle.None, int limit = int.MaxValue)
    {
        int end = Math.Min(limit, Width);
        foreach (char glyph in text)
        {
            if (x >= end)
                break;
            this[x++, y] = new GridCell(glyph, fore, back, style);
        }
        return x;
    }
}
