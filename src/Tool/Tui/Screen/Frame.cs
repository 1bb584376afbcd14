using Gmp.Tool.Tui.Drawing;
using Gmp.Tool.Tui.Sources;

namespace Gmp.Tool.Tui.Screen;

/// <summary>Paints a whole frame into a grid. It needs the model's gate while the trace is live, and nothing of the terminal.</summary>
internal sealed class Frame(Theme theme)
{
    private readonly LanePainter _lanes = new(theme);
    private readonly GoroutineTable _table = new(theme);
    private readonly SelectionPane _selection = new(theme);

    /// <returns>The layout that was used, so that a click can be mapped back.</returns>
    public ScreenLayout Paint(CellGrid grid, TimelineState state, ITimelineSource source)
    {
        int gutter = LanePainter.GutterFor(state.Model, grid.Width);
        ScreenLayout layout = new(grid.Width, grid.Height, gutter, state.Model.Lanes.Count);
        grid.Clear(new GridCell(' ', theme.Text, theme.Page));
        if (layout.IsTooSmall)
        {
            PaintTooSmall(grid);
            return layout;
        }
        state.Prepare(layout.TimeColumns, layout.LanesOnScreen);
        TitleRow.Paint(grid, layout.Width, state, source, theme);
        PaintTickLines(grid, layout, state);
        TimeAxis.Paint(grid, layout, state, theme);
        _lanes.Paint(grid, layout, state);
        _table.Paint(grid, layout, state, source);
        _selection.Paint(grid, layout, state, source);
        LegendRow.Paint(grid, layout, state, source, theme);
        if (state.IsHelpOpen)
            HelpBox.Paint(grid, layout.Width, layout.Height, theme);
        return layout;
    }

    /// <summary>Lines from the ticks down between the lanes, so that the eye can carry a moment from lane to lane.</summary>
    private void PaintTickLines(CellGrid grid, ScreenLayout layout, TimelineState state)
    {
        if (layout.RowsPerLane == 1)
            return;
        int last = Math.Min(layout.LanesTop + (Math.Min(layout.LanesOnScreen, state.Model.Lanes.Count) * layout.RowsPerLane), layout.SelectionTop);
        foreach ((int column, _) in TimeAxis.Ticks(state.Window))
            grid.Fill(layout.Gutter + column, layout.LanesTop, 1, last - layout.LanesTop, new GridCell(theme.Glyphs.Tick, theme.IdleDot, theme.Page));
    }

    private void PaintTooSmall(CellGrid grid)
    {
        string[] lines =
        [
            "terminal too small",
            $"{grid.Width}x{grid.Height}, needs {ScreenLayout.SmallestWidth}x{ScreenLayout.SmallestHeight}",
            "q quit",
        ];
        int row = Math.Max(0, (grid.Height - lines.Length) / 2);
        foreach (string line in lines)
            _ = grid.Write(Math.Max(0, (grid.Width - line.Length) / 2), row++, line, theme.Warning, theme.Page);
    }
}
