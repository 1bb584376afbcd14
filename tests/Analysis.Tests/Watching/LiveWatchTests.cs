using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;
using Gmp.Analysis.Watching;
using Gmp.Tracing;

namespace Gmp.Analysis.Tests.Watching;

/// <summary>Conditions on crafted streams: when they come true, when they do not, and what is remembered.</summary>
public class LiveWatchTests
{
    private const string Beginning = """
        0ms - SchedulerStart procs=1 sliceNs=10000000 name="main"
        0ms - Site id=1 line=42 file="src/Checksum.cs" member="Main"
        0ms P0 ProcStatus status=1 m=1
        0ms P0 GoStatus g=7 status=1 site=1 name="checksum"
        0ms P0 GoStatus g=8 status=4 reason=5 name="request"
        """;

    private const string Hog = Beginning + """

        1ms P0 GoStart g=7
        2ms - GoUnblock g=8 queue=Global
        11ms P0 GoHog g=7 m=1 observedNs=10ms onCpuNs=10ms
        mark 50ms
        mark 70ms
        80ms P0 GoBlock g=7 reason=5
        81ms P0 GoStart g=8
        mark 100ms
        """;

    [Fact]
    public void A_hog_fires_once_when_it_is_as_bad_as_a_warning_and_while_it_goes_on()
    {
        var firing = Assert.Single(Fired("GMP201", Hog));
        Assert.Equal((WatchKind.Hog, Recorder.Start + 70_000_000), (firing.Condition.Kind, firing.Ticks));
        Assert.Equal("G7 \"checksum\" (Checksum.cs:42) ran for 69 ms on P0 without a scheduling point; others waited for a P meanwhile, 1 time", firing.What);
    }

    [Theory]
    [InlineData("GoUnblock g=8 queue=Global", "Heartbeat")]                 // nobody waits
    [InlineData("onCpuNs=10ms", "onCpuNs=1ms")]                             // the host took its CPU
    [InlineData("80ms P0 GoBlock g=7", "20ms P0 GoBlock g=7")]              // too short to warn of
    public void What_the_report_would_not_warn_of_does_not_fire(string instead, string write) =>
        Assert.Empty(Fired("GMP201", Hog.Replace(instead, write, StringComparison.Ordinal)));

    [Theory]
    [InlineData("wait>60ms", 1)]
    [InlineData("wait>80ms", 0)]
    [InlineData("slice>70ms", 1)]
    [InlineData("slice>79ms", 0)]
    public void A_wait_or_a_slice_above_its_limit_fires_once(string condition, int times) => Assert.Equal(times, Fired(condition, Hog).Count);

    [Fact]
    public void A_wait_tells_behind_whom()
    {
        var firing = Assert.Single(Fired("wait>60ms", Hog));
        Assert.Equal("G8 \"request\" has been runnable for 68 ms and has not run; G7 \"checksum\" (Checksum.cs:42) has run for 69 ms on P0", firing.What);
    }

    [Theory]
    [InlineData("queue>4", 1)]
    [InlineData("queue>5", 0)]
    [InlineData("goroutines>99", 1)]
    [InlineData("goroutines>100", 0)]
    public void Counts_come_from_heartbeats(string condition, int times) =>
        Assert.Equal(times, Fired(condition, Beginning + "\n1ms - Heartbeat global=2 local=3 idlePs=0 spinning=0 goroutines=100\nmark 2ms").Count);

    [Fact]
    public void Nothing_fires_for_what_began_before_a_loss()
    {
        string lossy = Hog.Replace("mark 50ms", "loss P0\nmark 50ms\n60ms P0 Steal victim=1 count=1 first=9", StringComparison.Ordinal);
        Assert.Empty(Fired("slice>30ms", lossy.Replace("11ms P0 GoHog", "11ms P0 GoHogEnd", StringComparison.Ordinal)));
    }

    [Fact]
    public void Those_that_ended_are_forgotten_and_the_ring_stays_bounded()
    {
        var recorder = new Recorder();
        var watch = new LiveWatch([Condition("GMP201"), Condition("wait>1s")], BatchRing.LeastBytes);
        long now = 0;
        for (int i = 0; i < 300_000; i++)
        {
            now += 1000;
            recorder.Put(1, 0, now, EventKind.GoCreate, [i + 10, 0, 0, 0], "a goroutine of some name");
            recorder.Put(0, now + 100, EventKind.GoStart, i + 10);
            recorder.Put(0, now + 200, EventKind.GoDestroy, i + 10);
        }
        recorder.Mark(now + 1000);
        watch.Read(recorder.ToArray(endMark: false));
        watch.Pause();
        Assert.Equal(0, watch.Remembered);
        Assert.InRange(watch.KeptBytes, BatchRing.LeastBytes / 2, BatchRing.LeastBytes);
        Assert.Equal(0, watch.EventsLost);
    }

    [Fact]
    public void A_file_tells_the_target_and_not_the_tool()
    {
        var recorder = TextTrace.Record(Hog.Split('\n'));
        var watch = new LiveWatch([], BatchRing.LeastBytes);
        watch.Read(recorder.ToArray(endMark: false));
        watch.Pause();
        var file = new MemoryStream();
        watch.WriteTo(file, from: 0);
        file.Position = 0;
        var (theirs, ours) = (TraceFile.Load(file), TraceFile.Load(new MemoryStream(recorder.ToArray())));
        Assert.Equal((ours.Info.ProcessId, ours.Info.Runtime, ours.Info.StartUtc), (theirs.Info.ProcessId, theirs.Info.Runtime, theirs.Info.StartUtc));
        Assert.NotEqual(Environment.ProcessId, theirs.Info.ProcessId);
        Assert.Equal(Portrait.Of(ours), Portrait.Of(theirs));
    }

    private static WatchCondition Condition(string text) =>
        WatchCondition.Parse(text, static t => t.EndsWith("ms", StringComparison.Ordinal) ? TimeSpan.FromMilliseconds(int.Parse(t[..^2]))
            : TimeSpan.FromSeconds(int.Parse(t[..^1])), out _)!;

    private static List<Firing> Fired(string condition, string trace)
    {
        var watch = new LiveWatch([Condition(condition)], BatchRing.LeastBytes);
        watch.Read(TextTrace.Record(trace.Split('\n')).ToArray(endMark: false));
        watch.Pause();
        var firings = new List<Firing>();
        while (watch.TakeFiring() is { } firing)
            firings.Add(firing);
        return firings;
    }
}
