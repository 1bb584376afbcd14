using Gmp.Tool.Tui.Drawing;
using Gmp.Tool.Tui.Lanes;

namespace Gmp.Tool.Tui.Screen;

/// <summary>The ticks of the time axis: 1, 2 or 5 times a power of ten ns apart, far enough for their labels.</summary>
internal static class TimeAxis
{
    private const int LeastDistance = 16;

    /// <summary>How far apart the ticks are, ns.</summary>
    public static long StepOf(TimeWindow window)
    {
        long least = window.NsPerColumn * LeastDistance, step = 1;
        while (step < least)
            step = TimeWindow.NextScale(step, larger: true);
        return step;
    }

    /// <summary>The ticks in view, by column.</summary>
    public static IEnumerable<(int Column, long Time)> Ticks(TimeWindow window)
    {
        long step = StepOf(window);
        for (long time = (window.Start + step - 1) / step * step; time < window.End; time += step)
            yield return (window.ColumnOf(time), time);
    }

    public static void Paint(CellGrid grid, ScreenLayout layout, TimelineState state, Theme theme)
    {
        int row = ScreenLayout.AxisRow;
        grid.Fill(0, row, layout.Width, 1, new GridCell(' ', theme.Faint, theme.Page));
        long step = StepOf(state.Window);
        foreach ((int column, long time) in Ticks(state.Window))
        {
            int x = grid.Write(layout.Gutter + column, row, [theme.Glyphs.Tick], theme.Faint, theme.Page);
            _ = grid.Write(x, row, TimeText.Tick(time, step, state.Window.End, theme.Glyphs), theme.Text, theme.Page);
        }
        if (state.CursorTime is { } cursor && state.Window.Contains(cursor))
            grid[layout.Gutter + state.Window.ColumnOf(cursor), row] = new GridCell(theme.Glyphs.CursorHead, theme.Strong, theme.Page, CellStyle.Bold);
    }
}
