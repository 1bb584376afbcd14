using Gmp.Analysis.Tests.Crafting;
using Gmp.Analysis.Validation;
using Gmp.Tracing;

namespace Gmp.Analysis.Tests.Validation;

/// <summary>The validator holds what is right for right, and names what is wrong.</summary>
public class ValidatorTests
{
    [Fact]
    public void A_trace_that_is_right_breaks_no_rule()
    {
        var result = ValidTrace.Validate(ValidTrace.Lines);
        Assert.Equal("", ValidTrace.Text(result));
        Assert.Equal(ValidTrace.Lines.Length, result.Records);
        Assert.Equal((0, 0, 0), (result.Early, result.Unjudged, result.UnknownKinds));
        // And so it does as single events.
        Assert.Equal(0, ValidTrace.Validate(TextTrace.Record(ValidTrace.Lines, asTransitions: true).ToArray()).Count);
    }

    // A start that every case shares: two Ps, M0 on P0 with G1, M1 on P1 with nothing.
    private static readonly string[] s_start =
    [
        "0ms - SchedulerStart procs=2", "0ms - MStart m=0", "0ms - MStart m=1", "0ms - MStart m=2", "0ms - Site id=1 line=1 file=a member=b",
        "0.1ms - GoCreate g=1 site=1 queue=Global", "0.1ms - GoCreate g=2 site=1 queue=Global",
        "1ms P0 ProcStatus status=Idle m=-1", "1ms P0 ProcStart m=0", "1ms P0 GoStart g=1",
        "1ms P1 ProcStatus status=Idle m=-1", "1ms P1 ProcStart m=1",
    ];

    [Theory]
    [InlineData("first-word", "2ms P0 GoUnblock g=9 by=1 queue=RunNext")]
    [InlineData("stream", "2ms P0 MPark m=0")]
    [InlineData("stream", "2ms - GoStart g=2")]
    [InlineData("value", "2ms P0 GoStop g=1 reason=7 queue=Local")]
    [InlineData("value", "2ms P0 GoUnblock g=0 by=1 queue=RunNext")]
    [InlineData("site", "2ms P0 GoCreate g=3 parent=1 site=99 queue=RunNext")]
    [InlineData("scheduler-end", "2ms - SchedulerStop", "3ms - SchedulerStop")]
    [InlineData("g-create", "2ms P0 GoCreate g=2 parent=1 site=1 queue=RunNext")]
    [InlineData("g-create", "2ms P0 GoDestroy g=1", "3ms P1 GoCreate g=1 site=1 queue=RunNext")]
    [InlineData("g-ended", "2ms P0 GoDestroy g=1", "3ms P0 GoStart g=1")]
    [InlineData("g-parent", "2ms P1 GoCreate g=3 parent=1 site=1 queue=RunNext")]
    [InlineData("g-parent", "2ms P0 GoBlock g=1 reason=Sleep", "3ms P1 GoUnblock g=1 by=2 queue=RunNext")]
    [InlineData("g-start", "2ms P0 GoBlock g=1 reason=Sleep", "3ms P0 GoStart g=1")]
    [InlineData("g-stop", "2ms P1 GoStop g=1 reason=Yield queue=Local")]
    [InlineData("g-stop", "2ms P0 GoBlock g=2 reason=Sleep")]
    [InlineData("g-stop", "2ms - GoDestroy g=1")]
    [InlineData("g-unblock", "2ms P0 GoUnblock g=2 by=1 queue=RunNext")]
    [InlineData("g-unblock", "2ms P1 GoUnblock g=1 queue=RunNext", "200ms - Heartbeat")]
    [InlineData("g-syscall", "2ms P0 GoSyscallEnd g=1")]
    [InlineData("g-syscall", "2ms P1 GoSyscallBegin g=1")]
    [InlineData("g-syscall", "2ms P0 GoSyscallBegin g=1", "3ms - GoSyscallEndBlocked g=1 m=0")]
    [InlineData("g-hog", "2ms P0 ProcRetake m=0 g=1 reason=Hog", "3ms - GoBlock g=1 reason=Sleep")]
    [InlineData("g-hog", "2ms - GoHogEnd g=1 m=0")]
    [InlineData("g-hog", "2ms - GoHog g=1 m=0")]
    [InlineData("g-hog", "2ms P0 ProcRetake m=0 g=1 reason=Hog", "3ms - GoHog g=1 m=2")]
    [InlineData("g-hog", "2ms P0 GoSyscallBegin g=1", "3ms P0 GoHog g=1 m=0")]
    [InlineData("g-waits-on", "2ms P0 GoBlock g=1 reason=MutexLock on=5", "2ms P0 GoWaitsOn g=1 on=6 holder=2")]
    [InlineData("g-waits-on", "2ms P0 GoWaitsOn g=1 on=6 holder=2")]
    [InlineData("value", "2ms P0 LockTaken g=1")]
    [InlineData("g-lock", "2ms P0 LockTaken on=7 g=2")]
    [InlineData("g-stall", "2ms - GoStall g=1 m=2 observedNs=1ms sleptNs=1ms")]
    [InlineData("g-stall", "2ms - GoStall g=2 m=0 observedNs=1ms sleptNs=1ms")]
    [InlineData("value", "2ms - GoStall g=1 m=0 observedNs=1ms onCpuNs=1ms sleptNs=1ms")]
    [InlineData("stream", "2ms P0 GoStall g=1 m=0 observedNs=1ms sleptNs=1ms")]
    [InlineData("g-status", "2ms P0 GoStatus g=2 status=Waiting")]
    [InlineData("p-exists", "2ms P7 ProcStatus status=Idle m=-1", "2ms P7 ProcStart m=2")]
    [InlineData("p-owner", "2ms P1 ProcStop m=0")]
    [InlineData("p-owner", "2ms P1 ProcStop m=1", "3ms P1 GoStart g=2")]
    [InlineData("p-owner", "2ms P1 MSpinBegin m=0")]
    [InlineData("p-free", "2ms P0 ProcStart m=2")]
    [InlineData("p-free", "2ms P0 GoSyscallBegin g=1", "3ms P0 ProcHandoff fromM=0 toM=2 reason=BlockingCall", "4ms P1 ProcStop m=1", "5ms P0 ProcStart m=1")]
    [InlineData("p-one-g", "2ms P0 GoStart g=2")]
    [InlineData("p-one-g", "2ms P0 ProcStop m=0")]
    [InlineData("p-one-g", "2ms P0 MSpinBegin m=0")]
    [InlineData("p-taken", "2ms P0 ProcRetake m=0 g=1 reason=SyscallRetake")]
    [InlineData("p-taken", "2ms P1 ProcHandoff fromM=1 toM=2 reason=Hog")]
    [InlineData("p-taken", "2ms P0 GoSyscallBegin g=1", "3ms P0 ProcRetake m=0 g=1 reason=Hog")]
    [InlineData("p-taken", "2ms P1 ProcHandoff fromM=1 toM=2 reason=BlockingCall")]
    [InlineData("p-steal", "2ms P1 Steal victim=0 count=1 first=2")]
    [InlineData("p-steal", "2ms P1 MSpinBegin m=1", "3ms P1 Steal victim=1 count=1 first=2")]
    [InlineData("p-steal", "2ms P1 MSpinBegin m=1", "3ms P1 Steal victim=5 count=1 first=2")]
    [InlineData("p-steal", "2ms P1 MSpinBegin m=1", "3ms P1 Steal victim=0 count=1 first=1")]
    [InlineData("m-spin", "2ms P1 MSpinEnd m=1 found=0")]
    [InlineData("m-spin", "2ms P1 MSpinBegin m=1", "3ms P1 GoStart g=2")]
    [InlineData("m-spin", "2ms P1 MSpinBegin m=1", "3ms P1 ProcStop m=1")]
    [InlineData("m-known", "2ms - MPark m=9")]
    [InlineData("m-known", "2ms - MStop m=2", "3ms - MUnpark m=2")]
    [InlineData("m-one-p", "2ms - MPark m=1")]
    [InlineData("m-one-p", "2ms P1 ProcStop m=1", "3ms P1 ProcStart m=0")]
    [InlineData("m-sleep", "2ms - MPark m=2", "3ms - MPark m=2")]
    [InlineData("m-sleep", "2ms P1 ProcStop m=1", "3ms - MPark m=1", "4ms P1 ProcStart m=1")]
    public void A_record_that_breaks_a_rule_is_named(string rule, params string[] lines)
    {
        var result = ValidTrace.Validate([.. s_start, .. lines]);
        Assert.True(result.Count == 1, ValidTrace.Text(result));
        Assert.Equal(rule, result.Violations[0].Rule.Id);
        Assert.Equal(1, result.Counts[result.Violations[0].Rule]);
    }

    [Fact]
    public void A_violation_says_where_when_and_what_contradicts_it()
    {
        var violation = ValidTrace.Validate([.. s_start, "2ms P0 GoStart g=2"]).Violations.Single();
        Assert.Equal((1, 0, 2_000_000), (violation.Scheduler, violation.Stream, violation.TimeNs));
        Assert.Equal("GoStart g=2", violation.Record);
        Assert.Equal("G2 is runnable since 0.100 ms; P0 belongs to M0 and runs G1", violation.Text);
    }

    [Fact]
    public void Who_is_readied_before_the_record_of_its_block_is_waited_for_and_counted()
    {
        var result = ValidTrace.Validate([.. s_start, "2ms P1 GoUnblock g=1 queue=RunNext", "2.5ms P0 GoBlock g=1 reason=Sleep", "3ms P1 GoStart g=1"]);
        Assert.Equal("", ValidTrace.Text(result));
        Assert.Equal((1, 500_000), (result.Early, result.MostEarlyNs));
        // It may have started elsewhere by then, from the stream without a P most likely.
        result = ValidTrace.Validate([.. s_start,
            "2ms P0 ProcRetake m=0 g=1 reason=Hog", "2ms P0 ProcHandoff fromM=0 toM=2 reason=Hog", "3ms - GoHogEnd g=1 m=0", "4ms P1 GoUnblock g=1 queue=RunNext",
            "4.1ms P1 GoStart g=1", "4.2ms - GoBlock g=1 reason=Sleep", "5ms P1 GoStop g=1 reason=Yield queue=Local"]);
        Assert.Equal("", ValidTrace.Text(result));
        Assert.Equal((1, 200_000), (result.Early, result.MostEarlyNs));
    }

    [Fact]
    public void Who_came_back_from_a_call_without_a_P_runs_on_to_its_scheduling_point()
    {
        string[] call = ["2ms P0 GoSyscallBegin g=1", "3ms P0 ProcRetake m=0 g=1 reason=SyscallRetake", "3ms P0 ProcHandoff fromM=0 toM=2 reason=SyscallRetake", "4ms - GoSyscallEndBlocked g=1 m=0"];
        foreach (string next in (string[])["GoStop g=1 reason=Preempted queue=Global", "GoBlock g=1 reason=Sleep", "GoDestroy g=1", "GoSyscallBegin g=1"])
            Assert.Equal("", ValidTrace.Text(ValidTrace.Validate([.. s_start, .. call, "5ms - " + next])));
        Assert.Equal("g-stop", ValidTrace.Validate([.. s_start, .. call, "5ms - GoStop g=1 reason=Preempted queue=Global", "6ms - GoDestroy g=1"]).Violations.Single().Rule.Id);
    }

    [Fact]
    public void A_snapshot_tells_of_a_hog_that_lost_its_P_before()
    {
        string[] snapshot = ["0ms - SchedulerStart procs=1", "0ms - MStart m=0", "0ms - GoStatus g=7 status=Running onP=-1 onM=0", "0ms - GoHog g=7 m=0"];
        Assert.Equal("", ValidTrace.Text(ValidTrace.Validate([.. snapshot, "9ms - GoHogEnd g=7 m=0", "9ms - GoBlock g=7 reason=Sleep"])));
        Assert.Equal("g-hog", ValidTrace.Validate([.. snapshot, "9ms - GoBlock g=7 reason=Sleep"]).Violations.Single().Rule.Id);
    }

    [Fact]
    public void Nothing_is_claimed_of_what_is_unknown()
    {
        // A recording that starts in the middle: what it meets first has no history.
        var result = ValidTrace.Validate(
        [
            "0ms P0 ProcStatus status=Running m=4", "0ms P0 GoStatus g=7 status=Running onP=0 onM=4", "1ms P0 GoBlock g=7 reason=Sleep", "1ms P0 GoStatus g=8 status=Runnable",
            "1ms P0 GoStart g=8", "2ms - SchedulerStart procs=2", "2ms - MStart m=4", "2ms - MStart m=5", "3ms - GoStatus g=9 status=Syscall onP=-1 onM=-1",
            "4ms P1 ProcStatus status=Syscall m=5", "4ms P1 GoStatus g=9 status=Syscall onP=1 onM=5", "4ms P1 GoSyscallEnd g=9", "5ms P1 GoDestroy g=9",
        ]);
        Assert.Equal("", ValidTrace.Text(result));
    }

    [Fact]
    public void After_a_loss_what_was_known_is_unknown_and_the_loss_is_what_is_reported()
    {
        var result = ValidTrace.Validate([.. s_start, "flush P0", "flush P1", "flush -", "2ms P0 GoBlock g=1 reason=Sleep", "loss P0", "3ms P0 GoStart g=2", "4ms P1 GoUnblock g=1 queue=RunNext", "4ms P1 GoStart g=1"]);
        Assert.Equal(["sequence", "dropped"], result.Violations.Select(v => v.Rule.Id));
        Assert.Equal(0, result.Violations[0].Stream);
    }

    [Fact]
    public void After_the_last_mark_nothing_can_be_judged()
    {
        // P1's record of the same time was not flushed any more.
        var recorder = TextTrace.Record([.. s_start, "mark 2ms", "3ms P0 GoStart g=2"]);
        var result = ValidTrace.Validate(recorder.ToArray());
        Assert.Equal("", ValidTrace.Text(result));
        Assert.Equal(1, result.Unjudged);
    }

    [Fact]
    public void Kinds_without_rules_are_skipped()
    {
        var recorder = new Recorder(schema: EventTable.SchemaText + "200 GoDream g:u what:s\n");
        recorder.Writer.Event(GmpEventSource.ProviderName, GmpEventSource.BatchId, 10, Recorder.Start + 500, true,
            Recorder.Payload(new(1, -1, 1, 0, Recorder.Start), [200, 5, 7, 2, (byte)'h', (byte)'i']));
        var result = ValidTrace.Validate(recorder.ToArray());
        Assert.Equal((0, 0, 1), (result.Count, result.Records, result.UnknownKinds));
    }

    [Fact]
    public void Damage_of_the_file_is_a_violation()
    {
        var recorder = TextTrace.Record(s_start);
        recorder.Writer.Event(GmpEventSource.ProviderName, GmpEventSource.BatchId, 5, Recorder.Start + 1_000_000, true, Recorder.Payload(new(1, 5, 1, 0, Recorder.Start), [255, 1, 2]));
        var violation = ValidTrace.Validate(recorder.ToArray()).Violations[0];
        Assert.Equal(("bytes", 0), (violation.Rule.Id, violation.Scheduler));
        Assert.Equal("1 batch is no records, in whole or from some point on", violation.Text);
    }
}
