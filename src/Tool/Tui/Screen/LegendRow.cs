using Gmp.Analysis.Model;
using Gmp.Tool.Tui.Drawing;
using Gmp.Tool.Tui.Lanes;
using Gmp.Tool.Tui.Sources;

namespace Gmp.Tool.Tui.Screen;

/// <summary>The last two rows: the scale and what the glyphs mean (or one sentence on what happened), and the keys.</summary>
internal static class LegendRow
{
    public static void Paint(CellGrid grid, ScreenLayout layout, TimelineState state, ITimelineSource source, Theme theme)
    {
        PaintLegend(grid, layout, state, source, theme);
        grid.Fill(0, layout.KeyRow, layout.Width, 1, new GridCell(' ', theme.Text, theme.Bar));
        _ = grid.Write(1, layout.KeyRow, KeyTable.Hints(layout.Width - 2, state.IsLive), theme.Text, theme.Bar);
    }

    private static void PaintLegend(CellGrid grid, ScreenLayout layout, TimelineState state, ITimelineSource source, Theme theme)
    {
        GlyphSet glyphs = theme.Glyphs;
        int row = layout.LegendRow;
        int x = grid.Write(1, row, $"{TimeText.Length(state.Window.NsPerColumn, glyphs)}/column", theme.Text, theme.Page, CellStyle.Bold) + 2;
        int lanes = state.Model.Lanes.Count;
        if (lanes > layout.LanesOnScreen)
            x = grid.Write(x, row, $"lanes {state.TopLane + 1}{glyphs.Dash}{Math.Min(lanes, state.TopLane + layout.LanesOnScreen)} of {lanes}", theme.Text, theme.Page) + 2;
        if (state.Highlighted >= 0)
        {
            GoroutineInfo lit = state.Model.Goroutines[state.Highlighted];
            x = grid.Write(x, row, $"only {CellText.Cut(CellText.Safe(lit.Label), 24, glyphs.Ellipsis)}", theme.Warning, theme.Page) + 2;
        }
        if (source.Notice is { } notice)
        {
            _ = grid.Write(x, row, CellText.Cut(CellText.Safe(notice), layout.Width - x - 1, glyphs.Ellipsis), theme.Warning, theme.Page, CellStyle.Bold);
            return;
        }
        Rgb sample = theme.Tint(0, 0);
        x = Item(grid, x, row, new GridCell(glyphs.Run, theme.HasColor && !glyphs.HasHalfBlocks ? theme.InkOn(sample) : sample, sample), "runs, a colour a goroutine", theme);
        x = Item(grid, x, row, new GridCell(glyphs.Syscall, theme.SyscallMark, theme.Syscall), "system call", theme);
        x = Item(grid, x, row, new GridCell(glyphs.Spinning, theme.SpinningMark, theme.Spinning), "looks for work", theme);
        _ = Item(grid, x, row, new GridCell(glyphs.Idle, theme.IdleDot, theme.Idle), "idle", theme);
    }

    private static int Item(CellGrid grid, int x, int row, GridCell sample, string text, Theme theme)
    {
        if (x + text.Length + 3 >= grid.Width)
            return grid.Width;
        grid[x, row] = sample;
        return grid.Write(x + 2, row, text, theme.Faint, theme.Page) + 2;
    }
}
