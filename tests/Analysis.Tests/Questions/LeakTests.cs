using Gmp.Analysis.Questions;

namespace Gmp.Analysis.Tests.Questions;

/// <summary>GMP105.</summary>
public class LeakTests
{
    private static readonly string[] s_start =
        ["0 - SchedulerStart procs=1 sliceNs=10ms", "0 - Site id=1 line=44 file=/src/Program.cs member=Request", "0 - Site id=2 line=9 file=/src/Pool.cs member=Start", "0 P0 ProcStart m=0"];

    // Every 20 ms a goroutine; each one in `lateEvery` never ends.
    private static IEnumerable<string> Requests(int count, int lateEvery, string reason = "ChanSend", bool isShared = false, int from = 1)
    {
        for (int i = 0; i < count; i++)
        {
            int g = from + i;
            double ms = 20 * i;
            yield return $"{ms}ms P0 GoCreate g={g} site=1 queue=Local name=backend";
            yield return $"{ms + 1}ms P0 GoStart g={g}";
            yield return i % lateEvery == lateEvery - 1 ? $"{ms + 2}ms P0 GoBlock g={g} reason={reason} on={(isShared ? 1 : 100 + g)}" : $"{ms + 2}ms P0 GoDestroy g={g}";
        }
    }

    private static Finding Ask(IEnumerable<string> lines) => Asked.Of(new LeakQuestion(), [.. s_start, .. lines]);

    [Fact]
    public void Those_that_are_left_behind_while_their_like_end_are_a_leak()
    {
        var finding = Ask([.. Requests(150, lateEvery: 4), "3200ms - Heartbeat"]);
        Assert.Equal((Severity.Warning, Confidence.High), (finding.Severity, finding.Confidence));
        Assert.StartsWith("37 goroutines created at Program.cs:44 wait (chan send) and have not run again; ", finding.Answer, StringComparison.Ordinal);
        Assert.Contains("113 goroutines of the same site were created and ended in the trace, the longest-lived after 2 ms.", finding.Evidence);
        Assert.Contains(finding.Evidence, e => e.StartsWith("Each waits on something of its own", StringComparison.Ordinal));
        Assert.Contains("`new Chan<T>(1)`", finding.Fixes[0], StringComparison.Ordinal);
        Assert.Equal("Program.cs:44", finding.Source!.Short);
    }

    [Fact]
    public void Workers_that_came_at_once_are_none_however_many_and_however_long_they_wait()
    {
        var finding = Ask([
            .. Enumerable.Range(1, 200).SelectMany(g => new[] { $"{g / 10.0}ms P0 GoCreate g={g} site=2 queue=Local", $"{g / 10.0}ms P0 GoStart g={g}", $"{g / 10.0}ms P0 GoBlock g={g} reason=ChanReceive on=1" }),
            .. Requests(150, lateEvery: 1000, from: 1001), "3200ms - Heartbeat"]);
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.Contains("200 goroutines created at Pool.cs:9 (chan receive), and it does not grow", finding.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_none_of_its_like_ends_it_may_be_meant_to_live()
    {
        var finding = Ask([.. Requests(150, lateEvery: 1, reason: "ChanReceive"), "3200ms - Heartbeat"]);
        Assert.Equal((Severity.Info, Confidence.Low), (finding.Severity, finding.Confidence));
        Assert.StartsWith("Perhaps 1", finding.Answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sleep")]
    [InlineData("IOWait")]
    [InlineData("PoolWorkerIdle")]
    public void Who_waits_for_time_the_outside_or_work_is_not_asked(string reason) =>
        Assert.Equal(Severity.Ok, Ask([.. Requests(150, lateEvery: 4, reason), "3200ms - Heartbeat"]).Severity);

    [Fact]
    public void In_a_short_trace_nothing_is_called_a_leak()
    {
        var perhaps = Ask([.. Requests(40, lateEvery: 2), "900ms - Heartbeat"]);
        Assert.Equal((Severity.Info, Confidence.Low), (perhaps.Severity, perhaps.Confidence));
        var nothing = Ask([.. Requests(10, lateEvery: 1000), "300ms - Heartbeat"]);
        Assert.Equal(Severity.NotApplicable, nothing.Severity);
        Assert.Contains("--duration 10s", nothing.Fixes.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_waits_behind_a_deadlock_is_no_leak_of_its_own()
    {
        var finding = Ask([
            "0 P0 GoCreate g=901 site=2 queue=Local", "0 P0 GoStart g=901", "0 P0 GoBlock g=901 reason=MutexLock on=1", "0 P0 GoWaitsOn g=901 on=1 holder=902",
            "0 P0 GoCreate g=902 site=2 queue=Local", "0 P0 GoStart g=902", "0 P0 GoBlock g=902 reason=MutexLock on=2", "0 P0 GoWaitsOn g=902 on=2 holder=901",
            .. Requests(150, lateEvery: 1, reason: "MutexLock", isShared: true).SelectMany(l =>
                l.Contains("GoBlock", StringComparison.Ordinal) ? new[] { l, string.Join(' ', l.Split(' ')[..2]) + $" GoWaitsOn g={l.Split("g=")[1].Split(' ')[0]} on=1 holder=902" } : [l]),
            "3200ms - Heartbeat"]);
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.Contains("see GMP106", finding.Answer, StringComparison.Ordinal);
    }
}
