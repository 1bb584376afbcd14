using Gmp.Analysis.Simulation;
using Xunit;

namespace Gmp.Analysis.Tests.Simulation;

/// <summary>Replays of work whose outcome can be told by hand.</summary>
public class ReplayTests
{
    private const long Us = 1_000, Ms = 1_000_000;

    private static readonly SchedulerCosts s_free = new()
    {
        Local = 0,
        LockHold = 0,
        LockTransfer = 0,
        StealLook = 0,
        StealTake = 0,
        ThreadWake = 0,
        LeftBehind = 0,
    };

    [Theory]
    [InlineData(1, 8)]
    [InlineData(2, 4)]
    [InlineData(4, 2)]
    [InlineData(8, 1)]
    [InlineData(16, 1)]
    public void Independent_jobs_share_the_processors(int processors, long milliseconds)
    {
        var work = new Workload([.. Enumerable.Range(0, 8).Select(_ => new ReplayJob(0, Ms, -1, -1))], 1, 10 * Ms, 8 * Ms);
        Assert.Equal(milliseconds * Ms, Replay.Gmp(work, processors, s_free).Makespan);
        Assert.Equal(milliseconds * Ms, Replay.Gm(work, processors, s_free).Makespan);
    }

    [Fact]
    public void A_chain_gains_nothing_from_more_processors()
    {
        // Each job readies the next one in its middle, which cannot begin before its goroutine's last job is over.
        var jobs = new List<ReplayJob> { new(0, 100 * Us, -1, -1) };
        for (int i = 1; i < 50; i++)
            jobs.Add(new ReplayJob(50 * Us, 100 * Us, i - 1, i - 1));
        var work = new Workload(jobs, 1, 10 * Ms, 5 * Ms);
        Assert.Equal(5 * Ms, Replay.Gmp(work, 1, s_free).Makespan);
        Assert.Equal(5 * Ms, Replay.Gmp(work, 8, s_free).Makespan);
    }

    [Fact]
    public void What_waits_for_the_outside_takes_as_long_as_it_did()
    {
        // A goroutine that runs 1 ms and sleeps 9 ms, ten times: its own last job releases it 10 ms after it began.
        var jobs = new List<ReplayJob> { new(0, Ms, -1, -1) };
        for (int i = 1; i < 10; i++)
            jobs.Add(new ReplayJob(10 * Ms, Ms, i - 1, i - 1));
        var result = Replay.Gmp(new Workload(jobs, 1, 10 * Ms, 91 * Ms), 4, s_free);
        Assert.Equal(91 * Ms, result.Makespan);
        Assert.Equal(10.0 / (91 * 4), result.Utilization, 6);
    }

    [Fact]
    public void A_job_beyond_its_slice_loses_its_processor_and_keeps_its_thread_where_there_is_none()
    {
        var work = new Workload([new ReplayJob(0, 100 * Ms, -1, -1), new ReplayJob(0, Ms, -1, -1)], 1, 10 * Ms, 110 * Ms);
        var gmp = Replay.Gmp(work, 1, s_free);
        Assert.Equal(10 * Ms, gmp.WorstWait);
        Assert.Equal(100 * Ms, gmp.Makespan);
        var gm = Replay.Gm(work, 1, s_free);
        Assert.Equal(100 * Ms, gm.WorstWait);
        Assert.Equal(101 * Ms, gm.Makespan);
    }

    [Fact]
    public void Who_gives_way_goes_behind_those_that_wait()
    {
        // Two goroutines on one P that take turns: the second waits for one turn of the first, not for all.
        var jobs = new List<ReplayJob> { new(0, Ms, -1, -1), new(0, Ms, -1, -1) };
        for (int i = 2; i < 20; i++)
            jobs.Add(new ReplayJob(Ms, Ms, i - 2, i - 2));
        var result = Replay.Gmp(new Workload(jobs, 1, 10 * Ms, 20 * Ms), 1, s_free);
        Assert.Equal(20 * Ms, result.Makespan);
        Assert.Equal(Ms, result.WorstWait);
    }

    [Fact]
    public void One_lock_is_the_limit_of_short_jobs_and_local_queues_are_not()
    {
        // Eight trees of readied jobs of 200 ns each: with one queue every step passes the lock twice.
        var jobs = new List<ReplayJob>();
        for (int tree = 0; tree < 8; tree++)
            jobs.Add(new ReplayJob(0, 200, -1, -1));
        for (int i = 8; i < 40_000; i++)
            jobs.Add(new ReplayJob(100, 200, i - 8, -1));
        var work = new Workload(jobs, 8, 10 * Ms, Ms);
        var gmp = Replay.Gmp(work, 8);
        var gm = Replay.Gm(work, 8);
        Assert.True(gm.Makespan > 3 * gmp.Makespan, $"GM took {gm.Makespan} ns, GMP {gmp.Makespan}");
        // Each step passes it twice, and it is held for 40 ns at least: nobody is faster than that.
        Assert.True(gm.Makespan >= 2 * 40_000 * 40, $"GM took {gm.Makespan} ns");
        Assert.True(gm.Contended > gm.Locked / 2, $"{gm.Contended} of {gm.Locked} were contended");
        Assert.True(gmp.WithoutLock > 39_000, $"{gmp.WithoutLock} jobs were taken without the lock");
        Assert.True(gmp.Locked < 1_000, $"{gmp.Locked} locks");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_job_runs_once_whatever_the_work(int seed)
    {
        var random = new Random(seed);
        var jobs = new List<ReplayJob>();
        for (int i = 0; i < 5_000; i++)
        {
            int by = i == 0 || random.Next(20) == 0 ? -1 : random.Next(Math.Max(0, i - 50), i);
            int before = i == 0 || random.Next(2) == 0 ? -1 : random.Next(i);
            jobs.Add(new ReplayJob(random.Next(2) == 0 ? random.Next(100_000) : 0, random.Next(30_000), by, before));
        }
        var work = new Workload(jobs, 2, 20 * Us, Ms);
        foreach (int processors in new[] { 1, 2, 7, 64 })
        {
            foreach (var result in new[] { Replay.Gmp(work, processors), Replay.Gm(work, processors) })
            {
                Assert.Equal(5_000, result.Jobs);
                Assert.True(result.WorstWait >= result.Wait99 && result.Wait99 >= result.MedianWait);
            }
            Assert.Equal(Replay.Gmp(work, processors), Replay.Gmp(work, processors));
        }
    }

    [Fact]
    public void A_job_that_refers_to_a_later_one_is_refused() =>
        Assert.Throws<ArgumentException>(() => new Workload([new ReplayJob(0, 1, 0, -1)], 1, Ms, Ms));
}
