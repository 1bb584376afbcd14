using System.Diagnostics;
using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>Sleeping goroutines on the timers of their Ps.</summary>
public class SleepTests
{
    [Fact]
    public void Sleepers_that_are_due_together_wake_in_the_order_of_their_times() => RuntimeTest.Run(1, async () =>
    {
        const int Count = 1000;
        var delay = TimeSpan.FromMilliseconds(20);
        while (true)
        {
            var order = new List<int>();
            var (asleep, ended) = (new WaitGroup(), new WaitGroup());
            asleep.Add(Count);
            ended.Add(Count);
            long until = Clock.Now + Clock.FromTimeSpan(delay);
            for (int i = 0; i < Count; i++)
            {
                int me = i;
                Go(async () =>
                {
                    asleep.Done();
                    // The same moment for ten of them: those wake in the order of falling asleep.
                    await new SleepAwaitable(until + (me / 10));
                    order.Add(me);
                    ended.Done();
                });
                await Yield();
            }
            await asleep.Wait();
            bool inTime = Clock.Now < until;
            while (Clock.Now < until + Count)
                Thread.SpinWait(100);
            await ended.Wait();
            if (inTime)
            {
                Assert.Equal(Enumerable.Range(0, Count), order);
                return;
            }
            // The machine was too busy: some were due before all slept.
            delay *= 3;
        }
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_timer_of_a_P_that_computes_is_run_by_an_idle_one() => RuntimeTest.Run(2, async () =>
    {
        // No P is ever taken from a hog here: only another P can run what is due.
        for (int round = 0; round < 20; round++)
        {
            bool awake = false;
            var asleep = new Chan<int>();
            Go(async () =>
            {
                await asleep.Send(0);
                await Sleep(TimeSpan.FromMilliseconds(1));
                Volatile.Write(ref awake, true);
            });
            await asleep.Receive();
            await Yield();
            var begin = Stopwatch.StartNew();
            while (!Volatile.Read(ref awake))
            {
                Assert.True(begin.Elapsed < TimeSpan.FromSeconds(20), "The sleeper did not wake while the other goroutine computed.");
                Thread.SpinWait(20);
            }
        }
    }, new SchedulerOptions { Processors = 2, SliceDuration = TimeSpan.FromMinutes(1), DetectDeadlock = false });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_hundred_thousand_sleepers_all_wake_and_none_too_early(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Count = 100_000;
        int early = 0, woken = 0;
        var ended = new WaitGroup();
        ended.Add(Count);
        for (int i = 0; i < Count; i++)
        {
            var duration = TimeSpan.FromMicroseconds((i * 7919) % 50_000);
            Go(async () =>
            {
                long begin = Stopwatch.GetTimestamp();
                await Sleep(duration);
                if (Stopwatch.GetElapsedTime(begin) < duration)
                    Interlocked.Increment(ref early);
                Interlocked.Increment(ref woken);
                ended.Done();
            });
        }
        await ended.Wait();
        Assert.Equal((0, Count), (early, woken));
    });

    [Fact]
    public void The_sleepers_of_a_P_that_goes_wake_on_those_that_stay() => RuntimeTest.Run(4, async () =>
    {
        const int Count = 400;
        var scheduler = M.OfGoroutine().Scheduler;
        var ended = new WaitGroup();
        ended.Add(Count);
        // All that sleep soon sleep on some P, which need not be this one.
        var asleep = new WaitGroup();
        asleep.Add(Count);
        for (int i = 0; i < Count; i++)
        {
            Go(async () =>
            {
                asleep.Done();
                await Sleep(TimeSpan.FromMilliseconds(100));
                ended.Done();
            });
        }
        await asleep.Wait();
        var every = scheduler.EveryP;
        scheduler.SetProcessors(1);
        await ended.Wait();
        while (scheduler.Ps.Length != 1)
            await Yield();
        Assert.All(every, p => Assert.Equal(Timers.Never, p.Timers.Next));
    });

    [Fact]
    public void The_array_of_a_great_crowd_is_given_back_when_it_has_gone() => RuntimeTest.Run(1, async () =>
    {
        var ended = new WaitGroup();
        ended.Add(20_000);
        for (int i = 0; i < 20_000; i++)
        {
            Go(async () =>
            {
                await Sleep(TimeSpan.FromMilliseconds(30));
                ended.Done();
            });
        }
        await ended.Wait();
        var timers = M.OfGoroutine().Scheduler.Ps[0].Timers;
        Assert.Equal(0, timers.Count);
        Assert.InRange(timers.Capacity, 0, 4096);
        // All of it by sysmon, when nobody has added any for a while.
        while (timers.Capacity != 0)
            await Yield();
    }, new SchedulerOptions { Processors = 1, DetectDeadlock = false, SurplusPeriod = TimeSpan.FromMilliseconds(10) });

    /// <summary>Or no trace would tell whom a hog made wait: the P is the only one, and no M is idle that could see to its timers.</summary>
    [Fact]
    public void Who_sleeps_past_his_time_beside_a_hog_is_runnable_before_the_P_is_handed_on() => RuntimeTest.Run(1, async () =>
    {
        var ended = new Chan<bool>();
        Go(async () =>
        {
            await Sleep(TimeSpan.FromMilliseconds(20));
            await ended.Send(true);
        }, "sleeper");
        await RuntimeTest.UntilWaiting(WaitReason.Sleep, 1);
        var sleeper = Assert.Single(M.Current!.Scheduler.AllGs.Snapshot().ToArray(), g => g.Name == "sleeper");
        long limit = Clock.Now + Clock.FromTimeSpan(TimeSpan.FromSeconds(6));
        while (sleeper.Status == GoStatus.Waiting && Clock.Now < limit)
            Thread.SpinWait(100);   // a call, so that the status is read anew
        Assert.Equal(GoStatus.Runnable, sleeper.Status);
        Assert.True(await ended.Receive());
        // A tenth of it is when sysmon sees a hog; the whole, when it hands the P on.
    }, new SchedulerOptions { Processors = 1, SliceDuration = TimeSpan.FromSeconds(10), DetectDeadlock = false });
}
