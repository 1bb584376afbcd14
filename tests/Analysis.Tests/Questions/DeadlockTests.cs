using Gmp.Analysis.Questions;

namespace Gmp.Analysis.Tests.Questions;

/// <summary>GMP106.</summary>
public class DeadlockTests
{
    private static readonly string[] s_start =
    [
        "0 - SchedulerStart procs=1 sliceNs=10ms", "0 - Site id=1 line=34 file=/src/Program.cs member=Main", "0 P0 ProcStart m=0",
        "0 P0 GoCreate g=1 site=1 queue=Local name=main", "0 P0 GoCreate g=2 parent=1 site=1 queue=Local name=alice",
        "0 P0 GoCreate g=3 parent=1 site=1 queue=Local name=bob", "0 P0 GoCreate g=4 parent=1 site=1 queue=Local name=carol",
    ];

    private static Finding Ask(params string[] lines) => Asked.Of(new DeadlockQuestion(), [.. s_start, .. lines]);

    // Runs, and waits for a lock.
    private static string[] Blocks(int ms, int g, int on, int holder, string reason = "MutexLock") =>
        [$"{ms}ms P0 GoStart g={g}", $"{ms}.1ms P0 GoBlock g={g} reason={reason} on={on}", $"{ms}.1ms P0 GoWaitsOn g={g} on={on} holder={holder}"];

    [Fact]
    public void A_circle_is_named_edge_by_edge_and_who_waits_behind_it_is_counted()
    {
        var finding = Ask([.. Blocks(1, 2, 12, 3), .. Blocks(2, 3, 11, 2), .. Blocks(3, 4, 11, 2), "500ms - Heartbeat"]);
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.Equal(Confidence.High, finding.Confidence);
        Assert.StartsWith("Yes. 2 goroutines wait for each other since 0.002 s: G2 \"alice\" (Program.cs:34) for sync.Mutex.Lock #12, held by G3 \"bob\"; "
            + "G3 \"bob\" (Program.cs:34) for sync.Mutex.Lock #11, held by G2 \"alice\".", finding.Answer, StringComparison.Ordinal);
        Assert.EndsWith("Behind them: 1 more goroutine.", finding.Answer, StringComparison.Ordinal);
        Assert.Equal(["deadlocked", "deadlocked", "behind"], finding.Goroutines.Select(g => g.Role));
        Assert.Equal(3, finding.Tables.Single().Rows.Count);
    }

    [Fact]
    public void A_circle_that_was_there_before_the_recording_is_seen_in_the_snapshot()
    {
        var finding = Asked.Of(new DeadlockQuestion(),
        [
            "0 - SchedulerStart procs=1 sliceNs=10ms",
            "1ms - GoStatus g=2 status=Waiting reason=MutexLock since=20s name=alice", "1ms - GoWaitsOn g=2 on=12 holder=3",
            "1ms - GoStatus g=3 status=Waiting reason=RWMutexRLock since=30s name=bob", "1ms - GoWaitsOn g=3 on=11 holder=2",
            "2ms - SnapshotEnd generation=1 goroutines=2 schedulers=1",
        ]);
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.Contains("since before the recording began", finding.Answer, StringComparison.Ordinal);
        Assert.Contains("G3 \"bob\" has waited 30 s for sync.RWMutex.RLock #11, which G2 \"alice\" locked last.", finding.Evidence);
    }

    [Fact]
    public void One_that_locks_twice_waits_for_itself()
    {
        var finding = Ask([.. Blocks(1, 2, 12, 2), "500ms - Heartbeat"]);
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.StartsWith("Yes. G2 \"alice\" (Program.cs:34) waits since 0.001 s for a lock that it has itself: sync.Mutex.Lock #12.", finding.Answer, StringComparison.Ordinal);
        Assert.Contains("not reentrant", Asked.All(finding), StringComparison.Ordinal);
    }

    [Fact]
    public void A_circle_over_a_semaphore_is_less_sure_and_one_of_a_moment_is_only_told()
    {
        var loose = Ask([.. Blocks(1, 2, 12, 3, "SemAcquire"), .. Blocks(2, 3, 11, 2), "500ms - Heartbeat"]);
        Assert.Equal((Severity.Warning, Confidence.Medium), (loose.Severity, loose.Confidence));
        Assert.Contains("semaphore", Asked.All(loose), StringComparison.Ordinal);
        var young = Ask([.. Blocks(1, 2, 12, 3), .. Blocks(2, 3, 11, 2), "50ms - Heartbeat"]);
        Assert.Equal(Severity.Info, young.Severity);
        Assert.StartsWith("Perhaps, for the last 47.9 ms of the trace.", young.Answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("300ms - LockTaken on=12 g=1")]   // it went on to another that does not wait
    [InlineData("300ms - GoUnblock g=2 queue=Global")]
    public void A_lock_that_went_on_makes_no_circle(string line)
    {
        var finding = Ask([.. Blocks(1, 2, 12, 3), .. Blocks(2, 3, 11, 2), line, "500ms - Heartbeat"]);
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.StartsWith("No.", finding.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_takes_it_while_others_wait_is_whom_they_wait_for_from_then_on()
    {
        // G2 waits for G3, which gives it to G4, which waits for G2.
        var finding = Ask([.. Blocks(1, 2, 12, 3), "2ms P0 GoStart g=4", "2ms P0 LockTaken on=12 g=4", .. Blocks(3, 4, 11, 2)[1..], "500ms - Heartbeat"]);
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.Contains("G2 \"alice\" (Program.cs:34) for sync.Mutex.Lock #12, held by G4 \"carol\"", finding.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_writer_that_waits_for_readers_does_not_wait_for_itself()
    {
        var finding = Ask(["1ms P0 GoStart g=2", "1ms P0 LockTaken on=12 g=2", "1.1ms P0 GoBlock g=2 reason=RWMutexLock on=12", .. Blocks(2, 3, 12, 2, "RWMutexRLock"), "500ms - Heartbeat"]);
        Assert.Equal(Severity.Ok, finding.Severity);
    }

    [Fact]
    public void A_lock_whose_holder_has_ended_is_most_likely_lost()
    {
        var finding = Ask([.. Blocks(1, 2, 12, 3), "2ms P0 GoStart g=3", "3ms P0 GoDestroy g=3", "500ms - Heartbeat"]);
        Assert.Equal((Severity.Warning, Confidence.Medium), (finding.Severity, finding.Confidence));
        Assert.Contains("G3 \"bob\" (Program.cs:34) locked sync.Mutex.Lock #12 last and has ended; 1 goroutine had to wait for it since", finding.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_waits_for_a_wait_group_of_stuck_goroutines_probably_waits_for_them()
    {
        var finding = Ask([.. Blocks(1, 2, 12, 3), .. Blocks(2, 3, 11, 2), .. Blocks(3, 4, 11, 2),
            "4ms P0 GoStart g=1", "4ms P0 GoBlock g=1 reason=WaitGroupWait on=20", "500ms - Heartbeat"]);
        Assert.Contains(finding.Evidence, e => e.StartsWith("G1 \"main\" (Program.cs:34) waits for a wait group", StringComparison.Ordinal) && e.Contains("probably", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_all_wait_for_channels_nothing_is_claimed_unless_the_recording_broke_off()
    {
        string[] asleep =
        [
            .. s_start, .. Enumerable.Range(1, 4).SelectMany(g => new[] { $"{g}ms P0 GoStart g={g}", $"{g}ms P0 GoBlock g={g} reason=ChanReceive on={g}" }), "500ms - Heartbeat",
        ];
        var whole = Asked.Of(new DeadlockQuestion(), asleep);
        Assert.Equal(Severity.Info, whole.Severity);
        Assert.StartsWith("Perhaps. For 496 ms every goroutine has waited for another one: 4 goroutines created at Program.cs:34 (chan receive).", whole.Answer, StringComparison.Ordinal);
        // One that sleeps will wake up.
        Assert.Equal(Severity.Ok, Asked.Of(new DeadlockQuestion(), asleep.Select(l => l.Replace("g=1 reason=ChanReceive", "g=1 reason=Sleep", StringComparison.Ordinal))).Severity);
    }

    [Fact]
    public void An_old_target_that_tells_no_holders_is_not_said_to_be_well()
    {
        var finding = Ask("1ms P0 GoStart g=2", "1ms P0 GoBlock g=2 reason=MutexLock on=12", "1ms P0 GoStart g=3", "500ms P0 GoBlock g=3 reason=Sleep");
        Assert.Equal(Severity.NotApplicable, finding.Severity);
        Assert.Contains("Update GmpTrace.Runtime", finding.Fixes.Single(), StringComparison.Ordinal);
    }
}
