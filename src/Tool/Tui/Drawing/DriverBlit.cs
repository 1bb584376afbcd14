using Terminal.Gui.Drawing;
using Terminal.Gui.Drivers;
using Attribute = Terminal.Gui.Drawing.Attribute;

namespace Gmp.Tool.Tui.Drawing;

/// <summary>
/// Carries a <see cref="CellGrid"/> into the driver's buffer, cell by cell and only where they differ. It compares with the buffer itself and
/// not with the last frame, so a buffer that was cleared or replaced (resize, suspend and resume) is repainted without being told.
/// UI thread only.
/// </summary>
internal sealed class DriverBlit
{
    // The driver issues one write for each run of dirty cells; writing a few clean cells again costs less than a system call.
    private const int LargestGapThatIsBridged = 12;
    private const int CachedGlyphs = 0x2600;

    private readonly string?[] _glyphs = new string?[CachedGlyphs];
    private readonly Dictionary<(Rgb Fore, Rgb Back, CellStyle Style), Attribute> _attributes = [];

    /// <returns>How many cells differed.</returns>
    public int Copy(CellGrid grid, IDriver driver)
    {
        IOutputBuffer buffer = driver.GetOutputBuffer();
        Cell[,]? contents = buffer.Contents;
        if (contents is null)
            return 0;
        int rows = Math.Min(grid.Height, contents.GetLength(0));
        int columns = Math.Min(grid.Width, contents.GetLength(1));
        int changed = 0;
        (Rgb, Rgb, CellStyle) lastKey = default;
        Attribute lastAttribute = AttributeOf(default);
        for (int y = 0; y < rows; y++)
        {
            int lastDirty = -1;
            for (int x = 0; x < columns; x++)
            {
                GridCell cell = grid[x, y];
                (Rgb, Rgb, CellStyle) key = (cell.Fore, cell.Back, cell.Style);
                if (key != lastKey)
                    (lastKey, lastAttribute) = (key, AttributeOf(key));
                string glyph = GlyphOf(cell.Glyph);
                ref Cell target = ref contents[y, x];
                if (target.Grapheme == glyph && target.Attribute is { } now && now == lastAttribute)
                    continue;
                target.Grapheme = glyph;
                target.Attribute = lastAttribute;
                target.IsDirty = true;
                changed++;
                if (lastDirty >= 0 && x - lastDirty <= LargestGapThatIsBridged)
                {
                    for (int between = lastDirty + 1; between < x; between++)
                        contents[y, between].IsDirty = true;
                }
                lastDirty = x;
            }
            if (lastDirty >= 0)
                buffer.DirtyLines[y] = true;
        }
        return changed;
    }

    private string GlyphOf(char glyph)
    {
        if (glyph == '\0')
            glyph = ' ';
        return glyph < CachedGlyphs ? _glyphs[glyph] ??= glyph.ToString() : glyph.ToString();
    }

    private Attribute AttributeOf((Rgb Fore, Rgb Back, CellStyle Style) key)
    {
        if (_attributes.TryGetValue(key, out Attribute attribute))
            return attribute;
        TextStyle style = TextStyle.None;
        if ((key.Style & CellStyle.Bold) != 0)
            style |= TextStyle.Bold;
        if ((key.Style & CellStyle.Underline) != 0)
            style |= TextStyle.Underline;
        if ((key.Style & CellStyle.Reverse) != 0)
            style |= TextStyle.Reverse;
        attribute = new Attribute(ColorOf(key.Fore), ColorOf(key.Back), style);
        _attributes.Add(key, attribute);
        return attribute;
    }

    private static Color ColorOf(Rgb rgb) => rgb.IsTerminalOwn ? Color.None : new Color(rgb.R, rgb.G, rgb.B);
}
