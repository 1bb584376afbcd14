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

    private static Finding Ask(params string[] records) =>
        Analyzer.Run(TraceFile.Load(new MemoryStream(TextTrace.Record(records).ToArray()))).Single(f => f.Id == "GMP201");
}
