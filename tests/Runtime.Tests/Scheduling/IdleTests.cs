using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using static Gmp.Goroutine;

namespace Gmp.Tests.Scheduling;

/// <summary>A program in which nothing happens uses no CPU: nobody wakes, whatever happened before. Alone, since a recording wakes sysmon.</summary>
[Collection(nameof(TraceInvariantTests))]
public class IdleTests
{
    /// <summary>From the last work to the sleep that nothing ends: sysmon's back-off, and the looks at what a peak has left, each of which gives back half.</summary>
    private const int MostRounds = 50 + 10 + 30 + 30;

    private const int PeakOfGs = 50_000;
    private const int PeakOfThreads = 30;

    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(5);

    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Scheduler _scheduler = null!;

    [Fact]
    public void After_nothing() => SleepsForGood(() => default);

    [Fact]
    public void After_many_goroutines() => SleepsForGood(async () =>
    {
        var gate = new Chan<int>();
        for (int i = 0; i < PeakOfGs; i++)
            Go(async () => await gate.Receive());
        await RuntimeTest.UntilAllWait(PeakOfGs);
        gate.Close();
        while (Scheduler.Current!.Alive > 1)
            await Gosched();
    });

    [Fact]
    public void After_many_timers() => SleepsForGood(async () =>
    {
        var ended = new WaitGroup();
        for (int i = 0; i < 1000; i++)
            ended.Go(async () => await Sleep(TimeSpan.FromMilliseconds(2)));
        await ended.Wait();
    });

    [Fact]
    public void After_many_calls_that_block() => SleepsForGood(BlockMany);

    [Fact]
    public void After_many_calls_that_block_and_beside_a_far_timer() => SleepsForGood(async () =>
    {
        Go(async () => await Sleep(TimeSpan.FromHours(1)));
        await BlockMany();
    });

    [Fact]
    public void After_many_calls_that_block_and_beside_a_connection() => SleepsForGood(async () =>
    {
        var listener = GoListener.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        Go(async () => await listener.Accept());
        await BlockMany();
    });

    private static async GoTask BlockMany()
    {
        using var gate = new ManualResetEventSlim();
        var ended = new WaitGroup();
        for (int i = 0; i < PeakOfThreads; i++)
            ended.Go(async () => await Blocking(gate.Wait));
        while (Scheduler.Current!.CountThreads().Syscall < PeakOfThreads)
            await Yield();
        gate.Set();
        await ended.Wait();
    }

    private void SleepsForGood(Func<GoTask> before)
    {
        var run = Scheduler.RunAsync(
            async () =>
            {
                _scheduler = Scheduler.Current!;
                await before();
                _idle.SetResult();
                await _over.Task;
            },
            new SchedulerOptions { Processors = 2, SurplusPeriod = s_period, DetectDeadlock = false });
        try
        {
            Assert.True(_idle.Task.Wait(TimeSpan.FromSeconds(60)), "The work before did not end.");
            var sysmon = SysmonOf(_scheduler);
            long begin = sysmon.Rounds;
            var clock = Stopwatch.StartNew();
            while (!sysmon.SleepsForGood)
            {
                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"sysmon still wakes, after {sysmon.Rounds - begin} rounds.");
                Thread.Sleep(1);
            }
            long end = sysmon.Rounds;
            Assert.InRange(end - begin, 0, MostRounds);
            // Nothing is left that would have to go.
            Assert.InRange(_scheduler.AllMs().Length, 1, 3);
            Assert.InRange(_scheduler.FreeGs.Count, 0, Surplus.KeptGs);
            Assert.All(_scheduler.EveryP, p => Assert.False(p.Timers.MayTrim));
            // Many periods later nobody has woken.
            long parks = _scheduler.Parks;
            Thread.Sleep(40 * s_period);
            Assert.Equal((end, parks), (sysmon.Rounds, _scheduler.Parks));
        }
        finally
        {
            _over.TrySetResult();
        }
        Assert.True(run.Wait(TimeSpan.FromSeconds(60)));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_sysmon")]
    private static extern ref Sysmon SysmonOf(Scheduler scheduler);
}
