using Gmp.Tool.Tui.Drawing;

namespace Gmp.Tool.Tui.Screen;

/// <summary>The help over the lanes: the lines of the key table, as many as the screen has rows for.</summary>
internal static class HelpBox
{
    public static void Paint(CellGrid grid, int width, int height, Theme theme)
    {
        GlyphSet glyphs = theme.Glyphs;
        int keys = KeyTable.Entries.Max(e => e.Shown.Length);
        int inner = Math.Min(width - 4, keys + 3 + KeyTable.Entries.Max(e => e.Does.Length));
        int rows = Math.Min(height, KeyTable.Entries.Count + 2);
        int left = (width - inner - 4) / 2, top = Math.Max(0, (height - rows) / 2);
        GridCell ground = new(' ', theme.Text, theme.Bar);
        grid.Fill(left, top, inner + 4, rows, ground);
        grid.Fill(left, top, inner + 4, 1, ground with { Glyph = glyphs.Horizontal, Fore = theme.Faint });
        grid.Fill(left, top + rows - 1, inner + 4, 1, ground with { Glyph = glyphs.Horizontal, Fore = theme.Faint });
        grid.Fill(left, top, 1, rows, ground with { Glyph = glyphs.Vertical, Fore = theme.Faint });
        grid.Fill(left + inner + 3, top, 1, rows, ground with { Glyph = glyphs.Vertical, Fore = theme.Faint });
        grid[left, top] = ground with { Glyph = glyphs.TopLeft, Fore = theme.Faint };
        grid[left + inner + 3, top] = ground with { Glyph = glyphs.TopRight, Fore = theme.Faint };
        grid[left, top + rows - 1] = ground with { Glyph = glyphs.BottomLeft, Fore = theme.Faint };
        grid[left + inner + 3, top + rows - 1] = ground with { Glyph = glyphs.BottomRight, Fore = theme.Faint };
        _ = grid.Write(left + 2, top, " keys ", theme.Strong, theme.Bar, CellStyle.Bold);
        int row = top + 1;
        foreach (KeyEntry entry in KeyTable.Entries)
        {
            if (row >= top + rows - 1)
                break;
            _ = grid.Write(left + 2, row, entry.Shown, theme.Warning, theme.Bar, CellStyle.Bold);
            _ = grid.Write(left + 2 + keys + 3, row, entry.Does, theme.Text, theme.Bar, limit: left + inner + 2);
            row++;
        }
    }
}
