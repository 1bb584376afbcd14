using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>The number of Ps changes while goroutines run (Go: GOMAXPROCS).</summary>
public class ProcessorsTests
{
    private static SchedulerOptions Undisturbed(int processors) =>
        new() { Processors = processors, SliceDuration = TimeSpan.FromMinutes(1), DetectDeadlock = false };

    [Fact]
    public void A_goroutine_knows_its_scheduler_and_others_have_none()
    {
        Assert.Null(Scheduler.Current);
        RuntimeTest.Run(3, async () =>
        {
            Assert.Equal(3, Scheduler.Current!.Processors);
            await Yield();
            Assert.Null(await Task.Run(() => Scheduler.Current));
        });
    }

    [Fact]
    public void It_returns_the_number_before_and_refuses_what_is_none() => RuntimeTest.Run(2, async () =>
    {
        var scheduler = Scheduler.Current!;
        Assert.Equal(2, scheduler.SetProcessors(256));
        Assert.Equal(256, scheduler.SetProcessors(1));
        Assert.Equal(1, scheduler.Processors);
        Assert.Throws<ArgumentOutOfRangeException>(() => scheduler.SetProcessors(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => scheduler.SetProcessors(257));
        Assert.Equal(1, scheduler.Processors);
        await Yield();
    });

    [Fact]
    public void Growing_lets_goroutines_that_wait_run_at_once() => RuntimeTest.Run(1, async () =>
    {
        var met = new Barrier(3);
        var ended = new WaitGroup();
        ended.Add(2);
        for (int i = 0; i < 2; i++)
        {
            Go(() =>
            {
                // No scheduling point, and a slice of a minute: only with a P for each do they come together.
                met.SignalAndWait();
                ended.Done();
            });
        }
        Scheduler.Current!.SetProcessors(3);
        met.SignalAndWait();
        await ended.Wait();
    }, Undisturbed(1));

    [Fact]
    public void After_shrinking_to_one_only_one_goroutine_runs_at_a_time() => RuntimeTest.Run(4, async () =>
    {
        var scheduler = Scheduler.Current!;
        var yielders = new Yielders(16);
        scheduler.SetProcessors(1);
        while (scheduler.Ps.Length != 1)
            await Yield();
        Assert.Equal(1, await yielders.MostAtOnce(200));
        await yielders.End();
    }, Undisturbed(4));

    [Fact]
    public void What_a_retired_P_had_queued_goes_before_all_others() => RuntimeTest.Run(1, async () =>
    {
        // In the scheduler's own terms: the queue of a P that retires, and what waits on the global queue before.
        var scheduler = Scheduler.Current!;
        var global = new GlobalQueue();
        var g = Enumerable.Range(0, 4).Select(_ => new G(scheduler)).ToArray();
        global.Put(g[2]);
        global.Put(g[3]);
        global.PutFirst([g[0], g[1]]);
        Assert.Equal(4, global.Count);
        Assert.Equal(g, Enumerable.Range(0, 4).Select(_ => global.Get()));
        Assert.Null(global.Get());
        global.PutFirst([g[0]]);
        global.Put(g[1]);
        Assert.Same(g[0], global.Get());
        Assert.Same(g[1], global.Get());
        await Yield();
    });

    [Fact]
    public void A_P_in_a_system_call_retires_at_once() => RuntimeTest.Run(2, async () =>
    {
        var scheduler = Scheduler.Current!;
        var gate = new ManualResetEventSlim();
        var ended = new WaitGroup();
        int inCall = 0;
        ended.Add(2);
        for (int i = 0; i < 2; i++)
        {
            Go(async () =>
            {
                await Syscall(() =>
                {
                    Interlocked.Increment(ref inCall);
                    gate.Wait();
                });
                ended.Done();
            });
        }
        while (Volatile.Read(ref inCall) != 2)
            await Yield();
        scheduler.SetProcessors(1);
        while (scheduler.Ps.Length != 1)
            await Yield();
        gate.Set();
        await ended.Wait();
    });

    [Fact]
    public void A_P_of_a_goroutine_that_never_gives_way_retires_after_a_slice() => RuntimeTest.Run(2, async () =>
    {
        var scheduler = Scheduler.Current!;
        bool stop = false;
        int spinning = 0;
        var ended = new WaitGroup();
        ended.Add(2);
        for (int i = 0; i < 2; i++)
        {
            Go(() =>
            {
                Interlocked.Increment(ref spinning);
                while (!Volatile.Read(ref stop))
                {
                }
                ended.Done();
            });
        }
        while (Volatile.Read(ref spinning) != 2)
            await Yield();
        scheduler.SetProcessors(1);
        while (scheduler.Ps.Length != 1)
            await Yield();
        stop = true;
        await ended.Wait();
    });

    [Fact]
    public void However_often_it_changes_every_goroutine_runs_once_and_the_count_stays_right() => RuntimeTest.Run(4, async () =>
    {
        const int Count = 20_000;
        var scheduler = Scheduler.Current!;
        bool stop = false;
        var changers = Enumerable.Range(1, 2).Select(seed => new Thread(() =>
        {
            var random = new Random(seed);
            while (!Volatile.Read(ref stop))
            {
                scheduler.SetProcessors(random.Next(1, 9));
                Thread.SpinWait(random.Next(2000));
            }
        })).ToList();
        changers.ForEach(t => t.Start());
        var runs = new int[Count];
        var ended = new WaitGroup();
        ended.Add(Count);
        for (int i = 0; i < Count; i++)
        {
            int me = i;
            Go(async () =>
            {
                if (me % 3 == 0)
                    await Yield();
                if (me % 100 == 0)
                    await Syscall(() => Thread.SpinWait(100));
                if (me % 200 == 1)
                    await Sleep(TimeSpan.FromMicroseconds(100));
                Interlocked.Increment(ref runs[me]);
                ended.Done();
            });
        }
        await ended.Wait();
        stop = true;
        await Blocking(() => changers.ForEach(t => t.Join()));
        Assert.All(runs, n => Assert.Equal(1, n));
        scheduler.SetProcessors(2);
        // The last of them ends after its Done.
        while (scheduler.Ps.Length != 2 || scheduler.Alive != 1)
            await Yield();
    });

    [Fact]
    public void Idle_Ps_come_and_go_while_everybody_sleeps() => RuntimeTest.Run(1, async () =>
    {
        var scheduler = Scheduler.Current!;
        for (int i = 0; i < 50; i++)
        {
            scheduler.SetProcessors(1 + (i % 5));
            await Sleep(TimeSpan.FromMicroseconds(200));
        }
        Assert.Equal(5, scheduler.Processors);
    });
}
