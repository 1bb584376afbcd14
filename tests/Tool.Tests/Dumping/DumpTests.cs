using System.Globalization;
using System.Text.Json;
using Gmp.Analysis.Snapshots;
using Gmp.Analysis.Tests.Crafting;
using Gmp.Tests.Harness;
using Gmp.Tool.Commands;
using Gmp.Tool.Dumping;
using Gmp.Tool.Targets;

namespace Gmp.Tests.Dumping;

/// <summary>Dumps of real processes.</summary>
public class DumpTests
{
    private const int Crowd = 3000;
    private static readonly string s_crowd = Crowd.ToString(CultureInfo.InvariantCulture);

    [Fact]
    public void A_dump_groups_every_goroutine_by_state_reason_and_site_and_tells_schedulers_apart()
    {
        using var target = Tracee.Start("Waiters", s_crowd);
        var run = ToolRun.Of("dump", "-p", target.IdText);
        Assert.True(run.ExitCode == 0, run.Error);
        string[] lines = run.Out.Split('\n');
        Assert.Contains($"3,025 goroutines in 2 schedulers", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("Scheduler 1 \"crowded\": 2 Ps, 3,023 goroutines: 1 syscall, 3,022 waiting", lines[2], StringComparison.Ordinal);
        // The biggest group first.
        Assert.Matches(@"^ +3,000  chan receive +\S.*Program\.cs:15 <Main>\$ +G\d+, G\d+, G\d+, \.\.\.$", lines[4]);
        Assert.Matches(@"^ +20  sync\.Mutex\.Lock .*""locker-\d+""", lines[5]);
        Assert.Contains(lines, l => l.StartsWith('!') && l.Contains("select (no cases)", StringComparison.Ordinal) && l.Contains("\"for-ever\"", StringComparison.Ordinal));
        int second = Array.FindIndex(lines, l => l.StartsWith("Scheduler 2 \"stuck\": 1 P, 2 goroutines", StringComparison.Ordinal));
        Assert.Contains("chan ", lines[second + 2], StringComparison.Ordinal);
        Assert.StartsWith("!", lines[second + 2], StringComparison.Ordinal);
        Assert.Contains("a deadlock, unless", lines[second + 4], StringComparison.Ordinal);
        Assert.False(target.Process.HasExited);
    }

    [Fact]
    public void As_json_it_holds_the_same_and_with_all_each_goroutine_once()
    {
        using var target = Tracee.Start("Waiters", s_crowd);
        var run = ToolRun.Of("dump", "-p", target.IdText, "--format", "json", "--all");
        Assert.True(run.ExitCode == 0, run.Error);
        var root = JsonDocument.Parse(run.Out).RootElement;
        Assert.True(root.GetProperty("complete").GetBoolean());
        Assert.Equal(Crowd + 25, root.GetProperty("goroutines").GetInt32());
        foreach (var scheduler in root.GetProperty("schedulers").EnumerateArray())
        {
            int count = scheduler.GetProperty("count").GetInt32();
            Assert.Equal(count, scheduler.GetProperty("groups").EnumerateArray().Sum(g => g.GetProperty("count").GetInt32()));
            Assert.Equal(count, scheduler.GetProperty("goroutines").EnumerateArray().Select(g => g.GetProperty("id").GetInt64()).Distinct().Count());
            Assert.Equal(scheduler.GetProperty("name").GetString() == "stuck", scheduler.GetProperty("allWait").GetBoolean());
        }
        var biggest = root.GetProperty("schedulers")[0].GetProperty("groups")[0];
        Assert.Equal(("chan receive", Crowd, 15), (biggest.GetProperty("state").GetString(), biggest.GetProperty("count").GetInt32(),
            biggest.GetProperty("createdAt").GetProperty("line").GetInt32()));
        Assert.Equal(JsonValueKind.Number, biggest.GetProperty("medianNs").ValueKind);
    }

    [Fact]
    public void With_all_there_is_a_line_for_each_goroutine()
    {
        using var target = Tracee.Start("Waiters", "40");
        string[] lines = ToolRun.Of("dump", "-p", target.IdText, "--all").Out.Split('\n');
        Assert.Equal(40 + 25, lines.Count(l => l.TrimStart('!', ' ').StartsWith('G') && char.IsAsciiDigit(l.TrimStart('!', ' ')[1])));
    }

    [Fact]
    public void Who_has_what_a_goroutine_waits_for_is_told_and_a_circle_is_named_edge_by_edge()
    {
        var reader = new SnapshotReader();
        reader.Read(TextTrace.Record(
        [
            "0 - SchedulerStart procs=1 sliceNs=10ms name=main", "0 - Site id=1 line=34 file=/src/Program.cs member=Main",
            "1ms - GoStatus g=2 status=Waiting reason=MutexLock site=1 since=20s name=alice", "1ms - GoWaitsOn g=2 on=12 holder=3",
            "1ms - GoStatus g=3 status=Waiting reason=RWMutexLock site=1 since=9s name=bob\u001b", "1ms - GoWaitsOn g=3 on=11 holder=2",
            "1ms - GoStatus g=4 status=Waiting reason=ChanReceive site=1 since=9s", "1ms - GoWaitsOn g=4 on=5",
            "1ms - GoStatus g=5 status=Waiting reason=Sleep site=1 name=main",
        ]).ToArray());
        reader.End();
        string text = Text(reader.Take(), all: false);
        Assert.Contains("! A deadlock: goroutines wait for each other's locks: G2 \"alice\" for sync.Mutex.Lock #12, held by G3 \"bob\\u{1B}\"; "
            + "G3 \"bob\\u{1B}\" for sync.RWMutex.Lock #11, held by G2 \"alice\".", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split('\n').Count(l => l.StartsWith("!  ", StringComparison.Ordinal)));
        text = Text(reader.Take(), all: true);
        Assert.Matches(@"G2 +alice +sync\.Mutex\.Lock #12, held by G3 +20", text);
        Assert.Matches(@"G4 +chan receive #5 +9", text);
    }

    private static string Text(ProcessSnapshot snapshot, bool all)
    {
        var stdio = new FakeStdio();
        new TextDump(stdio).Write(new TargetProcess(17, "app", ""), snapshot, all);
        return stdio.OutText;
    }

    [Fact]
    public void A_name_cannot_reach_the_terminal_unescaped()
    {
        using var target = Tracee.Start("Scripted", "--name", "\u001b]0;gotcha\u0007");
        var run = ToolRun.Of("dump", "-p", target.IdText);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("\\u{1B}]0;gotcha\\u{7}", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Out);
    }

    [Fact]
    public void A_process_without_goroutines_and_one_that_is_gone_are_told()
    {
        string id;
        using (var target = Tracee.Start("Plain"))
        {
            id = target.IdText;
            Assert.Contains("without goroutines", ToolRun.Of("dump", "-p", id).AssertFails(1), StringComparison.Ordinal);
        }
        Assert.Contains($"There is no process {id}", ToolRun.Of("dump", "-p", id).AssertFails(1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_that_ends_before_it_answers_is_told()
    {
        var session = new FakeSession();
        session.End();
        using var snapshot = new SnapshotSession(session, new TargetProcess(17, "app", ""));
        var failure = Assert.Throws<ToolFailure>(snapshot.Take);
        Assert.Equal("Process 17 (app) exited before it told its goroutines.", failure.Message);
        Assert.Equal(ExitCode.SessionCreationError, failure.ExitCode);
    }

    [Fact]
    public void A_stream_that_is_no_trace_is_told()
    {
        var session = new FakeSession();
        session.Send("this is no trace, whatever it is, and it goes on for a while"u8.ToArray());
        using var snapshot = new SnapshotSession(session, new TargetProcess(17, "app", ""));
        Assert.Equal(ExitCode.TracingError, Assert.Throws<ToolFailure>(snapshot.Take).ExitCode);
    }
}
