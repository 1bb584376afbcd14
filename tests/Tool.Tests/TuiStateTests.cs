using Gmp.Analysis.Model;
using Gmp.Tool.Tui.Screen;

namespace Gmp.Tool.Tests;

public class TuiStateTests
{
    private const long Ms = 1_000_000;
    private const int Columns = 100;

    [Fact]
    public void A_live_view_follows_the_end_page_by_page()
    {
        (TuiSyntheticTrace trace, TimelineState state) = Live(1_000);
        Assert.True(state.IsFollowing);
        Assert.Equal(0, state.Window.Start);
        long length = state.Window.Length;
        HashSet<long> starts = [];
        for (long now = 1_000; now < 11_000; now += 50)
        {
            trace.Advance(now * Ms);
            state.Prepare(Columns, 10);
            Assert.InRange(trace.Model.Duration, state.Window.Start, state.Window.End);
            _ = starts.Add(state.Window.Start);
        }
        Assert.InRange(starts.Count, 2, 1 + (int)(10_000 * Ms / (length / 5)));
    }

    [Fact]
    public void Moving_stops_following_and_f_takes_it_up_again()
    {
        (TuiSyntheticTrace trace, TimelineState state) = Live(9_000);
        state.Do(TimelineAction.PanLeft);
        Assert.False(state.IsFollowing);
        long start = state.Window.Start;
        trace.Advance(20_000 * Ms);
        state.Prepare(Columns, 10);
        Assert.Equal(start, state.Window.Start);
        state.Do(TimelineAction.Follow);
        state.Prepare(Columns, 10);
        Assert.True(state.IsFollowing);
        Assert.True(state.Window.Contains(20_000 * Ms - 1));
        Assert.Null(state.CursorTime);
    }

    [Fact]
    public void Freezing_holds_the_picture_while_the_trace_goes_on()
    {
        (TuiSyntheticTrace trace, TimelineState state) = Live(1_000);
        state.Do(TimelineAction.Pause);
        trace.Advance(60_000 * Ms);
        state.Prepare(Columns, 10);
        Assert.Equal((1_000 * Ms, 0L), (state.Now, state.Window.Start));
        state.Do(TimelineAction.Pause);
        state.Prepare(Columns, 10);
        Assert.Equal(60_000 * Ms, state.Now);
        Assert.True(state.Window.Contains(state.Now - 1));
    }

    [Fact]
    public void The_selected_lane_stays_the_same_when_another_comes_before_it()
    {
        (TuiSyntheticTrace trace, TimelineState state) = Live(1_000);
        Lane machine = trace.Lane(LaneKind.Machine, 3);
        state.Do(TimelineAction.LaneDown);
        Assert.Same(machine, state.Lane);
        _ = trace.Lane(LaneKind.Processor, 1);
        _ = trace.Lane(LaneKind.Processor, 2);
        Assert.Same(machine, state.Lane);
        Assert.Equal(3, state.SelectedLane);
    }

    [Fact]
    public void A_hog_that_spins_now_is_spoken_of_until_somebody_chooses_a_lane()
    {
        (TuiSyntheticTrace trace, TimelineState state) = Live(1_000);
        Lane machine = trace.Lane(LaneKind.Machine, 3);
        _ = trace.Run(machine, trace.Goroutine("hog"), 1_000 * Ms, long.MaxValue, SpanEnd.Open);
        trace.Advance(1_500 * Ms);
        state.Prepare(Columns, 10);
        Assert.Same(machine, state.Lane);
        Assert.Equal(500 * Ms, state.LongestRunOf(trace.Model.Goroutines[1]));
        trace.Close(machine, 1_600 * Ms, SpanEnd.Yielded);
        state.Prepare(Columns, 10);
        Assert.Equal("P0", state.Lane!.Label);
        state.Do(TimelineAction.LaneDown);
        state.Prepare(Columns, 10);
        Assert.Same(machine, state.Lane);
    }

    [Fact]
    public void Next_run_goes_from_lane_to_lane_after_the_same_goroutine_and_back()
    {
        TimelineState state = Opened(TuiSyntheticTrace.Hog());
        // A file opens on the longest slice: the hog, when it still held P1.
        Assert.Equal(("P1", 20 * Ms, 2), (state.Lane!.Label, state.SelectedTime, state.SelectedGoroutine));
        state.Do(TimelineAction.NextRun);
        Assert.Equal(("M3", 30 * Ms, 2), (state.Lane!.Label, state.SelectedTime, state.SelectedGoroutine));
        state.Do(TimelineAction.NextRun);
        Assert.Equal(("M3", 30 * Ms), (state.Lane!.Label, state.SelectedTime));
        state.Do(TimelineAction.PreviousRun);
        Assert.Equal(("P1", 20 * Ms), (state.Lane!.Label, state.SelectedTime));
    }

    [Fact]
    public void Previous_and_next_span_walk_along_the_lane()
    {
        TimelineState state = Opened(TuiSyntheticTrace.Hog());
        state.Do(TimelineAction.NextSpan);
        Assert.Equal(30 * Ms, state.SelectedTime);
        state.Do(TimelineAction.NextSpan);
        Assert.Equal(32 * Ms, state.SelectedTime);
        state.Do(TimelineAction.PreviousSpan);
        state.Do(TimelineAction.PreviousSpan);
        state.Do(TimelineAction.PreviousSpan);
        Assert.Equal(5 * Ms, state.SelectedTime);
        state.Do(TimelineAction.PreviousSpan);
        Assert.Equal(5 * Ms, state.SelectedTime);
    }

    [Fact]
    public void Zoom_to_run_shows_all_of_it_and_fit_shows_everything()
    {
        TimelineState state = Opened(TuiSyntheticTrace.Hog());
        state.Do(TimelineAction.NextRun);
        state.Do(TimelineAction.ZoomToSpan);
        Assert.InRange(state.Window.Start, 20 * Ms, 30 * Ms);
        Assert.InRange(state.Window.End, 90 * Ms, 100 * Ms);
        state.Do(TimelineAction.Fit);
        Assert.Equal(0, state.Window.Start);
        Assert.InRange(state.Window.End, 100 * Ms, 101 * Ms);
    }

    [Fact]
    public void At_opens_there_on_the_lane_that_runs_longest()
    {
        TuiSyntheticTrace trace = TuiSyntheticTrace.Hog();
        TimelineState state = new(trace.Model, live: false, at: 60 * Ms);
        state.Prepare(Columns, 10);
        Assert.Equal(("M3", 60 * Ms), (state.Lane!.Label, state.SelectedTime));
        Assert.Equal(Columns / 2, state.Window.ColumnOf(60 * Ms));
    }

    [Fact]
    public void A_goroutine_that_was_asked_for_is_lit_up_and_found()
    {
        TuiSyntheticTrace trace = TuiSyntheticTrace.Hog();
        TimelineState state = new(trace.Model, live: false, goroutine: 4);
        state.Prepare(Columns, 10);
        Assert.Equal((3, "P0", 56 * Ms), (state.Highlighted, state.Lane!.Label, state.SelectedTime));
        state.Do(TimelineAction.Back);
        Assert.Equal(-1, state.Highlighted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Any_walk_over_the_keys_stays_in_the_trace(bool empty)
    {
        TuiSyntheticTrace trace = empty ? new TuiSyntheticTrace() : TuiSyntheticTrace.Hog();
        TimelineAction[] actions = Enum.GetValues<TimelineAction>();
        for (int seed = 0; seed < 50; seed++)
        {
            Random random = new(seed);
            TimelineState state = new(trace.Model, live: seed % 2 == 0);
            for (int step = 0; step < 300; step++)
            {
                state.Prepare(random.Next(10) == 0 ? random.Next(1, 300) : Columns, random.Next(1, 5));
                state.Do(actions[random.Next(actions.Length)]);
                Assert.True(state.Window.Start >= 0 && state.Window.NsPerColumn >= 10);
                Assert.InRange(state.SelectedTime, 0, Math.Max(0, trace.Model.Duration));
                Assert.InRange(state.SelectedLane, empty ? -1 : 0, trace.Model.Lanes.Count - 1);
            }
        }
    }

    private static (TuiSyntheticTrace, TimelineState) Live(long nowMs)
    {
        TuiSyntheticTrace trace = new() { IsLive = true };
        _ = trace.Run(trace.Lane(LaneKind.Processor, 0), trace.Goroutine("main"), 0, long.MaxValue, SpanEnd.Open);
        trace.Advance(nowMs * Ms);
        TimelineState state = new(trace.Model, live: true);
        state.Prepare(Columns, 10);
        return (trace, state);
    }

    private static TimelineState Opened(TuiSyntheticTrace trace)
    {
        TimelineState state = new(trace.Model, live: false);
        state.Prepare(Columns, 10);
        return state;
    }
}
