using Gmp.Analysis.Model;
using Gmp.Tool.Tui.Lanes;

namespace Gmp.Tool.Tui.Screen;

/// <summary>
/// Where the viewer stands in a trace: window, cursor, lane, modes. It knows no terminal, so that every move can be tested by itself.
/// Selection is a lane and a moment and never an index: it survives whatever a live trace appends. Calls need the model's gate
/// while the trace is live, and come from the UI thread.
/// </summary>
internal sealed partial class TimelineState
{
    /// <summary>ns a column when a live view opens: some 2 seconds on a common terminal.</summary>
    public const long LiveScale = 20_000_000;

    private readonly Dictionary<LaneKey, LanePyramid> _pyramids = [];
    private long _frozenAt = -1;
    private bool _fitting;
    private LaneKey? _selected;
    private LaneKey? _suggested;
    private readonly Dictionary<int, long> _openRuns = [];

    /// <param name="model">What is shown; live or finished.</param>
    /// <param name="live">Whether it grows: then the view opens at its end and follows.</param>
    /// <param name="at">Open around this moment, ns since the trace's start; null for the whole trace, or its end when live.</param>
    /// <param name="goroutine">Light up this goroutine, by the id that the target knows; null for none.</param>
    public TimelineState(TraceModel model, bool live, long? at = null, long? goroutine = null)
    {
        Model = model;
        IsLive = live;
        Window = new TimeWindow(0, LiveScale, 1);
        _openAt = at;
        _openGoroutine = goroutine;
    }

    private readonly long? _openAt;
    private readonly long? _openGoroutine;
    private bool _opened;

    public TraceModel Model { get; }

    /// <summary>The trace still grows.</summary>
    public bool IsLive { get; private set; }

    public TimeWindow Window { get; private set; }

    /// <summary>The window moves with the end of the trace.</summary>
    public bool IsFollowing { get; private set; }

    /// <summary>The picture stands still. Only the picture: the trace goes on behind it.</summary>
    public bool IsPaused => _frozenAt >= 0;

    public bool IsHelpOpen { get; private set; }

    /// <summary>The end of what is shown: of the trace, or where it was when the picture was frozen.</summary>
    public long Now => IsPaused ? _frozenAt : Model.Duration;

    /// <summary>The moment under the cursor; null while it rides on the end of the trace.</summary>
    public long? CursorTime { get; private set; }

    /// <summary>The moment that the selection pane speaks of.</summary>
    public long SelectedTime => CursorTime ?? Math.Max(0, Now - 1);

    /// <summary>The index of the goroutine that is lit up, or -1.</summary>
    public int Highlighted { get; private set; } = -1;

    /// <summary>The first lane on the screen.</summary>
    public int TopLane { get; private set; }

    /// <summary>The index of the selected lane in <see cref="TraceModel.Lanes"/>, or -1 while there is none.</summary>
    public int SelectedLane
    {
        get
        {
            for (int i = 0; i < Model.Lanes.Count; i++)
            {
                if ((_selected ?? _suggested) is { } key && LaneKey.Of(Model.Lanes[i]) == key)
                    return i;
            }
            return Model.Lanes.Count > 0 ? 0 : -1;
        }
    }

    public Lane? Lane => SelectedLane is >= 0 and var index ? Model.Lanes[index] : null;

    /// <summary>The sums of a lane, up to date.</summary>
    public LanePyramid PyramidOf(Lane lane)
    {
        LaneKey key = LaneKey.Of(lane);
        if (!_pyramids.TryGetValue(key, out LanePyramid? pyramid))
            _pyramids.Add(key, pyramid = new LanePyramid(lane));
        pyramid.Grow();
        return pyramid;
    }

    /// <summary>Fits the state to the screen and to what the trace has become. Called before each frame.</summary>
    /// <param name="columns">Columns that show time.</param>
    /// <param name="lanesOnScreen">Lanes that fit.</param>
    public void Prepare(int columns, int lanesOnScreen)
    {
        columns = Math.Max(1, columns);
        if (!_opened)
            Open(columns);
        else if (columns != Window.Columns)
            Resize(columns);
        if (_fitting && !IsPaused)
            GrowFit();
        else if (IsFollowing && !IsPaused)
            KeepEndInView();
        ScrollToLane(Math.Max(1, lanesOnScreen));
        CollectOpenRuns();
    }

    /// <summary>The trace will not grow any more.</summary>
    public void End()
    {
        IsLive = false;
        IsFollowing = false;
        if (CursorTime is null && Now > 0)
            CursorTime = Math.Max(0, Now - 1);
    }

    private void Open(int columns)
    {
        _opened = true;
        Window = Window with { Columns = columns };
        if (_openGoroutine is { } id)
            Highlighted = IndexOfGoroutine(id);
        if (_openAt is { } at)
        {
            CursorTime = Math.Clamp(at, 0, Math.Max(0, Now));
            Window = (Window with { NsPerColumn = Math.Min(1_000_000, FitScale(columns)) }).CentredOn(CursorTime.Value);
            SelectLane(LaneRunningAt(CursorTime.Value));
        }
        else if (IsLive)
        {
            IsFollowing = true;
            KeepEndInView();
        }
        else
        {
            FitAll();
            CursorTime = 0;
            OpenOnWhatMatters();
        }
    }

    /// <summary>A file opens on the goroutine that was asked for, else on the longest slice: it is what most people come for.</summary>
    private void OpenOnWhatMatters()
    {
        if (Highlighted >= 0)
        {
            if (FindRun(Highlighted, -1, forward: true) is { } run)
                (CursorTime, _selected) = (run.Start, LaneKey.Of(Model.Lanes[run.Lane]));
        }
        else if (Model.LongestSlice is { } longest && Model.FindLane(LaneKind.Processor, longest.Scheduler, longest.Processor) is { } lane)
        {
            (CursorTime, _selected) = (Math.Clamp(longest.Start, 0, Math.Max(0, Now - 1)), LaneKey.Of(lane));
        }
    }

    private void CollectOpenRuns()
    {
        _openRuns.Clear();
        if (IsFollowing && !IsPaused)
            _suggested = null;
        foreach (Lane lane in Model.Lanes)
        {
            if (lane.Spans.Count == 0 || lane.Spans[^1] is not { Kind: SpanKind.Running, Goroutine: >= 0, End: long.MaxValue } last)
                continue;
            _openRuns[last.Goroutine] = Math.Max(0, Now - last.Start);
            // Until somebody chooses a lane, the one to speak of is where a goroutine runs without a P just now: that is a hog.
            if (IsFollowing && !IsPaused && lane.Kind == LaneKind.Machine)
                _suggested ??= LaneKey.Of(lane);
        }
        // A slice goes on where a span ends: it includes the time before sysmon took the P.
        foreach (Slice slice in Model.OpenSlices())
            _openRuns[slice.Goroutine] = Math.Max(0, Now - Math.Max(0, slice.Start));
    }

    private void Resize(int columns)
    {
        bool fitted = _fitting;
        Window = Window with { Columns = columns };
        if (fitted)
            FitAll();
        else if (CursorTime is { } time && !Window.Contains(time))
            Window = Window.CentredOn(time);
    }

    private void FitAll()
    {
        Window = Window with { Start = 0, NsPerColumn = FitScale(Window.Columns) };
        _fitting = true;
    }

    // A live trace outgrows any fit at once; room for a quarter more keeps the picture from changing scale with every record.
    private long FitScale(int columns) => TimeWindow.ScaleFor(Math.Max(1000, IsLive ? Now + (Now / 4) : Now), columns);

    private void GrowFit()
    {
        if (Now > Window.End || (!IsLive && Window.Start == 0))
            FitAll();
    }

    /// <summary>Follows page by page: a window that slides with every record would send the whole screen every time, ten times the bytes.</summary>
    private void KeepEndInView()
    {
        if (Now >= Window.Start && Now <= Window.End)
            return;
        Window = Window.StartingAt(Now - (Window.Length * 3 / 4));
    }

    private void ScrollToLane(int lanesOnScreen)
    {
        int lanes = Model.Lanes.Count;
        int selected = Math.Max(0, SelectedLane);
        TopLane = Math.Clamp(TopLane, Math.Max(0, selected - lanesOnScreen + 1), selected);
        TopLane = Math.Max(0, Math.Min(TopLane, lanes - lanesOnScreen));
    }

    private int IndexOfGoroutine(long id)
    {
        for (int i = 0; i < Model.Goroutines.Count; i++)
        {
            if (Model.Goroutines[i].Id == id)
                return i;
        }
        return -1;
    }

    private void SelectLane(int index)
    {
        if (index >= 0)
            _selected = LaneKey.Of(Model.Lanes[index]);
    }

    /// <summary>The lane that shows what one came for: the goroutine that is lit up, else the longest span at that moment.</summary>
    private int LaneRunningAt(long time)
    {
        int best = -1;
        long longest = -1;
        for (int i = 0; i < Model.Lanes.Count; i++)
        {
            if (SpanAt(Model.Lanes[i], time) is not { } span)
                continue;
            long length = Highlighted >= 0 && span.Goroutine == Highlighted ? long.MaxValue : Math.Min(span.End, Now) - span.Start;
            if (length > longest)
                (best, longest) = (i, length);
        }
        return best;
    }
}
