using System.Runtime.CompilerServices;
using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests.Scheduling;

/// <summary>What a peak leaves behind goes when nobody needs it, and comes again with the next one.</summary>
public class SurplusTests
{
    private const int Peak = 200_000;

    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(10);

    private static SchedulerOptions Options(int processors) =>
        new() { Processors = processors, SurplusPeriod = s_period, DetectDeadlock = false };

    [Theory]
    [InlineData(1, SchedulerModel.GMP)]
    [InlineData(2, SchedulerModel.GMP)]
    [InlineData(2, SchedulerModel.GM)]
    public void After_a_peak_the_goroutines_objects_are_garbage_and_a_second_peak_works(int processors, SchedulerModel model)
    {
        RuntimeTest.Run(processors, async () =>
        {
            var scheduler = Scheduler.Current!;
            for (int peak = 0; peak < 2; peak++)
            {
                var some = await RiseAndFall();
                // Of 200,000 dropped by halves each period, the floor, what the caches of Ps and Ms hold, and some that the test needs.
                while (scheduler.AllGs.Count > 2 * Surplus.KeptGs)
                    await Sleep(s_period);
                for (int i = 0; AreAlive(some) > some.Length / 10; i++)
                {
                    Assert.True(i < 1_000, $"{AreAlive(some)} of {some.Length} objects are still referred to.");
                    GC.Collect();
                    await Sleep(s_period);
                }
            }
            Assert.Equal(1, scheduler.Alive);
        }, new SchedulerOptions { Processors = processors, Model = model, SurplusPeriod = s_period, DetectDeadlock = false });
    }

    private static async GoTask<WeakReference[]> RiseAndFall()
    {
        var gate = new Chan<int>();
        var ended = new WaitGroup();
        ended.Add(Peak);
        for (int i = 0; i < Peak; i++)
        {
            Go(async () =>
            {
                await gate.Receive();
                ended.Done();
            });
            // To everybody: at one P a yield lets those in the global queue wait.
            if (i % 1000 == 0)
                await Gosched();
        }
        await RuntimeTest.UntilAllWait(Peak);
        Assert.InRange(Scheduler.Current!.AllGs.Count, Peak + 1, Peak + 1_000);
        var some = Sample(Scheduler.Current!);
        gate.Close();
        await ended.Wait();
        while (Scheduler.Current!.Alive > 1)
            await Gosched();
        return some;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] Sample(Scheduler scheduler)
    {
        var all = scheduler.AllGs.Snapshot();
        var some = new WeakReference[100];
        for (int i = 0; i < some.Length; i++)
            some[i] = new WeakReference(all[all.Length / some.Length * i]);
        return some;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int AreAlive(WeakReference[] references) => references.Count(r => r.IsAlive);

    [Fact]
    public void Only_what_was_never_needed_for_a_period_is_dropped_and_half_of_that()
    {
        var scheduler = new Scheduler(new SchedulerOptions { Processors = 1 });
        var free = scheduler.FreeGs;
        G? first = null;
        var last = new G(scheduler);
        for (var g = last; ;)
        {
            g.Link = first;
            first = g;
            if (free.Count == 0 && Length(first) == 1000)
                break;
            g = new G(scheduler);
        }
        free.PutList(first, last, 1000);
        Assert.Equal(0, free.Trim(keep: 0));     // they came in this period
        Assert.Equal(450, free.Trim(keep: 100));
        Assert.Equal(550, free.Count);
        G? taken = null;
        int refilled = free.Refill(ref taken);
        for (int i = refilled; i < 500; i += FreeGs.MostPerCache / 2)
            free.Refill(ref taken);
        var end = taken!;
        while (end.Link is { } next)
            end = next;
        free.PutList(taken!, end, Length(taken!));
        Assert.Equal(550, free.Count);
        Assert.Equal(0, free.Trim(keep: 100));   // fewer than that lay unused
        Assert.Equal(225, free.Trim(keep: 100));

        static int Length(G list)
        {
            int length = 0;
            for (var g = list; g is not null; g = g.Link!)
                length++;
            return length;
        }
    }

    [Fact]
    public void Snapshots_see_everyone_alive_while_the_table_shrinks()
    {
        const int Parked = 500;
        RuntimeTest.Run(2, async () =>
        {
            var scheduler = Scheduler.Current!;
            var gate = new Chan<int>();
            for (int i = 0; i < Parked; i++)
                Go(async () => await gate.Receive());
            await RuntimeTest.UntilWaiting(WaitReason.ChanReceive, Parked);
            await RiseAndFallBeside(Parked);
            while (scheduler.AllGs.Count > Parked + (2 * Surplus.KeptGs))
            {
                Assert.Equal(Parked, Waiting(scheduler));
                await Yield();
            }
            Assert.Equal(Parked, Waiting(scheduler));
            gate.Close();
        }, Options(2));

        static int Waiting(Scheduler scheduler)
        {
            int count = 0;
            foreach (var g in scheduler.AllGs.Snapshot())
                count += g is { Status: GoStatus.Waiting, WaitReason: WaitReason.ChanReceive } ? 1 : 0;
            return count;
        }

        static async GoTask RiseAndFallBeside(int others)
        {
            for (int i = 0; i < 50_000; i++)
                Go(() => { });
            while (Scheduler.Current!.Alive > 1 + others)
                await Yield();
        }
    }

    [Fact]
    public void Threads_that_a_peak_of_blocking_calls_left_end_and_come_again()
    {
        const int Calls = 40;
        RuntimeTest.Run(2, async () =>
        {
            var scheduler = Scheduler.Current!;
            for (int peak = 0; peak < 2; peak++)
            {
                using var gate = new ManualResetEventSlim();
                var ended = new WaitGroup();
                ended.Add(Calls);
                for (int i = 0; i < Calls; i++)
                {
                    Go(async () =>
                    {
                        await Blocking(gate.Wait);
                        ended.Done();
                    });
                }
                while (scheduler.CountThreads().Syscall < Calls)
                    await Yield();
                gate.Set();
                await ended.Wait();
                Assert.True(scheduler.AllMs().Length > Calls);
                // As many sleep as there are Ps, or run; one may watch.
                while (scheduler.AllMs().Length > 5)
                    await Sleep(s_period);
            }
            scheduler.CountGoroutines(out long created, out long done);
            Assert.Equal((2 * Calls) + 1, created);
            Assert.Equal(2 * Calls, done);
        }, Options(2));
    }

    [Fact]
    public void A_heap_of_timers_shrinks_with_what_it_holds()
    {
        var scheduler = new Scheduler(new SchedulerOptions { Processors = 1 });
        var timers = new Timers(scheduler, 0);
        for (int i = 1; i <= 100_000; i++)
            timers.Add(new G(scheduler) { SleepUntil = i });
        for (int i = 1; i <= 99_990; i++)
            Assert.Equal(i, ((G)timers.TakeDue(long.MaxValue, out _)!).SleepUntil);
        Assert.InRange(timers.Capacity, 10, 4096);
        for (int i = 99_991; i <= 100_000; i++)
            Assert.Equal(i, ((G)timers.TakeDue(long.MaxValue, out _)!).SleepUntil);
        Assert.Null(timers.TakeDue(long.MaxValue, out _));
    }

    [Fact]
    public void A_heap_of_timers_is_given_back_when_nothing_was_added_since_the_last_look()
    {
        var scheduler = new Scheduler(new SchedulerOptions { Processors = 1 });
        var timers = new Timers(scheduler, 0);
        Crowd(100);
        int capacity = timers.Capacity;
        Assert.InRange(capacity, 100, 200);
        timers.TrimEmpty();                      // they came since the last look
        Assert.Equal(capacity, timers.Capacity);
        timers.Add(new G(scheduler) { SleepUntil = 1 });
        timers.TrimEmpty();                      // it holds one
        Assert.NotNull(timers.TakeDue(long.MaxValue, out _));
        timers.TrimEmpty();                      // one came and went
        Assert.Equal(capacity, timers.Capacity);
        timers.TrimEmpty();
        Assert.Equal(0, timers.Capacity);
        Crowd(100);

        // What one timer needs stays: nobody wakes for it.
        var few = new Timers(scheduler, 1);
        few.Add(new G(scheduler) { SleepUntil = 1 });
        Assert.NotNull(few.TakeDue(long.MaxValue, out _));
        few.TrimEmpty();
        few.TrimEmpty();
        Assert.False(few.MayTrim);
        Assert.NotEqual(0, few.Capacity);

        void Crowd(int count)
        {
            for (int i = 1; i <= count; i++)
                timers.Add(new G(scheduler) { SleepUntil = i });
            for (int i = 1; i <= count; i++)
                Assert.Equal(i, ((G)timers.TakeDue(long.MaxValue, out _)!).SleepUntil);
        }
    }
}
