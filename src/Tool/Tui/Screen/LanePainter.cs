using Gmp.Analysis.Model;
using Gmp.Tool.Tui.Drawing;
using Gmp.Tool.Tui.Lanes;

namespace Gmp.Tool.Tui.Screen;

/// <summary>Paints lanes: two buckets a cell where half blocks have colour, and the names of goroutines where they fit.</summary>
internal sealed class LanePainter(Theme theme)
{
    private const int LeastLabelColumns = 3;

    private Bucket[] _buckets = [];

    public void Paint(CellGrid grid, ScreenLayout layout, TimelineState state)
    {
        int wanted = layout.TimeColumns * theme.BucketsPerColumn;
        if (_buckets.Length != wanted)
            _buckets = new Bucket[wanted];
        bool several = HasSeveralSchedulers(state.Model);
        for (int position = 0; position < layout.LanesOnScreen; position++)
        {
            int index = state.TopLane + position;
            if (index >= state.Model.Lanes.Count)
                break;
            PaintLane(grid, layout, state, index, layout.RowOf(position), several);
        }
    }

    /// <summary>Columns for the marker, the longest lane name and, on wide screens, how busy the lane is.</summary>
    public static int GutterFor(TraceModel model, int width)
    {
        bool several = HasSeveralSchedulers(model);
        int longest = 2;
        foreach (Lane lane in model.Lanes)
            longest = Math.Max(longest, NameOf(lane, several).Length);
        return Math.Min(longest + 2 + (width >= 100 ? BusyColumns : 0), width / 3);
    }

    /// <summary><c>P0</c>, or <c>M3 (no P)</c>; with the scheduler's number before it when there are several.</summary>
    public static string NameOf(Lane lane, bool severalSchedulers) =>
        (severalSchedulers ? $"s{lane.Scheduler} " : "") + lane.Label + (lane.Kind == LaneKind.Machine ? " (no P)" : "");

    public static bool HasSeveralSchedulers(TraceModel model)
    {
        foreach (Lane lane in model.Lanes)
        {
            if (lane.Scheduler != model.Lanes[0].Scheduler)
                return true;
        }
        return false;
    }

    private const int BusyColumns = 6;

    private void PaintLane(CellGrid grid, ScreenLayout layout, TimelineState state, int index, int row, bool several)
    {
        Lane lane = state.Model.Lanes[index];
        bool selected = index == state.SelectedLane;
        double busy = LaneRaster.Fill(lane, state.PyramidOf(lane), state.Window, state.Now, _buckets);
        PaintName(grid, layout, row, NameOf(lane, several), selected, lane.Kind == LaneKind.Processor ? busy : null);
        for (int line = 0; line < layout.BarRows; line++)
        {
            for (int column = 0; column < layout.TimeColumns; column++)
                grid[layout.Gutter + column, row + line] = CellAt(column, lane, state);
        }
        PaintStarts(grid, layout, row, lane, state);
        PaintLabels(grid, layout, row, lane, state);
        if (selected && state.CursorTime is { } cursor && state.Window.Contains(cursor))
            PaintCursor(grid, layout, row, layout.Gutter + state.Window.ColumnOf(cursor));
    }

    private void PaintName(CellGrid grid, ScreenLayout layout, int row, string name, bool selected, double? busy)
    {
        Rgb fore = selected ? theme.Strong : theme.Text;
        CellStyle style = selected ? CellStyle.Bold : CellStyle.None;
        if (selected)
            _ = grid.Write(0, row, [theme.Glyphs.Selected], theme.Warning, theme.Page, style);
        int end = grid.Write(1, row, name, fore, theme.Page, style, layout.Gutter - 1);
        if (busy is not { } share || layout.Width < 100)
            return;
        string text = $"{Math.Round(share * 100):0}%";
        if (layout.Gutter - 1 - text.Length > end)
            _ = grid.Write(layout.Gutter - 1 - text.Length, row, text, theme.Faint, theme.Page);
    }

    private GridCell CellAt(int column, Lane lane, TimelineState state)
    {
        if (theme.BucketsPerColumn == 1)
            return WholeCell(_buckets[column], lane, state);
        Bucket left = _buckets[column * 2], right = _buckets[(column * 2) + 1];
        Rgb leftBack = BackOf(left, lane, state), rightBack = BackOf(right, lane, state);
        return left.Kind == right.Kind && leftBack == rightBack
            ? WholeCell(left, lane, state)
            : new GridCell(theme.Glyphs.LeftHalf, leftBack, rightBack);
    }

    private GridCell WholeCell(Bucket bucket, Lane lane, TimelineState state)
    {
        Rgb back = BackOf(bucket, lane, state);
        switch (bucket.Kind)
        {
            case BucketKind.Running:
                // The block has the colour of its ground: terminals that draw blocks with seams show none, and a copy as text still shows runs.
                return new GridCell(RunGlyph(bucket, state), theme.Glyphs.HasHalfBlocks ? back : theme.InkOn(back), back);
            case BucketKind.Syscall:
                return new GridCell(theme.Glyphs.Syscall, IsDimmed(bucket, state) ? theme.Faint : theme.SyscallMark, back);
            case BucketKind.Spinning:
                return new GridCell(theme.Glyphs.Spinning, theme.SpinningMark, back);
            case BucketKind.Idle when lane.Kind == LaneKind.Processor:
                return new GridCell(theme.Glyphs.Idle, theme.IdleDot, back);
            default:
                return new GridCell(' ', theme.Text, back);
        }
    }

    private char RunGlyph(Bucket bucket, TimelineState state)
    {
        if (theme.HasColor && theme.Glyphs.HasHalfBlocks)
            return theme.Glyphs.Run;
        if (bucket.Goroutine < 0)
            return theme.Glyphs.Mixed;
        GoroutineInfo goroutine = state.Model.Goroutines[bucket.Goroutine];
        return Theme.IsSecondTexture(goroutine.Scheduler, goroutine.Id) ? theme.Glyphs.RunOther : theme.Glyphs.Run;
    }

    private Rgb BackOf(Bucket bucket, Lane lane, TimelineState state)
    {
        switch (bucket.Kind)
        {
            case BucketKind.Running:
                Rgb tint = theme.Mixed;
                if (bucket.Goroutine >= 0)
                {
                    GoroutineInfo goroutine = state.Model.Goroutines[bucket.Goroutine];
                    tint = theme.Tint(goroutine.Scheduler, goroutine.Id);
                }
                return IsDimmed(bucket, state) ? theme.Idle.Mix(tint, 0.22) : theme.Idle.Mix(tint, 0.4 + (0.15 * bucket.Share));
            case BucketKind.Syscall:
                return IsDimmed(bucket, state) ? theme.Idle.Mix(theme.Syscall, 0.4) : theme.Syscall;
            case BucketKind.Spinning:
                return theme.Spinning;
            case BucketKind.Idle when lane.Kind == LaneKind.Processor:
                return theme.Idle;
            default:
                // An M that has its P is in that P's lane; here it is not there at all, which is not the same as idle.
                return theme.Page;
        }
    }

    private static bool IsDimmed(Bucket bucket, TimelineState state) => state.Highlighted >= 0 && bucket.Goroutine != state.Highlighted;

    /// <summary>Marks where a run begins that is long enough to be seen as one; between short runs the marks would be all that is seen.</summary>
    private void PaintStarts(CellGrid grid, ScreenLayout layout, int row, Lane lane, TimelineState state)
    {
        int perColumn = theme.BucketsPerColumn;
        for (int i = perColumn; i < _buckets.Length - (2 * perColumn); i++)
        {
            Bucket bucket = _buckets[i], before = _buckets[i - 1];
            if (bucket.Spans == 0 || before.Spans == 0 || !bucket.LooksLike(before))
                continue;
            int span = bucket.FirstSpan + bucket.Spans - 1;
            if (span == before.FirstSpan + before.Spans - 1 || _buckets[i + (2 * perColumn)].FirstSpan != span)
                continue;
            int x = layout.Gutter + (i / perColumn);
            for (int line = 0; line < layout.BarRows; line++)
            {
                GridCell cell = grid[x, row + line];
                if (cell.Glyph == theme.Glyphs.LeftHalf)
                    continue;
                grid[x, row + line] = theme.HasColor
                    ? cell with { Glyph = theme.Glyphs.SpanStart, Fore = cell.Back.Mix(theme.Page, 0.7) }
                    : cell with { Glyph = theme.Glyphs.LeftHalf };
            }
        }
    }

    private void PaintLabels(CellGrid grid, ScreenLayout layout, int row, Lane lane, TimelineState state)
    {
        int perColumn = theme.BucketsPerColumn;
        for (int start = 0; start < _buckets.Length;)
        {
            int end = start + 1;
            while (end < _buckets.Length && _buckets[end].LooksLike(_buckets[start]))
                end++;
            Bucket bucket = _buckets[start];
            int firstColumn = (start + perColumn - 1) / perColumn, columns = (end / perColumn) - firstColumn;
            if (bucket.Goroutine >= 0 && bucket.Kind is BucketKind.Running or BucketKind.Syscall && columns >= LeastLabelColumns)
                PaintLabel(grid, layout.Gutter + firstColumn, row, columns, state.Model.Goroutines[bucket.Goroutine], layout.BarRows);
            start = end;
        }
    }

    private void PaintLabel(CellGrid grid, int x, int row, int columns, GoroutineInfo goroutine, int barRows)
    {
        // One column stays free at either side: a label that touches the next run reads as if it were that one's.
        int room = columns - 2;
        string id = $"G{goroutine.Id}";
        string name = CellText.Safe(goroutine.Name);
        string label = name.Length > 0 && id.Length + 1 + name.Length <= room ? $"{id} {name}" : id;
        if (name.Length > 0 && label.Length == id.Length && room >= id.Length + 6)
            label = CellText.Cut($"{id} {name}", room, theme.Glyphs.Ellipsis);
        if (label.Length > room)
            return;
        Write(grid, x + 1, row, label, CellStyle.Bold);
        if (barRows > 1 && goroutine.CreatedAt is { } site && CellText.Safe(site.Short) is var text && text.Length <= room)
            Write(grid, x + 1, row + 1, text, CellStyle.None);
    }

    private void Write(CellGrid grid, int x, int row, string text, CellStyle style)
    {
        foreach (char glyph in text)
        {
            Rgb back = grid[x, row].Back;
            grid[x++, row] = new GridCell(glyph, theme.InkOn(back), back, theme.HasColor ? style : style | CellStyle.Reverse);
        }
    }

    private void PaintCursor(CellGrid grid, ScreenLayout layout, int row, int x)
    {
        for (int line = 0; line < layout.BarRows; line++)
        {
            Rgb back = grid[x, row + line].Back;
            grid[x, row + line] = new GridCell(theme.Glyphs.Cursor, theme.InkOn(back), back, CellStyle.Bold);
        }
    }
}
