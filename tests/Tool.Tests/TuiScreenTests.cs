using Gmp.Analysis.Model;
using Terminal.Gui.Drawing;
using Terminal.Gui.Input;

namespace Gmp.Tool.Tests;

public class TuiScreenTests
{
    private const long Ms = 1_000_000;

    [Theory]
    [InlineData(120, 35)]
    [InlineData(80, 24)]
    [InlineData(60, 16)]
    public void The_hog_looks_as_agreed(int width, int height)
    {
        using TuiHarness t = new(TuiSyntheticTrace.Hog(), width, height);
        TuiGolden.Matches($"hog-{width}x{height}", t.Screen);
    }

    [Fact]
    public void The_hog_looks_as_agreed_in_ascii_without_colour()
    {
        using TuiHarness t = new(TuiSyntheticTrace.Hog(), 80, 24, color: false, ascii: true);
        TuiGolden.Matches("hog-80x24-ascii", t.Screen);
        Assert.All(t.Screen, c => Assert.True(c is '\n' or (>= ' ' and <= '~'), $"{(int)c:X}"));
    }

    [Fact]
    public void The_help_looks_as_agreed()
    {
        using TuiHarness t = new(TuiSyntheticTrace.Hog());
        TuiGolden.Matches("help-120x35", t.Press('?').Screen);
    }

    [Fact]
    public void The_lane_of_a_hog_is_filled_by_one_colour_and_names_it()
    {
        using TuiHarness t = new(TuiSyntheticTrace.Hog());
        int row = t.RowOf("M3 (no P)");
        Assert.Contains("G3 hog", t.Rows[row], StringComparison.Ordinal);
        Assert.Contains("Program.cs:42", t.Rows[row + 1], StringComparison.Ordinal);
        int first = t.Rows[row].IndexOf('█'), last = t.Rows[row].LastIndexOf('█');
        // 60 of 100 ms without a P, in one colour from end to end.
        Assert.InRange(last - first, 60, 66);
        Color[] colors = [.. Enumerable.Range(first + 1, last - first - 1).Select(x => t.AttributeAt(x, row).Background).Distinct()];
        Assert.Single(colors);
    }

    [Fact]
    public void Without_colour_no_cell_has_one()
    {
        using TuiHarness t = new(TuiSyntheticTrace.Hog(), color: false);
        for (int y = 0; y < 35; y++)
        {
            for (int x = 0; x < 120; x++)
                Assert.Equal((Color.None, Color.None), (t.AttributeAt(x, y).Foreground, t.AttributeAt(x, y).Background));
        }
    }

    [Fact]
    public void A_stretch_that_began_before_the_recording_has_no_moment_before_it()
    {
        TuiSyntheticTrace trace = new();
        GoroutineInfo hog = trace.Goroutine("hog");
        _ = trace.Run(trace.Lane(LaneKind.Processor, 0), hog, 0, 90_000_000);
        trace.Model.LongestSlice = new Slice(1, hog.Index, 0, -50_000_000, 90_000_000, 140_000_000, 90_000_000, 140_000_000, 139_000_000, true, false);
        trace.Model.SliceList.Add(trace.Model.LongestSlice.Value);
        using TuiHarness t = new(trace);
        Assert.Contains("140 ms without a scheduling point since before the recording began: 14 slices", t.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void The_selection_tells_who_created_where_and_for_how_long()
    {
        using TuiHarness t = new(TuiSyntheticTrace.Hog());
        Assert.Contains("G3 \"hog\" runs on P1: 20.0 ms – 30.0 ms, 10 ms.", t.Screen, StringComparison.Ordinal);
        Assert.Contains("Created at Program.cs:42 in Main by G1.", t.Screen, StringComparison.Ordinal);
        Assert.Contains("70 ms without a scheduling point from 20.0 ms on: 7 slices of 10 ms; P1 held for 10 ms; 99 % on a CPU.", t.Screen, StringComparison.Ordinal);
        Assert.Contains("it goes on without one on M3.", t.Screen, StringComparison.Ordinal);
        Assert.Contains("G3 \"hog\" runs on M3 without a P: 30.0 ms – 90.0 ms, 60 ms.", t.Press(Key.N).Screen, StringComparison.Ordinal);
        Assert.Contains("P1 is idle: ", t.Press(Key.K, Key.Home).Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void The_M_that_a_hog_goes_on_on_is_the_one_that_runs_it_next()
    {
        TuiSyntheticTrace trace = TuiSyntheticTrace.Hog();
        _ = trace.Run(trace.Lane(LaneKind.Machine, 0), trace.Model.Goroutines[2], 95 * Ms, 99 * Ms);
        using TuiHarness t = new(trace);
        Assert.Contains("G3 \"hog\" runs on P1: 20.0 ms – 30.0 ms, 10 ms.", t.Screen, StringComparison.Ordinal);
        Assert.Contains("it goes on without one on M3.", t.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_click_selects_lane_and_moment()
    {
        using TuiHarness t = new(TuiSyntheticTrace.Hog());
        int row = t.RowOf("P0"), x = 17 + t.State.Window.ColumnOf(57 * Ms);
        Assert.Contains("G4 is in a system call on P0: ", t.Click(x, row).Screen, StringComparison.Ordinal);
        Assert.Equal("▼", t.GlyphAt(x, 1));
        Assert.Equal("┃", t.GlyphAt(x, row));
    }

    [Fact]
    public void The_wheel_zooms_around_the_pointer_and_with_shift_it_moves()
    {
        using TuiHarness t = new(TuiSyntheticTrace.Hog());
        long scale = t.State.Window.NsPerColumn, under = t.State.Window.TimeAt(60) + (scale / 2);
        _ = t.Mouse(60 + 17, 5, MouseFlags.WheeledUp).Mouse(60 + 17, 5, MouseFlags.WheeledUp);
        Assert.True(t.State.Window.NsPerColumn <= scale / 2);
        Assert.InRange(t.State.Window.ColumnOf(under), 59, 61);
        long start = t.State.Window.Start;
        _ = t.Mouse(77, 5, MouseFlags.WheeledDown | MouseFlags.Shift);
        Assert.True(t.State.Window.Start > start);
        _ = t.Mouse(77, 5, MouseFlags.WheeledUp | MouseFlags.Shift);
        Assert.Equal(start, t.State.Window.Start);
    }

    [Fact]
    public void Dragging_moves_the_trace_with_the_pointer_and_is_no_click()
    {
        using TuiHarness t = new(TuiSyntheticTrace.Hog());
        _ = t.Press(Key.W, Key.W, Key.W);
        long start = t.State.Window.Start;
        int lane = t.State.SelectedLane;
        _ = t.Mouse(70, 2, MouseFlags.LeftButtonPressed)
            .Mouse(60, 2, MouseFlags.LeftButtonPressed | MouseFlags.PositionReport)
            .Mouse(50, 2, MouseFlags.LeftButtonPressed | MouseFlags.PositionReport)
            .Mouse(50, 2, MouseFlags.LeftButtonReleased);
        Assert.Equal(start + (20 * t.State.Window.NsPerColumn), t.State.Window.Start);
        Assert.Equal(lane, t.State.SelectedLane);
    }

    [Fact]
    public void Help_lists_every_key_and_escape_closes_it_and_never_quits()
    {
        using TuiHarness t = new(TuiSyntheticTrace.Hog());
        string before = t.Screen;
        Assert.Contains("next run, run before of the same goroutine", t.Press('?').Screen, StringComparison.Ordinal);
        Assert.All(Gmp.Tool.Tui.Screen.KeyTable.Entries, e => Assert.Contains(e.Shown, t.Screen, StringComparison.Ordinal));
        Assert.Equal(before, t.Press(Key.Esc).Screen);
        _ = t.Press(Key.Esc, Key.Esc);
        Assert.False(t.Window.StopRequested);
    }

    [Fact]
    public void Q_quits()
    {
        using TuiHarness t = new(TuiSyntheticTrace.Hog());
        Assert.False(t.Window.StopRequested);
        Assert.True(t.Press(Key.Q).Window.StopRequested);
    }

    [Fact]
    public void Control_c_quits()
    {
        using TuiHarness t = new(TuiSyntheticTrace.Hog());
        Assert.True(t.Press(Key.C.WithCtrl).Window.StopRequested);
    }

    [Fact]
    public void A_live_screen_shows_what_came_since_and_that_it_has_ended()
    {
        TuiSyntheticTrace trace = new() { IsLive = true };
        using TuiHarness t = new(trace);
        Assert.Contains("No goroutine has run yet.", t.Screen, StringComparison.Ordinal);
        lock (trace.Model.Gate)
        {
            _ = trace.Run(trace.Lane(LaneKind.Processor, 0), trace.Goroutine("late"), 0, long.MaxValue, SpanEnd.Open);
            trace.Advance(900 * Ms);
        }
        Assert.DoesNotContain("late", t.Screen, StringComparison.Ordinal);
        Assert.Contains("G1 late", t.Wait().Screen, StringComparison.Ordinal);
        Assert.Contains("LIVE", t.Rows[0], StringComparison.Ordinal);
        Assert.Contains("FOLLOW", t.Rows[0], StringComparison.Ordinal);
        (trace.IsLive, trace.Notice) = (false, "The target ended.");
        Assert.Contains("ENDED", t.Wait().Rows[0], StringComparison.Ordinal);
        Assert.Contains("The target ended.", t.Screen, StringComparison.Ordinal);
        Assert.DoesNotContain("FOLLOW", t.Rows[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Lost_events_are_in_the_title()
    {
        TuiSyntheticTrace trace = TuiSyntheticTrace.Hog();
        trace.EventsLost = 1_204;
        using TuiHarness t = new(trace, 60, 16);
        Assert.Contains("lost 1,204", t.Rows[0], StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_trace_says_so()
    {
        using TuiHarness t = new(new TuiSyntheticTrace(), 80, 24);
        Assert.Contains("No goroutine runs in this trace.", t.Press('+', '-', '0', Key.N, Key.CursorDown, Key.End).Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_from_the_target_cannot_drive_the_terminal_or_push_the_row_aside()
    {
        TuiSyntheticTrace trace = new() { Title = "\u001b]0;owned\u0007\u202Epid", Notice = "gone\u001b[31m" };
        Lane lane = trace.Lane(LaneKind.Processor, 0);
        _ = trace.Run(lane, trace.Goroutine("\u001b[2J\u202Eabc日本😀e\u0301", "/x/\u001b[1mfile.cs", 7, "Ma\nin"), 0, 100 * Ms);
        using TuiHarness t = new(trace);
        Assert.Contains("G1 \\u{1B}[2J\\u{202E}abc\\u{65E5}", t.Screen, StringComparison.Ordinal);
        Assert.Contains("Ma\\u{A}in", t.Screen, StringComparison.Ordinal);
        for (int y = 0; y < 35; y++)
        {
            for (int x = 0; x < 120; x++)
                Assert.True(t.GlyphAt(x, y) is [>= ' ' and not '\u007F' and not '\u202E'], $"cell {x},{y}: {t.GlyphAt(x, y)}");
        }
    }

    [Fact]
    public void Resizing_repaints_keeps_the_selection_and_says_when_it_is_too_small()
    {
        using TuiHarness t = new(TuiSyntheticTrace.Hog());
        string before = t.Screen;
        Assert.Contains("terminal too small", t.Resize(59, 20).Screen, StringComparison.Ordinal);
        Assert.Contains("needs 60x16", t.Resize(80, 15).Screen, StringComparison.Ordinal);
        _ = t.Resize(12, 1);
        _ = t.Resize(200, 50);
        Assert.Equal(200, t.Rows.Max(r => r.Length));
        Assert.Equal(before, t.Resize(120, 35).Screen);
    }

    [Fact]
    public void More_lanes_than_rows_scroll_with_the_selection()
    {
        TuiSyntheticTrace trace = new();
        for (int i = 0; i < 64; i++)
            _ = trace.Run(trace.Lane(LaneKind.Processor, i), trace.Goroutine($"g{i}"), 0, 10 * Ms);
        using TuiHarness t = new(trace, 80, 24);
        Assert.True(t.RowOf("P15") > 0 && t.RowOf("P16") < 0);
        _ = t.Press([.. Enumerable.Repeat(Key.J, 63)]);
        Assert.True(t.RowOf("P63") > 0 && t.RowOf("P0") < 0);
        Assert.Contains("lanes 49–64 of 64", t.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void Lighting_up_a_goroutine_dims_the_others()
    {
        using TuiHarness t = new(TuiSyntheticTrace.Hog());
        int p0 = t.RowOf("P0"), m3 = t.RowOf("M3");
        int x = t.Rows[m3].IndexOf('█');
        (Color other, Color hog) = (t.AttributeAt(18, p0).Background, t.AttributeAt(x, m3).Background);
        _ = t.Press(Key.G);
        Assert.NotEqual(other, t.AttributeAt(18, p0).Background);
        Assert.Equal(hog, t.AttributeAt(x, m3).Background);
        Assert.Contains("only G3 \"hog\"", t.Screen, StringComparison.Ordinal);
    }
}
