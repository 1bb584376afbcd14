using Gmp.Analysis.Questions;

namespace Gmp.Analysis.Tests;

/// <summary>GMP203: idle Ps beside queued work, and work that is shared out unevenly.</summary>
public class IdleTests
{
    // Each round: main creates a part and a straggler and waits for both; P1 does the part and is idle from then on.
    private static List<string> Rounds(string mainWaitsBy, int stragglerMs)
    {
        var records = new List<string>
        {
            "0 - SchedulerStart procs=2 sliceNs=100ms", "0 - Site id=1 line=37 file=/src/Program.cs member=Main", "0 - Site id=2 line=36 file=/src/Program.cs member=Main",
            "0 P0 ProcStatus status=Running m=1", "0 P1 ProcStatus status=Running m=2", "0 P0 GoCreate g=1 name=main queue=RunNext",
        };
        for (int i = 0; i < 10; i++)
        {
            int t = 50 * i, part = 100 + i, straggler = 200 + i;
            records.AddRange(
            [
                $"{t}ms P0 GoStart g=1", $"{t}ms P0 GoCreate g={part} parent=1 site=2 queue=Local", $"{t}ms P0 GoCreate g={straggler} parent=1 site=1 name=straggler queue=Local",
                $"{t}.1ms P0 GoBlock g=1 reason={mainWaitsBy}", $"{t}.1ms P0 GoStart g={straggler}", $"{t}.1ms P1 Steal victim=0 count=1 first={part}", $"{t}.1ms P1 GoStart g={part}",
                $"{t + 1}ms P1 GoDestroy g={part}", $"{t + 1}ms P1 ProcStop m=2", $"{t + stragglerMs}ms P0 GoDestroy g={straggler}",
                $"{t + 45}ms P0 GoUnblock g=1 queue=RunNext", $"{t + 49}ms P1 ProcStart m=2",
            ]);
        }
        return records;
    }

    [Fact]
    public void A_part_that_runs_alone_while_its_creator_waits_is_found()
    {
        var finding = SchedulingTests.Ask("GMP203", [.. Rounds("WaitGroupWait", 21)]);
        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.StartsWith("Work was shared out unevenly: straggler, created at Program.cs:37, ran alone 10 times, for 20 ms at the median and 200 ms in all, 40 % of the trace, while 1 other P had nothing to do and G1 \"main\" waited.", finding.Answer, StringComparison.Ordinal);
        Assert.Equal(37, finding.Source!.Line);
        Assert.Contains(finding.Evidence, e => e.StartsWith("The others that the same goroutine created ran for 900 us each at the mean; this one ran for 20.9 ms.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Sleep", 21)]           // nobody waits for it
    [InlineData("WaitGroupWait", 2)]    // it does not take long
    public void What_holds_nobody_up_is_no_imbalance(string reason, int ms) => Assert.DoesNotContain("unevenly", SchedulingTests.Ask("GMP203", [.. Rounds(reason, ms)]).Answer, StringComparison.Ordinal);

    [Theory]
    [InlineData("", Severity.Info)]            // nobody saw whether threads had a CPU
    [InlineData("900ms", Severity.Info)]       // they had none
    [InlineData("1ms", Severity.Warning)]      // they had one, and were woken late all the same
    public void Late_wakes_are_a_complaint_only_where_the_host_is_not_to_blame(string queue, Severity severity)
    {
        var records = new List<string> { "0 - SchedulerStart procs=2 sliceNs=10ms", "0 P0 ProcStatus status=Running m=1", "0 P1 ProcStatus status=Idle m=-1", "0 P0 GoCreate g=7 queue=RunNext", "0 P0 GoStart g=7" };
        for (int i = 0; i < 20; i++)
        {
            int t = 20 * (i + 1);
            records.AddRange([$"{t}ms P0 GoCreate g={10 + i} queue=Local", $"{t + 3}ms P1 ProcStart m=2", $"{t + 3}ms P1 GoStart g={10 + i}", $"{t + 4}ms P1 GoDestroy g={10 + i}", $"{t + 4}ms P1 ProcStop m=2"]);
        }
        if (queue.Length > 0)
            records.AddRange(["fact 0ms busyNs=0 idleNs=0 machineCpuNs=0 machineQueueNs=0", $"fact 1s busyNs=1s idleNs=1s machineCpuNs=100ms machineQueueNs={queue}"]);
        var finding = SchedulingTests.Ask("GMP203", [.. records]);
        Assert.Equal(severity, finding.Severity);
        Assert.Contains("20 times a goroutine was runnable while a P was idle, for 3 ms at the median", finding.Answer, StringComparison.Ordinal);
    }
}
