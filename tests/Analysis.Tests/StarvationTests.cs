using Gmp.Analysis.Questions;

namespace Gmp.Analysis.Tests;

/// <summary>GMP202: waits of runnable goroutines, and what they are put down to.</summary>
public class StarvationTests
{
    private static readonly string[] s_start = ["0 - SchedulerStart procs=1 sliceNs=10ms", "0 P0 ProcStatus status=Running m=1"];

    [Fact]
    public void Waits_behind_a_hog_are_put_down_to_it()
    {
        var records = new List<string>(s_start);
        for (int i = 0; i < 6; i++)
        {
            int t = 100 * i;
            records.AddRange(
            [
                $"{t}ms P0 GoCreate g={20 + i} queue=Local",
                $"{t}ms P0 GoCreate g={7 + i} name=hog queue=RunNext",
                $"{t}ms P0 GoStart g={7 + i}",
                $"{t + 11}ms P0 GoHog g={7 + i} m=1 observedNs=10ms onCpuNs=10ms",
                $"{t + 40}ms P0 GoHogEnd g={7 + i} m=1 observedNs=39ms onCpuNs=39ms",
                $"{t + 40}ms P0 GoDestroy g={7 + i}",
                $"{t + 40}ms P0 GoStart g={20 + i}",
                $"{t + 41}ms P0 GoDestroy g={20 + i}",
            ]);
        }
        var finding = SchedulingTests.Ask("GMP202", [.. records]);
        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.StartsWith("6 goroutines waited too long for a P, 6 times. The longest of these waits: G20 for 40 ms from 0.000 s on, in the queue of P0, behind G7 \"hog\", which computed for 40 ms of it.", finding.Answer, StringComparison.Ordinal);
        var victims = finding.Goroutines.Where(g => g.Role == "victim").ToList();
        Assert.Equal((6, 40_000_000L), (victims.Count, victims[0].WaitNs));
        Assert.Contains(finding.Goroutines, g => g is { Role: "blocker", Name: "hog" });
        Assert.Equal(6, finding.Figures.OfType<HistogramFigure>().Single().Classes[^1].Count);
    }

    [Fact]
    public void A_yield_is_asked_for_and_no_starvation()
    {
        var finding = SchedulingTests.Ask("GMP202",
        [
            .. s_start, "0 P0 GoCreate g=8 queue=Local", "0 P0 GoCreate g=7 queue=RunNext", "0 P0 GoStart g=7", "0.0005ms P0 GoStop g=7 reason=Yield queue=Global",
            "0.0008ms P0 GoStart g=8", "80ms P0 GoDestroy g=8", "80ms P0 GoStart g=7", "81ms P0 GoDestroy g=7",
        ]);
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.StartsWith("Nobody", finding.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wait_while_a_P_is_idle_is_a_wake_and_a_long_queue_is_a_queue()
    {
        string[] two = ["0 - SchedulerStart procs=2 sliceNs=10ms", "0 P0 ProcStatus status=Running m=1", "0 P1 ProcStatus status=Idle m=-1", "0 P0 GoCreate g=7 queue=RunNext", "0 P0 GoStart g=7"];
        var wake = SchedulingTests.Ask("GMP202", [.. two, "1ms P0 GoCreate g=8 queue=Local", "9ms P1 ProcStart m=2", "9ms P1 Steal victim=0 count=1 first=8", "9ms P1 GoStart g=8", "10ms P1 GoDestroy g=8", "10ms P0 GoDestroy g=7"]);
        Assert.Equal(Severity.Info, wake.Severity);
        Assert.Contains("while a P was idle for 8 ms of it and a thread had to be woken", wake.Answer, StringComparison.Ordinal);

        var records = new List<string>(s_start) { "0 P0 GoCreate g=999 queue=Global" };
        for (int i = 0; i < 200; i++)
            records.AddRange([$"{i}ms P0 GoCreate g={1000 + i} queue=RunNext", $"{i}ms P0 GoStart g={1000 + i}", $"{i + 1}ms P0 GoDestroy g={1000 + i}"]);
        records.AddRange(["200ms P0 GoStart g=999", "201ms P0 GoDestroy g=999"]);
        var queue = SchedulingTests.Ask("GMP202", [.. records]);
        Assert.Equal(Severity.Warning, queue.Severity);
        Assert.Contains("behind 200 runs of others, none of which took half of it", queue.Answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1ms", true)]      // threads hardly waited: it was the goroutine's own doing
    [InlineData("900ms", false)]   // it may have been the host's
    [InlineData("1ms worstQueueNs=-1", false)]   // a thread ended and took its part with it
    [InlineData("", false)]        // nobody knows
    public void A_long_run_below_a_slice_is_blamed_only_where_threads_had_a_CPU(string queue, bool blamed)
    {
        var records = new List<string>(s_start);
        for (int i = 0; i < 10; i++)
        {
            int t = 50 * i;
            records.AddRange(
            [
                $"{t}ms P0 GoCreate g={50 + i} queue=Local", $"{t}ms P0 GoCreate g={7 + i} queue=RunNext", $"{t}ms P0 GoStart g={7 + i}", $"{t + 8}ms P0 GoDestroy g={7 + i}",
                $"{t + 8}ms P0 GoStart g={50 + i}", $"{t + 9}ms P0 GoDestroy g={50 + i}",
            ]);
        }
        if (queue.Length > 0)
            records.AddRange(["fact 0ms busyNs=0 idleNs=0 machineCpuNs=0 machineQueueNs=0", $"fact 1s busyNs=1s idleNs=1s machineCpuNs=100ms machineQueueNs={queue}"]);
        Assert.Equal(blamed ? Severity.Warning : Severity.Info, SchedulingTests.Ask("GMP202", [.. records]).Severity);
    }

    [Theory]
    [InlineData("1ms", Severity.Warning)]
    [InlineData("900ms", Severity.Info)]   // sysmon would have taken the P, had it had a CPU
    public void A_call_that_keeps_its_P_is_blamed_only_where_sysmon_had_a_CPU(string queue, Severity severity)
    {
        var records = new List<string>(s_start);
        for (int i = 0; i < 10; i++)
        {
            int t = 50 * i;
            records.AddRange(
            [
                $"{t}ms P0 GoCreate g={50 + i} queue=Local", $"{t}ms P0 GoCreate g={7 + i} queue=RunNext", $"{t}ms P0 GoStart g={7 + i}", $"{t}.1ms P0 GoSyscallBegin g={7 + i}",
                $"{t + 8}ms P0 GoSyscallEnd g={7 + i}", $"{t + 8}ms P0 GoDestroy g={7 + i}", $"{t + 8}ms P0 GoStart g={50 + i}", $"{t + 9}ms P0 GoDestroy g={50 + i}",
            ]);
        }
        records.AddRange(["fact 0ms busyNs=0 idleNs=0 machineCpuNs=0 machineQueueNs=0", $"fact 1s busyNs=1s idleNs=1s machineCpuNs=100ms machineQueueNs={queue}"]);
        Assert.Equal(severity, SchedulingTests.Ask("GMP202", [.. records]).Severity);
    }
}
