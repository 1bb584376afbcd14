using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;

namespace Gmp.Analysis.Tests;

/// <summary>What the golden portraits do not show of GMP201.</summary>
public class MonopolyTests
{
    [Fact]
    public void A_slice_that_began_before_the_recording_has_no_moment_before_it()
    {
        var hog = Ask(
            "0 - SchedulerStart procs=1 sliceNs=10ms",
            "0 - GoStatus g=7 status=Running onP=-1 onM=3 since=400ms",
            "600ms - GoHogEnd g=7 m=3 observedNs=990ms onCpuNs=980ms",
            "600ms - GoBlock g=7 reason=Sleep");
        Assert.Equal(Severity.Info, hog.Severity);
        Assert.Equal(new TimeWindow(0, 600_000_000), hog.Window);
        Assert.DoesNotContain("-0.", hog.Answer + string.Concat(hog.Evidence) + hog.LookCloser, StringComparison.Ordinal);

        var well = Ask(
            "0 - SchedulerStart procs=1 sliceNs=10ms",
            "0 - GoStatus g=7 status=Running onP=0 onM=3 since=5ms",
            "1ms P0 GoBlock g=7 reason=Sleep");
        Assert.Equal(Severity.Ok, well.Severity);
        Assert.Contains("since before the recording began", well.Answer, StringComparison.Ordinal);
        Assert.Equal(new TimeWindow(0, 1_000_000), well.Window);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(60)]
    [InlineData(150)]
    public void How_late_sysmon_was_does_not_change_how_bad_a_hog_is(int takenAfterMs)
    {
        var finding = Ask(
            "0 - SchedulerStart procs=1 sliceNs=10ms",
            "0 P0 ProcStart m=1",
            "0 P0 GoCreate g=8 queue=Local",
            "0 P0 GoCreate g=7 queue=RunNext",
            "0 P0 GoStart g=7",
            $"{takenAfterMs}ms P0 GoHog g=7 m=1 observedNs=10ms onCpuNs=10ms",
            $"{takenAfterMs}ms P0 ProcRetake m=1 g=7 reason=Hog",
            $"{takenAfterMs}ms P0 ProcHandoff fromM=1 toM=2 reason=Hog",
            $"{takenAfterMs}ms P0 GoStart g=8",
            $"{takenAfterMs + 1}ms P0 GoDestroy g=8",
            "400ms - GoHogEnd g=7 m=1 observedNs=390ms onCpuNs=380ms",
            "400ms - GoDestroy g=7");
        Assert.Equal(Severity.Warning, finding.Severity);
        // The wait is told as it was.
        Assert.Equal(takenAfterMs * 1_000_000L, finding.Goroutines.Single(g => g.Role == "victim").LongestWaitNs);
        Assert.Equal(takenAfterMs > 20, finding.Evidence.Any(e => e.Contains("sysmon's own delay", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_sysmon_saw_of_a_moment_proves_nothing_for_the_whole()
    {
        // On a busy host sysmon comes late, and watches the one ms in which the thread has its CPU back.
        var finding = Ask(
            "0 - SchedulerStart procs=1 sliceNs=10ms",
            "0 P0 ProcStart m=1",
            "0 P0 GoCreate g=8 queue=Local",
            "0 P0 GoCreate g=7 queue=RunNext",
            "0 P0 GoStart g=7",
            "230ms P0 GoHog g=7 m=1 observedNs=800us onCpuNs=630us",
            "230ms P0 ProcRetake m=1 g=7 reason=Hog",
            "230ms P0 ProcHandoff fromM=1 toM=2 reason=Hog",
            "230ms P0 GoStart g=8",
            "231ms P0 GoDestroy g=8",
            "240ms - GoHogEnd g=7 m=1 observedNs=900us onCpuNs=700us",
            "240ms - GoDestroy g=7");
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.Contains("the host was busy", string.Concat(finding.Evidence), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_time_goes_is_told_for_programs_too()
    {
        string[] records = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", "hog-sampled.trace"));
        var code = Ask(records[..Array.IndexOf(records, "---")]).Code!;
        Assert.Equal((4, 1, ""), (code.Samples, code.Slices, code.Missing));
        Assert.Equal(("Work.For", 0.75), code.Hottest);
        Assert.Equal([0.5, 0.25, 0.25], code.Lines.Select(l => l.Share));
        var line = code.HottestLine!;
        Assert.Equal((18, "Work.cs:18", 2, "Stopwatch.GetTimestamp"), (line.Frame.Line, line.Frame.Place, line.Samples, line.Calls));
        Assert.Equal(["Program.Hog", "Work.For"], line.Path.Select(f => f.Name));
        Assert.Equal("lambda in Other.Main", code.Lines[2].Frame.Name);
    }

    [Fact]
    public void A_thread_that_was_stopped_at_a_poll_tells_its_method_and_no_line_of_it()
    {
        string[] hog =
        [
            "0 - SchedulerStart procs=1 sliceNs=10ms", "0 P0 ProcStart m=1", "0 - MStart m=1 tid=501", "0 P0 GoCreate g=7 queue=RunNext", "0 P0 GoStart g=7",
            "12ms P0 GoHog g=7 m=1 observedNs=11ms onCpuNs=11ms", "400ms P0 GoHogEnd g=7 m=1 observedNs=399ms onCpuNs=399ms", "400ms P0 GoDestroy g=7",
        ];
        const string Polls = " 501 System.Private.CoreLib!System.Threading.Thread.<PollGC>g__PollGCWorker|67_0 App!Work.For@/src/Work.cs:23";
        string[] polls = [.. Enumerable.Range(1, 8).Select(i => $"sample {i}ms" + Polls)];
        // The end of the method, behind which the poll stands: not where the time goes.
        var code = Ask([.. hog, .. polls, "sample 20ms 501 App!Work.For@/src/Work.cs:18", "sample 21ms 501 App!Work.For@/src/Work.cs:17", "sample 22ms 501 App!Work.For@/src/Work.cs:18"]).Code!;
        Assert.Equal(("Work.For", 1.0), code.Hottest);
        Assert.Equal(18, code.HottestLine!.Frame.Line);
        Assert.Equal([(0, 8), (18, 2), (17, 1)], code.Lines.Select(l => (l.Frame.Line, l.Samples)));
        // Nothing better is known.
        Assert.Equal([(23, 8)], Ask([.. hog, .. polls]).Code!.Lines.Select(l => (l.Frame.Line, l.Samples)));
    }

    [Theory]
    [InlineData("", "This recording has no stacks")]
    [InlineData("sampling 10ms", "was over before the recorder")]
    [InlineData("sampling 500ms", "no slice took the 500 ms of --hog-threshold")]
    [InlineData("sampling 0", "though the recording sampled throughout")]
    [InlineData("sampling 10ms it refused a session for samples", "The target's stacks were not sampled: it refused a session for samples.")]
    [InlineData("sample 200ms 900 App!Work.For", "This recording has no stacks")]
    public void Why_there_is_no_stack_is_said_with_what_would_give_one(string sampling, string expected)
    {
        var finding = Ask(
            "0 - SchedulerStart procs=1 sliceNs=10ms",
            "0 P0 ProcStart m=1",
            "0 - MStart m=1 tid=501",
            "0 P0 GoCreate g=7 queue=RunNext",
            "0 P0 GoStart g=7",
            "12ms P0 GoHog g=7 m=1 observedNs=11ms onCpuNs=11ms",
            "400ms P0 GoHogEnd g=7 m=1 observedNs=399ms onCpuNs=399ms",
            "400ms P0 GoDestroy g=7",
            sampling);
        Assert.Contains(finding.Evidence, e => e.Contains(expected, StringComparison.Ordinal));
        Assert.Equal(0, finding.Code!.Samples);
        Assert.Null(finding.Code.Hottest);
        Assert.DoesNotContain("Its time goes to", finding.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slice_that_a_collection_made_long_is_no_hogs()
    {
        string[] slice = ["0 - SchedulerStart procs=1 sliceNs=10ms", "0 P0 GoCreate g=7 queue=RunNext", "0 P0 GoStart g=7", "14ms P0 GoHog g=7 m=1 observedNs=13ms onCpuNs=12ms"];
        string[] end = ["15ms P0 GoHogEnd g=7 m=1 observedNs=14ms onCpuNs=13ms", "15ms P0 GoBlock g=7 reason=Sleep"];
        var paused = Ask([.. slice, "14ms - GcPause collections=1 generation=2 pauseNs=8ms windowNs=8ms heapBytes=1000", .. end]);
        Assert.Equal(Severity.Ok, paused.Severity);
        Assert.EndsWith("but the runtime had stopped all threads meanwhile, and without that it would be none.", paused.Answer, StringComparison.Ordinal);
        Assert.Contains(paused.Evidence, e => e.StartsWith("1 slice took so long only since the runtime stopped all threads", StringComparison.Ordinal));
        Assert.Equal(Severity.Info, Ask([.. slice, .. end]).Severity);
    }

    [Fact]
    public void How_busy_the_host_was_around_a_hog_is_told()
    {
        var hog = Ask(
            "0 - SchedulerStart procs=1 sliceNs=10ms", "0 P0 GoCreate g=7 queue=RunNext", "0 P0 GoStart g=7", "11ms P0 GoHog g=7 m=1 observedNs=10ms onCpuNs=10ms",
            "400ms P0 GoHogEnd g=7 m=1 observedNs=399ms onCpuNs=399ms", "400ms P0 GoBlock g=7 reason=Sleep",
            "fact 0ms busyNs=0 idleNs=0 machineCpuNs=0 machineQueueNs=0", "fact 1s busyNs=1s idleNs=1s machineCpuNs=400ms machineQueueNs=100ms");
        Assert.Contains(hog.Evidence, e => e.Contains("wanted a CPU and had none for 20 % of the time", StringComparison.Ordinal));
    }

    private static Finding Ask(params string[] records) =>
        Analyzer.Run(TraceFile.Load(new MemoryStream(TextTrace.Record(records).ToArray()))).Findings.Single(f => f.Id == "GMP201");
}
