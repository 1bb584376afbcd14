using Gmp.Analysis.Model;
using Gmp.Tool.Tui.Lanes;

namespace Gmp.Tool.Tui.Screen;

/// <summary>The moves: what each action does to the state.</summary>
internal sealed partial class TimelineState
{
    /// <summary>Does what a key asks for. <see cref="TimelineAction.Quit"/> is the screen's own business and does nothing here.</summary>
    public void Do(TimelineAction action)
    {
        if (IsHelpOpen && action is not (TimelineAction.Help or TimelineAction.Back))
            IsHelpOpen = false;
        switch (action)
        {
            case TimelineAction.ZoomIn:
                Zoom(larger: false, AnchorColumn);
                break;
            case TimelineAction.ZoomOut:
                Zoom(larger: true, AnchorColumn);
                break;
            case TimelineAction.PanLeft:
                Pan(-Math.Max(1, Window.Columns / 4));
                break;
            case TimelineAction.PanRight:
                Pan(Math.Max(1, Window.Columns / 4));
                break;
            case TimelineAction.StepLeft:
                Pan(-Math.Max(1, Window.Columns / 16));
                break;
            case TimelineAction.StepRight:
                Pan(Math.Max(1, Window.Columns / 16));
                break;
            case TimelineAction.LaneUp:
                SelectLane(Math.Max(SelectedLane - 1, Math.Min(0, SelectedLane)));
                break;
            case TimelineAction.LaneDown:
                SelectLane(Math.Min(SelectedLane + 1, Model.Lanes.Count - 1));
                break;
            case TimelineAction.PreviousSpan:
                GoToSpan(forward: false);
                break;
            case TimelineAction.NextSpan:
                GoToSpan(forward: true);
                break;
            case TimelineAction.CursorLeft:
                MoveCursor(SelectedTime - Window.NsPerColumn);
                break;
            case TimelineAction.CursorRight:
                MoveCursor(SelectedTime + Window.NsPerColumn);
                break;
            case TimelineAction.PreviousRun:
                GoToRun(forward: false);
                break;
            case TimelineAction.NextRun:
                GoToRun(forward: true);
                break;
            case TimelineAction.ZoomToSpan:
                ZoomToSpan();
                break;
            case TimelineAction.Centre:
                LeaveEnd();
                Window = Window.CentredOn(SelectedTime);
                break;
            case TimelineAction.Highlight:
                Highlighted = SelectedGoroutine is var goroutine && goroutine == Highlighted ? -1 : goroutine;
                break;
            case TimelineAction.Follow:
                ToggleFollow();
                break;
            case TimelineAction.Fit:
                FitAll();
                break;
            case TimelineAction.Pause:
                _frozenAt = IsPaused ? -1 : Model.Duration;
                break;
            case TimelineAction.Start:
                LeaveEnd();
                Window = Window.StartingAt(0);
                CursorTime = 0;
                break;
            case TimelineAction.End:
                LeaveEnd();
                Window = Window.StartingAt(Now - (Window.Length * 3 / 4));
                CursorTime = Math.Max(0, Now - 1);
                break;
            case TimelineAction.Help:
                IsHelpOpen = !IsHelpOpen;
                break;
            case TimelineAction.Back:
                if (!IsHelpOpen)
                    Highlighted = -1;
                IsHelpOpen = false;
                break;
            default:
                break;
        }
    }

    /// <summary>Zooms by one step of 1, 2, 5 with the moment under a column held in place.</summary>
    public void Zoom(bool larger, int column)
    {
        _fitting = false;
        Window = InTrace(Window.Zoomed(TimeWindow.NextScale(Window.NsPerColumn, larger), Math.Clamp(column, 0, Window.Columns - 1)));
        if (IsFollowing && !IsPaused)
            KeepEndInView();
    }

    /// <summary>Moves the window by columns, to the right when positive. The cursor stays at its moment until the edge pushes it.</summary>
    public void Pan(int columns)
    {
        LeaveEnd();
        Window = InTrace(Window.StartingAt(Window.Start + (columns * Window.NsPerColumn)));
        CursorTime = Math.Clamp(SelectedTime, Window.Start, Math.Max(Window.Start, Math.Min(Window.End, Now) - 1));
    }

    /// <summary>At least a tenth of the screen keeps showing the trace: nobody gets lost behind its end.</summary>
    private TimeWindow InTrace(TimeWindow window) => window.StartingAt(Math.Min(window.Start, Math.Max(0, Now - (window.Length / 10))));

    /// <summary>Selects what a click points at.</summary>
    public void SelectAt(int lane, int column)
    {
        if (lane < 0 || lane >= Model.Lanes.Count)
            return;
        SelectLane(lane);
        LeaveEnd();
        CursorTime = Math.Clamp(Window.TimeAt(column) + (Window.NsPerColumn / 2), 0, Math.Max(0, Now - 1));
    }

    /// <summary>The goroutine under the cursor, or -1.</summary>
    public int SelectedGoroutine => Lane is { } lane && SpanAt(lane, SelectedTime) is { } span ? span.Goroutine : -1;

    /// <summary>The span of a lane at a moment, or null if the lane is idle then.</summary>
    public static Span? SpanAt(Lane lane, long time)
    {
        int index = lane.FirstSpanEndingAfter(time);
        return index < lane.Spans.Count && lane.Spans[index].Start <= time ? lane.Spans[index] : null;
    }

    /// <summary>The goroutines that run, and for how long by now; brought up to date with each frame.</summary>
    public IReadOnlyDictionary<int, long> OpenRuns => _openRuns;

    /// <summary>
    /// How long a goroutine ran, with what it is running right now: its own number counts up to the last change of state until the
    /// trace is complete, and while a hog spins there is none.
    /// </summary>
    public long RunningTimeOf(GoroutineInfo goroutine) =>
        goroutine.RunningTime + (IsLive ? _openRuns.GetValueOrDefault(goroutine.Index) : 0);

    /// <summary>The longest stretch that a goroutine ran without a scheduling point, the one it is in included.</summary>
    public long LongestRunOf(GoroutineInfo goroutine) => Math.Max(goroutine.LongestSlice, _openRuns.GetValueOrDefault(goroutine.Index));

    /// <summary>The slice that a span is part of, if it is long enough for the model to have kept it.</summary>
    public Slice? SliceOf(Span span)
    {
        IReadOnlyList<Slice> slices = Model.Slices;
        int low = 0, high = slices.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (slices[middle].End <= span.Start)
                low = middle + 1;
            else
                high = middle;
        }
        // They stand in the order of their ends. The one looked for has its place soon, or lasts very long: then it is worth the walk.
        for (; low < slices.Count; low++)
        {
            if (slices[low].Goroutine == span.Goroutine && slices[low].Start <= span.Start)
                return slices[low];
        }
        foreach (Slice open in Model.OpenSlices())
        {
            if (open.Goroutine == span.Goroutine && open.Start <= span.Start)
                return open;
        }
        return null;
    }

    private int AnchorColumn => Window.ColumnOf(SelectedTime) is var column && column >= 0 && column < Window.Columns ? column : Window.Columns / 2;

    /// <summary>Whoever moves looks at something: the window stops following, and the cursor steps off the end of the trace.</summary>
    private void LeaveEnd()
    {
        _selected ??= _suggested;
        CursorTime = SelectedTime;
        IsFollowing = false;
        _fitting = false;
    }

    private void MoveCursor(long time)
    {
        LeaveEnd();
        CursorTime = Math.Clamp(time, 0, Math.Max(0, Now - 1));
        if (!Window.Contains(CursorTime.Value))
            Window = Window.CentredOn(CursorTime.Value);
    }

    private void Select(int lane, long time)
    {
        SelectLane(lane);
        MoveCursor(time);
    }

    private void ToggleFollow()
    {
        IsFollowing = IsLive && !IsFollowing;
        if (!IsFollowing)
        {
            CursorTime = SelectedTime;
            return;
        }
        _frozenAt = -1;
        CursorTime = null;
        KeepEndInView();
    }

    private void GoToSpan(bool forward)
    {
        if (Lane is not { } lane)
            return;
        int index = lane.FirstSpanEndingAfter(SelectedTime);
        bool inside = index < lane.Spans.Count && lane.Spans[index].Start <= SelectedTime;
        int target = forward ? index + (inside ? 1 : 0) : index - 1;
        if (target >= 0 && target < lane.Spans.Count && lane.Spans[target].Start < Now)
            MoveCursor(lane.Spans[target].Start);
    }

    private void GoToRun(bool forward)
    {
        int goroutine = Highlighted >= 0 ? Highlighted : SelectedGoroutine;
        if (goroutine < 0)
            return;
        // From inside a run one looks for another one, not for the start of this.
        long from = SelectedTime;
        if (Lane is { } lane && SpanAt(lane, from) is { } span && span.Goroutine == goroutine)
            from = span.Start;
        if (FindRun(goroutine, from, forward) is { } run)
            Select(run.Lane, run.Start);
    }

    /// <summary>
    /// The run of a goroutine whose start is nearest after (or before) a moment. It walks the spans, since no index by goroutine is kept:
    /// some 50 ms for 10 million, on a key press, and nothing while nobody asks.
    /// </summary>
    private (int Lane, long Start)? FindRun(int goroutine, long from, bool forward)
    {
        (int Lane, long Start)? best = null;
        for (int i = 0; i < Model.Lanes.Count; i++)
        {
            Segments<Span> spans = Model.Lanes[i].Spans;
            int index = Model.Lanes[i].FirstSpanEndingAfter(from);
            for (int at = forward ? index : Math.Min(index, spans.Count - 1); at >= 0 && at < spans.Count; at += forward ? 1 : -1)
            {
                Span span = spans[at];
                if (best is { } found && (forward ? span.Start >= found.Start : span.Start <= found.Start))
                    break;
                if (span.Goroutine == goroutine && span.Start < Now && (forward ? span.Start > from : span.Start < from))
                {
                    best = (i, span.Start);
                    break;
                }
            }
        }
        return best;
    }

    private void ZoomToSpan()
    {
        if (Lane is not { } lane || SpanAt(lane, SelectedTime) is not { } span)
            return;
        LeaveEnd();
        long end = Math.Min(span.End, Now);
        long margin = Math.Max(1, (end - span.Start) / 8);
        long start = Math.Max(0, span.Start - margin);
        Window = new TimeWindow(start, TimeWindow.ScaleFor(end + margin - start, Window.Columns), Window.Columns);
    }
}
