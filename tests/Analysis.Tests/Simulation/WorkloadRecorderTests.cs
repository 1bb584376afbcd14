using Gmp.Analysis.Simulation;
using Xunit;

namespace Gmp.Analysis.Tests.Simulation;

/// <summary>What is taken from records as work.</summary>
public class WorkloadRecorderTests
{
    [Fact]
    public void Who_readies_whom_is_kept_with_the_place_in_the_wakers_work()
    {
        var recorder = new WorkloadRecorder(1000);
        recorder.Readied(1, 0, 1_000);
        recorder.Started(1, 0, 1_000);
        recorder.Readied(2, 1, 1_300);   // 300 ns into the work of G1
        recorder.Stopped(1, 1_500);
        recorder.Started(2, 1, 1_600);
        recorder.Readied(1, 2, 1_650);
        recorder.Stopped(2, 2_000);
        recorder.Started(1, 0, 2_100);
        recorder.Ended(1, 2_400);
        var work = recorder.ToWorkload(2, 10_000_000);
        Assert.Equal(
            [new ReplayJob(0, 500, -1, -1), new ReplayJob(300, 400, 0, -1), new ReplayJob(50, 300, 1, 0)],
            work.Jobs);
        Assert.Equal(1_400, work.Makespan);
        Assert.Equal(1_200, work.RunNs);
    }

    [Fact]
    public void A_sleep_is_as_long_as_it_was_and_a_yield_readies_at_once()
    {
        var recorder = new WorkloadRecorder(1000);
        recorder.Readied(1, 0, 0);
        recorder.Started(1, 0, 0);
        recorder.GaveWay(1, 100);
        recorder.Started(1, 0, 150);
        recorder.Stopped(1, 200);
        recorder.Readied(1, 0, 5_200);   // a timer: nobody readied it
        recorder.Started(1, 0, 5_300);
        recorder.Stopped(1, 5_310);
        Assert.Equal(
            [new ReplayJob(0, 100, -1, -1), new ReplayJob(100, 50, 0, 0), new ReplayJob(5_050, 10, 1, 1)],
            recorder.ToWorkload(1, 1).Jobs);
    }

    [Fact]
    public void What_is_missing_from_the_trace_comes_from_outside()
    {
        var recorder = new WorkloadRecorder(1000);
        recorder.Started(7, 0, 500);     // nobody said that it was runnable
        recorder.Started(8, 0, 900);     // nor that G7 stopped
        recorder.Lost(0, 1_000);
        recorder.Started(7, 0, 5_000);
        var work = recorder.ToWorkload(1, 1);
        Assert.Equal([400, 100, 0], work.Jobs.Select(j => j.RunNs));
        Assert.Equal([-1, -1, 0], work.Jobs.Select(j => j.ReleasedBy));
    }

    [Fact]
    public void It_stops_at_its_limit_and_says_so()
    {
        var recorder = new WorkloadRecorder(mostJobs: 3);
        for (int i = 0; i < 10; i++)
        {
            recorder.Readied(i + 1, 0, i * 10);
            recorder.Started(i + 1, 0, i * 10);
            recorder.Ended(i + 1, (i * 10) + 5);
        }
        var work = recorder.ToWorkload(1, 1);
        Assert.True(work.IsPart);
        Assert.Equal(3, work.Jobs.Count);
        Assert.Equal(25, work.Makespan);
    }
}
