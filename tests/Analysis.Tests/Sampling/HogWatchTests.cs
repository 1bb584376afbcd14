using Gmp.Analysis.Reading;
using Gmp.Analysis.Sampling;
using Gmp.Analysis.Tests.Crafting;

namespace Gmp.Analysis.Tests.Sampling;

/// <summary>Hogs in a file that grows.</summary>
public sealed class HogWatchTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"gmp-hogs-{Guid.NewGuid():N}.nettrace");

    public void Dispose() => File.Delete(_path);

    private static readonly string[] s_hog =
    [
        "0 - SchedulerStart procs=1 sliceNs=10ms",
        "0 - MStart m=1 tid=501",
        "1ms P0 GoCreate g=7 site=4 queue=RunNext",
        "2ms P0 GoStart g=7",
        "12.2ms P0 GoHog g=7 m=1 observedNs=9ms onCpuNs=9ms",
        "12.2ms P0 ProcRetake m=1 g=7 reason=Hog",
        "14ms P0 GoStart g=8",
    ];

    private HogWatch Watch(params string[] records)
    {
        File.WriteAllBytes(_path, TextTrace.Record(records).ToArray(endMark: false));
        var watch = new HogWatch(_path);
        watch.Poll();
        return watch;
    }

    [Fact]
    public void A_hog_is_seen_with_its_site_its_thread_and_since_when()
    {
        using var watch = Watch(s_hog);
        var hog = Assert.Single(watch.Hogs);
        Assert.Equal((7L, 1, 4L, true, false), (hog.Goroutine, hog.Machine, hog.Site, hog.IsLive, hog.StartsBefore));
        Assert.Equal(2_000_000, hog.Start - Recorder.Start);
        Assert.Equal(14_000_000, watch.Newest - Recorder.Start);
        Assert.Equal(501, watch.ThreadOf(1, 1));
        Assert.True(watch.IsMachine(501));
        Assert.False(watch.IsMachine(502));
        Assert.Null(watch.ThreadOf(1, 2));
    }

    [Theory]
    [InlineData("400ms - GoHogEnd g=7 m=1 observedNs=390ms onCpuNs=390ms")]
    [InlineData("400ms - GoStop g=7 reason=LostP queue=Global")]   // the record of the end is lost
    public void Its_end_is_seen_in_whatever_order_the_streams_are_flushed(string end)
    {
        using (var watch = Watch([.. s_hog, "flush P0", end]))
            Assert.Equal(400_000_000, Assert.Single(watch.Hogs).End - Recorder.Start);
        if (end.Contains("GoHogEnd", StringComparison.Ordinal))
        {
            using var watch = Watch(["0 - MStart m=1 tid=501", end, "flush -", .. s_hog.Where(l => l.Contains("P0", StringComparison.Ordinal))]);
            Assert.Equal(400_000_000, Assert.Single(watch.Hogs).End - Recorder.Start);
            watch.Forget(Recorder.Start + 400_000_000);
            Assert.Single(watch.Hogs);
            watch.Forget(Recorder.Start + 400_000_001);
            Assert.Empty(watch.Hogs);
        }
    }

    [Fact]
    public void One_that_lost_its_P_before_the_recording_is_seen_and_told_only_once()
    {
        using var watch = Watch(
            "0 - GoStatus g=7 status=Running onP=-1 onM=3 site=2",
            "0.1ms - GoHog g=7 m=3 observedNs=5s onCpuNs=5s",
            "1ms - GoStatus g=9 status=Syscall onP=-1 onM=4");
        var hog = Assert.Single(watch.Hogs);
        Assert.Equal((7L, 3, 2L, true, true), (hog.Goroutine, hog.Machine, hog.Site, hog.IsLive, hog.StartsBefore));
    }

    [Fact]
    public void A_goroutine_that_others_pushed_out_of_memory_has_no_site()
    {
        using var watch = Watch(
            "0 P0 GoCreate g=7 site=4 queue=RunNext",
            "1ms P0 GoCreate g=65543 site=5 queue=RunNext",   // the same slot
            "2ms P0 GoStart g=7",
            "13ms P0 GoHog g=7 m=1 observedNs=9ms onCpuNs=9ms");
        Assert.Equal(0, Assert.Single(watch.Hogs).Site);
    }

    [Theory]
    [InlineData("12ms P0 GoHog g=7 m=1 observedNs=9ms onCpuNs=2ms", false)]
    [InlineData("12ms P0 GoHog g=7 m=1 observedNs=9ms onCpuNs=5ms", true)]
    [InlineData("12ms P0 GoHog g=7 m=1", true)]   // the platform does not tell
    [InlineData("12ms P0 GoHog g=7 m=1 observedNs=9ms onCpuNs=2ms\n400ms - GoHogEnd g=7 m=1 observedNs=400ms onCpuNs=390ms", true)]
    public void Who_had_no_CPU_is_told_from_who_used_one(string records, bool isOnCpu)
    {
        using var watch = Watch(["0 P0 GoCreate g=7 queue=RunNext", "1ms P0 GoStart g=7", .. records.Split('\n')]);
        Assert.Equal(isOnCpu, Assert.Single(watch.Hogs).IsOnCpu);
    }

    [Fact]
    public void What_is_appended_is_found_and_what_is_no_trace_is_refused()
    {
        byte[] bytes = TextTrace.Record(s_hog).ToArray();
        File.WriteAllBytes(_path, []);
        using (var watch = new HogWatch(_path))
        {
            watch.Poll();
            using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            foreach (byte b in bytes)
            {
                file.WriteByte(b);
                file.Flush();
                watch.Poll();
            }
            Assert.Single(watch.Hogs);
        }
        File.WriteAllText(_path, "no trace at all");
        using var other = new HogWatch(_path);
        Assert.Throws<TraceFormatException>(other.Poll);
    }
}
