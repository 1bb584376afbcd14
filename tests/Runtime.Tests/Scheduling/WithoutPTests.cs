using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>The model of Go before 1.1: goroutines and threads, no P, one queue (<see cref="SchedulerModel.GM"/>).</summary>
public class WithoutPTests
{
    private static SchedulerOptions Options(int processors) =>
        new() { Processors = processors, Model = SchedulerModel.GM, DetectDeadlock = false };

    [Fact]
    public void Goroutines_run_in_the_order_in_which_they_became_runnable() => RuntimeTest.Run(1, async () =>
    {
        // No runnext: with Ps, c1 would be the first.
        Assert.Equal(["a1", "b1", "c1", "a2", "b2", "c2"], await Yielders.OrderOfThree());
    }, Options(1));

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void The_same_program_runs_and_nothing_ever_waits_in_a_queue_of_a_P(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Count = 5000;
        var scheduler = Scheduler.Current!;
        var runs = new int[Count];
        int queued = 0;
        var ended = new WaitGroup();
        ended.Add(Count);
        var mutex = new GoMutex();
        long inside = 0;
        for (int i = 0; i < Count; i++)
        {
            int me = i;
            Go(async () =>
            {
                if (me % 3 == 0)
                    await Yield();
                if (me % 50 == 0)
                    await Sleep(TimeSpan.FromMicroseconds(200));
                if (me % 100 == 1)
                    await Syscall(() => Thread.SpinWait(100));
                if (me % 100 == 2)
                    await Task.Yield();
                if (me % 10 == 3)
                {
                    await mutex.Lock();
                    inside++;
                    mutex.Unlock();
                }
                if (scheduler.Ps.Any(p => p.QueueLength != 0))
                    Interlocked.Increment(ref queued);
                Interlocked.Increment(ref runs[me]);
                ended.Done();
            });
        }
        await ended.Wait();
        Assert.All(runs, n => Assert.Equal(1, n));
        Assert.Equal(Count / 10, inside);
        Assert.Equal(0, queued);
        while (scheduler.Alive != 1)
            await Yield();
    }, Options(processors));

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Values_go_to_and_fro_over_channels(int processors) => RuntimeTest.Run(processors, async () =>
    {
        var there = new Chan<int>();
        var back = new Chan<int>();
        Go(async () =>
        {
            await foreach (int v in there)
                await back.Send(v);
            back.Close();
        });
        for (int i = 0; i < 1000; i++)
        {
            await there.Send(i);
            Assert.Equal(i, await back.Receive());
        }
        there.Close();
        await back.ReceiveOk();
    }, Options(processors));

    [Fact]
    public void While_one_is_in_a_system_call_another_thread_runs() => RuntimeTest.Run(1, async () =>
    {
        var gate = new ManualResetEventSlim();
        Go(() => gate.Set());
        Assert.True(await Syscall(() => gate.Wait(TimeSpan.FromSeconds(30))));
        gate.Reset();
        Go(() => gate.Set());
        Assert.True(await Blocking(() => gate.Wait(TimeSpan.FromSeconds(30))));
    }, Options(1));

    [Fact]
    public void A_goroutine_that_never_gives_way_keeps_others_waiting()
    {
        var options = new SchedulerOptions { Processors = 1, Model = SchedulerModel.GM, SliceDuration = TimeSpan.FromMilliseconds(1), DetectDeadlock = false };
        RuntimeTest.Run(1, async () =>
        {
            bool spun = false, sawItSpun = false;
            var ended = new WaitGroup();
            ended.Add(2);
            Go(() =>
            {
                // Twenty slices: with Ps the next one would run after one of them.
                long end = Environment.TickCount64 + 20;
                while (Environment.TickCount64 < end)
                {
                }
                spun = true;
                ended.Done();
            });
            Go(() =>
            {
                sawItSpun = spun;
                ended.Done();
            });
            await ended.Wait();
            Assert.True(sawItSpun);
        }, options);
    }

    [Fact]
    public void No_more_run_at_a_time_than_there_are_slots_and_their_number_changes() => RuntimeTest.Run(4, async () =>
    {
        var scheduler = Scheduler.Current!;
        var yielders = new Yielders(8);
        scheduler.SetProcessors(1);
        while (scheduler.Ps.Length != 1)
            await Yield();
        Assert.Equal(1, await yielders.MostAtOnce(100));
        scheduler.SetProcessors(3);
        for (int i = 0; i < 100; i++)
            await Yield();
        await yielders.End();
    }, Options(4));

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_locked_goroutine_keeps_its_thread(int processors) => RuntimeTest.Run(processors, async () =>
    {
        LockOSThread();
        int mine = Environment.CurrentManagedThreadId;
        for (int i = 0; i < 30; i++)
        {
            Go(async () => await Yield());
            await Yield();
            Assert.Equal(mine, Environment.CurrentManagedThreadId);
        }
        UnlockOSThread();
    }, Options(processors));

    [Fact]
    public void A_model_that_does_not_exist_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Scheduler.Run(async () => await Yield(), new SchedulerOptions { Model = (SchedulerModel)2 }));
}
