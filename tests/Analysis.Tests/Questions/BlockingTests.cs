using Gmp.Analysis.Questions;

namespace Gmp.Analysis.Tests.Questions;

/// <summary>GMP101 and GMP102.</summary>
public class BlockingTests
{
    private static readonly string[] s_trace =
    [
        "0 - SchedulerStart procs=2 sliceNs=10ms", "0 - Site id=1 line=10 file=/src/A.cs member=Main", "0 - Site id=2 line=20 file=/src/B.cs member=Main", "0 P0 ProcStart m=0",
        "0 P0 GoCreate g=1 site=1 queue=Local name=ticker", "0 P0 GoCreate g=2 site=2 queue=Local name=worker", "0 P0 GoCreate g=3 site=2 queue=Local name=worker",
        "1ms P0 GoStart g=1",
        "2ms P0 GoBlock g=1 reason=Sleep",
        "2ms P0 GoStart g=2",             // from the own queue
        "3ms P0 GoBlock g=2 reason=MutexLock on=5",
        "3ms P0 GlobalGet count=1",
        "3ms P0 GoStart g=3",             // from the global queue
        "4ms P0 GoUnblock g=2 by=3 queue=RunNext",
        "5ms P0 GoBlock g=3 reason=ChanReceive on=6",
        "5ms P0 GoStart g=2",
        "6ms P0 GoDestroy g=2",
        "6ms P0 ProcStop m=0",            // idle
        "12ms - GoUnblock g=1 queue=Global",
        "12ms P0 ProcStart m=0",
        "12ms P0 GoStart g=1",
        "13ms P0 GoBlock g=1 reason=Sleep",
        "13ms P0 ProcStop m=0",
        "20ms - Heartbeat",
    ];

    [Fact]
    public void Time_is_told_by_reason_and_by_site_and_only_locks_are_worth_a_word()
    {
        var finding = Asked.Of(new BlockingQuestion(), s_trace);
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.EndsWith("For locks they waited 1 ms, 3 % of it; the rest is a program's nature.", finding.Answer, StringComparison.Ordinal);
        var locked = Asked.Of(new BlockingQuestion(), s_trace, "GMP101.lockPercent", 2);
        Assert.Equal(Severity.Info, locked.Severity);
        Assert.EndsWith("Goroutines created at B.cs:20 spent 4 % of their time waiting for locks.", locked.Answer, StringComparison.Ordinal);
        // G1 slept for 10 and 7 ms, G3 waits since 5 ms, G2 waited for a lock for 1 ms.
        Assert.StartsWith("Goroutines waited 33 ms in 4 waits, most of it for sleep (52 %), chan receive (45 %) and sync.Mutex.Lock (3 %).", finding.Answer, StringComparison.Ordinal);
        Assert.Equal(["sleep", "chan receive", "sync.Mutex.Lock"], finding.Tables[0].Rows.Select(r => r[0].Text));
        Assert.Equal([17e6, 15e6, 1e6], finding.Tables[0].Rows.Select(r => r[3].Number!.Value));
        Assert.Equal(["A.cs:10", "B.cs:20"], finding.Tables[1].Rows.Select(r => r[0].Text).Order());
    }

    [Fact]
    public void Without_locks_all_is_well()
    {
        var finding = Asked.Of(new BlockingQuestion(), s_trace.Select(l => l.Replace("MutexLock", "ChanReceive", StringComparison.Ordinal)));
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.EndsWith("None of it was for a lock: such waits are a program's nature, and cost no thread and no CPU.", finding.Answer, StringComparison.Ordinal);
        Assert.Equal(Severity.NotApplicable, Asked.Of(new BlockingQuestion(), ["0 - SchedulerStart procs=1 sliceNs=10ms"]).Severity);
    }

    [Fact]
    public void What_the_P_did_next_is_counted_by_reason()
    {
        var finding = Asked.Of(new WhileBlockedQuestion(), s_trace);
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.StartsWith("4 times a goroutine blocked and its P was free for another. The P ran the next goroutine of its own queue (50 %)", finding.Answer, StringComparison.Ordinal);
        var table = finding.Tables.Single();
        var sleep = table.Rows.Single(r => r[0].Text == "sleep");
        Assert.Equal(["reason", "ranOwn", "ranGlobal", "stole", "waited", "wentIdle", "handedOff", "unknown"], table.Columns.Select(c => c.Key));
        Assert.Equal([1, 0, 0, 0, 1, 0, 0], sleep.Skip(1).Select(c => (int)c.Number!.Value));
        Assert.Equal(1, table.Rows.Single(r => r[0].Text == "sync.Mutex.Lock")[2].Number);
        Assert.Equal(Severity.NotApplicable, Asked.Of(new WhileBlockedQuestion(), s_trace[..8]).Severity);
    }
}
