using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;

namespace Gmp.Analysis.Tests;

public class SmokeTests
{
    [Fact]
    public void A_small_trace_is_read()
    {
        var bytes = TextTrace.Record("""
            0 - SchedulerStart procs=1 sliceNs=10ms name="main"
            1us P0 ProcStart m=1
            2us P0 GoCreate g=1 queue=Local name="main"
            3us P0 GoStart g=1
            1ms P0 GoBlock g=1 reason=Sleep
            1ms P0 ProcStop m=1
            """.Split('\n')).ToArray();
        var trace = TraceFile.Load(new MemoryStream(bytes));
        Assert.Single(trace.Model.Goroutines);
        Assert.Single(trace.Model.Lanes);
        Assert.Equal(997_000, trace.Model.Goroutines[0].RunningTime);
        Assert.False(trace.Info.IsTruncated);
        Assert.False(trace.Info.HasLosses);
        Assert.Equal(6, trace.Info.Records);
    }
}
