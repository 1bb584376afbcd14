using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;

namespace Gmp.Analysis.Tests.Simulation;

/// <summary>Which part of a trace's work is collected while the trace is read.</summary>
public class WorkloadFeedTests
{
    [Fact]
    public void The_part_that_is_replayed_lies_behind_the_start_of_a_long_trace()
    {
        // 60,000 stretches of 1 us and then as many of 2 us: those of the start are not what the program does.
        var trace = Load(
        [
            "0 - SchedulerStart procs=1 sliceNs=10ms name=\"main\"", "0 P0 ProcStart m=1", "0 P0 GoCreate g=1 queue=Local",
            .. Enumerable.Range(0, 30_000).SelectMany(i => new[] { $"{i}us P0 GoStart g=1", $"{i}.9us P0 GoStop g=1 reason=Yield queue=Local" }),
            .. Enumerable.Range(0, 60_000).SelectMany(i => new[] { $"{30_000 + (2 * i)}us P0 GoStart g=1", $"{30_001 + (2 * i)}.9us P0 GoStop g=1 reason=Yield queue=Local" }),
        ]);
        var work = Assert.Single(trace.Workloads).Value;
        Assert.True(work.IsPart);
        Assert.Equal(20_000, work.Jobs.Count);
        Assert.All(work.Jobs, j => Assert.Equal(1_900, j.RunNs));
    }

    [Fact]
    public void A_short_trace_is_collected_whole_with_who_readied_whom()
    {
        var trace = Load(
        [
            "0 - SchedulerStart procs=2 sliceNs=10ms name=\"main\"", "0 P0 ProcStart m=1", "0 P0 GoCreate g=1 queue=Local",
            "1ms P0 GoStart g=1", "2ms P0 GoCreate g=2 parent=1 queue=RunNext", "3ms P0 GoBlock g=1 reason=ChanReceive",
            "3ms P0 GoStart g=2", "4ms P0 GoUnblock g=1 by=2 queue=RunNext", "5ms P0 GoDestroy g=2", "5ms P0 GoStart g=1", "6ms P0 GoDestroy g=1",
        ]);
        var work = Assert.Single(trace.Workloads).Value;
        Assert.False(work.IsPart);
        Assert.Equal((2, 10_000_000), (work.Processors, work.SliceNs));
        Assert.Equal([(-1, 2_000_000L), (0, 2_000_000L), (1, 1_000_000L)], work.Jobs.Select(j => (j.ReleasedBy, j.RunNs)));
        Assert.Equal([-1, -1, 0], work.Jobs.Select(j => j.Previous));
    }

    private static LoadedTrace Load(IEnumerable<string> lines) => TraceFile.Load(new MemoryStream(TextTrace.Record(lines).ToArray()));
}
