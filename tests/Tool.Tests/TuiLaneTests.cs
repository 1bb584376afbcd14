using Gmp.Analysis.Model;
using Gmp.Tool.Tui.Lanes;
using Gmp.Tracing;

namespace Gmp.Tool.Tests;

public class TuiLaneTests
{
    private const long Us = 1_000, Ms = 1_000_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_pyramid_adds_up_what_adding_span_by_span_does(int seed)
    {
        Random random = new(seed);
        Lane lane = RandomLane(random, 10_000, goroutines: 5);
        LanePyramid pyramid = new(lane);
        pyramid.Grow();
        for (int round = 0; round < 300; round++)
        {
            int from = random.Next(lane.Spans.Count - 1), to = random.Next(from, lane.Spans.Count);
            SpanSum sum = SpanSum.Empty, expected = SpanSum.Empty;
            pyramid.AddTo(ref sum, from, to);
            foreach (Span span in lane.Spans.Skip(from).Take(to - from))
                expected.Add(span, long.MinValue / 2, long.MaxValue / 2);
            Assert.Equal(expected.Running, sum.Running, 1e-3 * (expected.Running + 1));
            Assert.Equal(expected.Syscall, sum.Syscall, 1e-3 * (expected.Syscall + 1));
            Assert.Equal(expected.Spinning, sum.Spinning, 1e-3 * (expected.Spinning + 1));
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void The_search_finds_what_a_walk_finds_whatever_the_guess(int seed)
    {
        Random random = new(seed);
        Lane lane = RandomLane(random, 1 + (seed * 137), goroutines: 2);
        LanePyramid pyramid = new(lane);
        pyramid.Grow();
        for (int round = 0; round < 2_000; round++)
        {
            Span about = lane.Spans[random.Next(lane.Spans.Count)];
            long time = about.Start + random.Next(-3, 4);
            int expected = lane.Spans.ToList().FindIndex(s => s.Start >= time) is >= 0 and var index ? index : lane.Spans.Count;
            int from = random.Next(expected + 1);
            Assert.Equal(expected, pyramid.FirstStartingAt(time, from, random.Next(from, lane.Spans.Count + 50)));
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Whoever_has_more_than_two_thirds_of_a_bucket_names_it_however_many_spans_there_are(int seed)
    {
        Random random = new(seed);
        TuiSyntheticTrace trace = new();
        Lane lane = trace.Lane(LaneKind.Processor, 0);
        GoroutineInfo[] few = [.. Enumerable.Range(0, 9).Select(_ => trace.Goroutine())];
        long time = 0;
        for (int i = 0; i < 5_000; i++)
        {
            // G5 runs three of four spans, and longer ones than the rest.
            int who = random.Next(4) > 0 ? 4 : random.Next(9);
            long length = who == 4 ? 3 * Us : 2 * Us;
            lane.Spans.Add(new Span(time, time += length, few[who].Index, SpanKind.Running, SpanEnd.Yielded, WaitReason.None));
        }
        trace.Advance(time);
        Bucket[] buckets = Fill(trace, lane, new TimeWindow(0, time / 10, 10), 10);
        Assert.All(buckets, b => Assert.Equal((BucketKind.Running, 4, 4), (b.Kind, b.Goroutine, b.Share)));
    }

    [Fact]
    public void A_bucket_that_two_share_evenly_names_neither()
    {
        TuiSyntheticTrace trace = new();
        Lane lane = trace.Lane(LaneKind.Processor, 0);
        GoroutineInfo a = trace.Goroutine(), b = trace.Goroutine();
        for (long i = 0; i < 4_000; i += 2)
        {
            _ = trace.Run(lane, a, i * Us, (i + 1) * Us);
            _ = trace.Run(lane, b, (i + 1) * Us, (i + 2) * Us);
        }
        Assert.All(Fill(trace, lane, new TimeWindow(0, Ms, 4), 4), bucket => Assert.Equal((BucketKind.Running, -1), (bucket.Kind, bucket.Goroutine)));
    }

    [Fact]
    public void Buckets_say_idle_running_syscall_spinning_and_nothing_after_the_end()
    {
        TuiSyntheticTrace trace = new();
        Lane lane = trace.Lane(LaneKind.Processor, 0);
        GoroutineInfo g = trace.Goroutine();
        _ = trace.Run(lane, g, 1 * Ms, 2 * Ms);
        _ = trace.Run(lane, g, 2 * Ms, 3 * Ms, SpanEnd.Syscall, SpanKind.Syscall);
        _ = trace.Run(lane, null, 3 * Ms, 4 * Ms, SpanEnd.Unknown, SpanKind.Spinning);
        trace.Advance(5 * Ms);
        Bucket[] buckets = Fill(trace, lane, new TimeWindow(0, Ms, 6), 6);
        Assert.Equal(
            [BucketKind.Idle, BucketKind.Running, BucketKind.Syscall, BucketKind.Spinning, BucketKind.Idle, BucketKind.Nothing],
            buckets.Select(b => b.Kind));
    }

    [Fact]
    public void A_short_run_is_seen_between_long_searches()
    {
        TuiSyntheticTrace trace = new();
        Lane lane = trace.Lane(LaneKind.Processor, 0);
        _ = trace.Run(lane, null, 0, 700 * Us, SpanEnd.Unknown, SpanKind.Spinning);
        _ = trace.Run(lane, trace.Goroutine(), 700 * Us, 1000 * Us);
        Assert.Equal((BucketKind.Running, (byte)2), Fill(trace, lane, new TimeWindow(0, Ms, 1), 1) is [var only] ? (only.Kind, only.Share) : default);
    }

    [Fact]
    public void An_open_span_reaches_to_the_end_and_counts_right_once_it_is_closed()
    {
        TuiSyntheticTrace trace = new();
        Lane lane = trace.Lane(LaneKind.Processor, 0);
        GoroutineInfo g = trace.Goroutine();
        LanePyramid pyramid = new(lane);
        for (long i = 0; i < 200; i++)
        {
            _ = trace.Run(lane, g, i * Ms, long.MaxValue, SpanEnd.Open);
            trace.Advance((i * Ms) + (Ms / 2));
            pyramid.Grow();
            Bucket[] open = new Bucket[1];
            Assert.Equal(((i * Ms) + (Ms / 2.0)) / trace.Model.Duration, LaneRaster.Fill(lane, pyramid, new TimeWindow(0, 200 * Ms, 1), trace.Model.Duration, open), 3);
            trace.Close(lane, (i + 1) * Ms, SpanEnd.Yielded);
        }
        pyramid.Grow();
        SpanSum sum = SpanSum.Empty;
        pyramid.AddTo(ref sum, 0, 200);
        Assert.Equal(200f * Ms, sum.Running, 1000f);
    }

    [Fact]
    public void Spans_that_are_rewritten_are_summed_anew()
    {
        TuiSyntheticTrace trace = new();
        Lane lane = trace.Lane(LaneKind.Processor, 0);
        GoroutineInfo g = trace.Goroutine();
        for (long i = 0; i < 100; i++)
            _ = trace.Run(lane, g, i * Ms, (i + 1) * Ms);
        LanePyramid pyramid = new(lane);
        pyramid.Grow();
        lane.Spans.Clear();
        for (long i = 0; i < 100; i++)
            lane.Spans.Add(new Span((i * Ms) + 7, (i * Ms) + 17, g.Index, SpanKind.Running, SpanEnd.Yielded, WaitReason.None));
        pyramid.Grow();
        SpanSum sum = SpanSum.Empty;
        pyramid.AddTo(ref sum, 0, 99);
        Assert.Equal(990f, sum.Running, 1f);
    }

    [Fact]
    public void Zooming_goes_by_one_two_five_and_keeps_the_moment_under_the_pointer()
    {
        TimeWindow window = new(3 * Ms, 1 * Ms, 100);
        long under = window.TimeAt(37);
        List<long> scales = [];
        for (int i = 0; i < 6; i++)
        {
            window = window.Zoomed(TimeWindow.NextScale(window.NsPerColumn, larger: false), 37);
            scales.Add(window.NsPerColumn);
            Assert.InRange(under + (Ms / 2), window.TimeAt(37), window.TimeAt(38));
        }
        Assert.Equal([500 * Us, 200 * Us, 100 * Us, 50 * Us, 20 * Us, 10 * Us], scales);
        Assert.Equal(20 * Us, TimeWindow.NextScale(10 * Us, larger: true));
        Assert.Equal(20 * Us, TimeWindow.NextScale(13 * Us, larger: true));
        Assert.Equal(TimeWindow.SmallestScale, TimeWindow.NextScale(TimeWindow.SmallestScale, larger: false));
        Assert.Equal(TimeWindow.LargestScale, TimeWindow.NextScale(TimeWindow.LargestScale, larger: true));
    }

    private static Bucket[] Fill(TuiSyntheticTrace trace, Lane lane, TimeWindow window, int count)
    {
        LanePyramid pyramid = new(lane);
        pyramid.Grow();
        Bucket[] buckets = new Bucket[count];
        _ = LaneRaster.Fill(lane, pyramid, window, trace.Model.Duration, buckets);
        return buckets;
    }

    private static Lane RandomLane(Random random, int spans, int goroutines)
    {
        TuiSyntheticTrace trace = new();
        Lane lane = trace.Lane(LaneKind.Processor, 0);
        for (int i = 0; i < goroutines; i++)
            _ = trace.Goroutine();
        long time = 0;
        for (int i = 0; i < spans; i++)
        {
            time += random.Next(0, 500);
            SpanKind kind = (SpanKind)random.Next(3);
            int who = kind == SpanKind.Spinning ? -1 : random.Next(goroutines);
            lane.Spans.Add(new Span(time, time += random.Next(1, 5_000), who, kind, SpanEnd.Yielded, WaitReason.None));
        }
        return lane;
    }
}
