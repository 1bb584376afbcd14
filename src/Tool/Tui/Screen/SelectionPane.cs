using Gmp.Analysis.Model;
using Gmp.Tool.Tui.Drawing;
using Gmp.Tool.Tui.Lanes;
using Gmp.Tool.Tui.Sources;
using Gmp.Tracing;

namespace Gmp.Tool.Tui.Screen;

/// <summary>What is under the cursor, in sentences: who runs, since when, for how long, created where, ended how.</summary>
internal sealed class SelectionPane(Theme theme)
{
    private readonly record struct Line(string Text, Rgb Color);

    public void Paint(CellGrid grid, ScreenLayout layout, TimelineState state, ITimelineSource source)
    {
        GlyphSet glyphs = theme.Glyphs;
        int top = layout.SelectionTop, width = layout.Width;
        string title = TitleOf(state);
        grid.Fill(0, top, width, 1, new GridCell(glyphs.Horizontal, theme.Faint, theme.Page));
        int textLeft = 1, firstRow = top + 1, rows = layout.SelectionRows - 1;
        if (layout.IsSelectionBoxed)
        {
            int bottom = top + layout.SelectionRows - 1;
            grid.Fill(0, bottom, width, 1, new GridCell(glyphs.Horizontal, theme.Faint, theme.Page));
            grid.Fill(0, top, 1, layout.SelectionRows, new GridCell(glyphs.Vertical, theme.Faint, theme.Page));
            grid.Fill(width - 1, top, 1, layout.SelectionRows, new GridCell(glyphs.Vertical, theme.Faint, theme.Page));
            grid[0, top] = new GridCell(glyphs.TopLeft, theme.Faint, theme.Page);
            grid[width - 1, top] = new GridCell(glyphs.TopRight, theme.Faint, theme.Page);
            grid[0, bottom] = new GridCell(glyphs.BottomLeft, theme.Faint, theme.Page);
            grid[width - 1, bottom] = new GridCell(glyphs.BottomRight, theme.Faint, theme.Page);
            (textLeft, rows) = (2, layout.SelectionRows - 2);
        }
        _ = grid.Write(2, top, $" {title} ", theme.Text, theme.Page, CellStyle.Bold, width - 2);
        int row = firstRow;
        foreach (Line line in Lines(state, source))
        {
            if (row >= firstRow + rows)
                break;
            _ = grid.Write(textLeft, row, CellText.Cut(line.Text, width - textLeft - 2, glyphs.Ellipsis), line.Color, theme.Page,
                row == firstRow ? CellStyle.Bold : CellStyle.None);
            row++;
        }
    }

    private string TitleOf(TimelineState state)
    {
        if (state.Lane is not { } lane)
            return "selection";
        string name = LanePainter.NameOf(lane, LanePainter.HasSeveralSchedulers(state.Model));
        string at = Moment(state, state.SelectedTime);
        TimeWindow window = state.Window;
        if (!window.Contains(state.SelectedTime))
            return $"{name} at {at}";
        long from = window.TimeAt(window.ColumnOf(state.SelectedTime)), to = from + window.NsPerColumn;
        int first = lane.FirstSpanEndingAfter(from), after = first;
        // A look at the next few is enough to say "many"; the exact number costs one more search.
        int last = lane.FirstSpanEndingAfter(to);
        after = last < lane.Spans.Count && lane.Spans[last].Start < to ? last + 1 : last;
        int runs = after - first;
        return runs > 1 ? $"{name} at {at}, {TimeText.Count(runs)} spans in this column of {Length(window.NsPerColumn)}" : $"{name} at {at}";
    }

    private List<Line> Lines(TimelineState state, ITimelineSource source)
    {
        List<Line> lines = [];
        if (state.Lane is not { } lane)
        {
            lines.Add(new Line(state.IsLive ? "No goroutine has run yet." : "No goroutine runs in this trace.", theme.Faint));
            return lines;
        }
        if (TimelineState.SpanAt(lane, state.SelectedTime) is not { } span)
            AddIdle(lines, lane, state);
        else if (span.Goroutine < 0)
            lines.Add(new Line($"An M looks for work on {lane.Label}: {Extent(span, state)}.", theme.SpinningMark));
        else
            AddRun(lines, lane, span, state, source);
        return lines;
    }

    private void AddIdle(List<Line> lines, Lane lane, TimelineState state)
    {
        int next = lane.FirstSpanEndingAfter(state.SelectedTime);
        long from = next > 0 ? lane.Spans[next - 1].End : 0;
        bool ends = next < lane.Spans.Count && lane.Spans[next].Start < state.Now;
        long to = ends ? lane.Spans[next].Start : state.Now;
        string what = lane.Kind == LaneKind.Processor ? $"{lane.Label} is idle" : $"{lane.Label} runs nothing without a P";
        lines.Add(new Line($"{what}: {Moment(state, from)} {theme.Glyphs.Dash} {(ends ? Moment(state, to) : "now")}, {Length(to - from)}.", theme.Faint));
    }

    private void AddRun(List<Line> lines, Lane lane, Span span, TimelineState state, ITimelineSource source)
    {
        GoroutineInfo goroutine = state.Model.Goroutines[span.Goroutine];
        long length = Math.Min(span.End, state.Now) - span.Start;
        long slice = source.SliceOf(lane.Scheduler);
        bool isHog = span.Kind == SpanKind.Running && length > slice;
        string where = lane.Kind == LaneKind.Machine ? $"{lane.Label} without a P" : lane.Label;
        string verb = span.Kind == SpanKind.Syscall ? "is in a system call on" : "runs on";
        lines.Add(new Line($"{CellText.Safe(goroutine.Label)} {verb} {where}: {Extent(span, state)}.", isHog ? theme.Alarm : theme.Strong));
        lines.Add(new Line(Creation(goroutine), theme.Text));
        if (span.Kind == SpanKind.Running && Monopoly(state.SliceOf(span), length, slice, state) is { } monopoly)
            lines.Add(new Line(monopoly, theme.Alarm));
        lines.Add(new Line(Ending(span, lane, state), theme.Text));
        lines.Add(new Line($"In all it ran {Length(state.RunningTimeOf(goroutine))}, {Length(state.LongestRunOf(goroutine))} at a stretch; "
            + $"it was ready and waited for a P {Length(goroutine.RunnableTime)}.", theme.Faint));
    }

    /// <summary>The whole stretch without a scheduling point, of which this span may be a part: the part with the P, or the part without.</summary>
    private string? Monopoly(Slice? kept, long spanLength, long slice, TimelineState state)
    {
        if (kept is not { } stretch)
            return spanLength > slice ? $"{Length(spanLength)} without a scheduling point: {Slices(spanLength, slice)}." : null;
        long end = stretch.IsOpen ? Math.Max(stretch.End, state.Now) : stretch.End;
        long length = end - stretch.Start;
        if (length <= slice)
            return null;
        string held = stretch.LostProcessor && stretch.Processor >= 0 ? $"; P{stretch.Processor} held for {Length(stretch.HeldUntil - stretch.Start)}" : "";
        string cpu = stretch.HasCpuEvidence ? $"; {stretch.OnCpuShare * 100:0} % on a CPU" : "";
        string since = stretch.Start < 0 ? "since before the recording began" : $"from {Moment(state, stretch.Start)} on";
        return $"{Length(length)} without a scheduling point {since}: {Slices(length, slice)}{held}{cpu}.";
    }

    private string Slices(long length, long slice) => $"{(double)length / slice:0.#} slices of {Length(slice)}";

    private static string Creation(GoroutineInfo goroutine)
    {
        if (goroutine.CreatedAt is not { } site)
            return "Where it was created is not in the trace.";
        string by = goroutine.Parent > 0 ? $" by G{goroutine.Parent}" : "";
        return $"Created at {CellText.Safe(site.Short)} in {CellText.Safe(site.Member)}{by}.";
    }

    private static string Ending(Span span, Lane lane, TimelineState state)
    {
        if (span.End > state.Now)
            return state.IsLive ? "It still runs." : "The trace ends before it does.";
        return span.EndedBy switch
        {
            SpanEnd.Blocked => $"Then it waits: {span.Reason.Text()}.",
            SpanEnd.Yielded => "Then it yields.",
            SpanEnd.Preempted => "Then it is preempted at a scheduling point, its slice being over.",
            SpanEnd.Destroyed => "Then it ends.",
            SpanEnd.Retaken => $"Then sysmon takes the P away; it goes on without one{ContinuedOn(span, lane, state)}.",
            SpanEnd.Syscall => span.Kind == SpanKind.Syscall ? "Then it leaves the system call." : "Then it enters a system call.",
            _ => "How it ended is not in the trace.",
        };
    }

    private static string ContinuedOn(Span span, Lane from, TimelineState state)
    {
        Lane? next = null;
        long nearest = long.MaxValue;
        foreach (Lane lane in state.Model.Lanes)
        {
            if (lane.Kind != LaneKind.Machine || lane.Scheduler != from.Scheduler)
                continue;
            // Another M may have a later run of the same hog: the one that follows is the one that starts first.
            int index = lane.FirstSpanEndingAfter(span.End);
            if (index < lane.Spans.Count && lane.Spans[index] is var candidate && candidate.Goroutine == span.Goroutine && candidate.Start < nearest)
                (next, nearest) = (lane, candidate.Start);
        }
        return next is null ? "" : $" on {next.Label}";
    }

    private string Extent(Span span, TimelineState state)
    {
        bool open = span.End > state.Now;
        long end = open ? state.Now : span.End;
        return $"{Moment(state, span.Start)} {theme.Glyphs.Dash} {(open ? "now" : Moment(state, end))}, {Length(end - span.Start)}";
    }

    private string Moment(TimelineState state, long time) =>
        TimeText.Moment(time, Math.Min(1_000_000, state.Window.NsPerColumn), state.Now, theme.Glyphs);

    private string Length(long ns) => TimeText.Length(ns, theme.Glyphs);
}
