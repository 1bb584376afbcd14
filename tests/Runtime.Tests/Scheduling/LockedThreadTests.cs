using System.Collections.Concurrent;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>Goroutines that are locked to their threads (Go: runtime.LockOSThread).</summary>
public class LockedThreadTests
{
    [ThreadStatic] private static int t_mine;

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_locked_goroutine_keeps_its_thread_over_every_wait_and_nobody_else_gets_it(int processors) => RuntimeTest.Run(processors, async () =>
    {
        bool stop = false;
        var threadsOfOthers = new ConcurrentDictionary<int, int>();
        var ended = new WaitGroup();
        for (int i = 0; i < 8; i++)
        {
            ended.Add(1);
            Go(async () =>
            {
                while (!Volatile.Read(ref stop))
                {
                    threadsOfOthers[Environment.CurrentManagedThreadId] = 1;
                    await Yield();
                }
                ended.Done();
            });
        }
        LockOSThread();
        int mine = Environment.CurrentManagedThreadId;
        threadsOfOthers.Clear();
        t_mine = 4711;
        var ch = new Chan<int>();
        for (int i = 0; i < 20; i++)
        {
            await Yield();
            Check();
            Go(async () => await ch.Send(1));
            await ch.Receive();
            Check();
            await Sleep(TimeSpan.FromMicroseconds(50));
            Check();
            await Syscall(() => Thread.SpinWait(10));
            Check();
            await Blocking(() => Thread.SpinWait(10));
            Check();
            await Task.Yield();
            Check();
            await Deeper();
            Check();
        }
        Assert.DoesNotContain(mine, threadsOfOthers.Keys);
        t_mine = 0;
        UnlockOSThread();
        stop = true;
        await ended.Wait();

        void Check()
        {
            Assert.Equal(mine, Environment.CurrentManagedThreadId);
            Assert.Equal(4711, t_mine);
        }

        async GoTask Deeper()
        {
            await Yield();
            Check();
            await Task.Run(() => Thread.SpinWait(10));
            Check();
        }
    });

    [Fact]
    public void Locks_are_counted() => RuntimeTest.Run(1, async () =>
    {
        UnlockOSThread();
        LockOSThread();
        LockOSThread();
        UnlockOSThread();
        await Yield();
        Assert.NotNull(M.Current!.LockedG);
        UnlockOSThread();
        Assert.Null(M.Current!.LockedG);
        // More unlocks than locks leave no debt.
        UnlockOSThread();
        LockOSThread();
        Assert.NotNull(M.Current!.LockedG);
        UnlockOSThread();
        Assert.False(Scheduler.Current!.NeedsAttention);
    });

    [Fact]
    public void After_unlocking_others_run_on_the_thread_again() => RuntimeTest.Run(1, async () =>
    {
        int mine = Environment.CurrentManagedThreadId, other = 0;
        LockOSThread();
        UnlockOSThread();
        Go(() => other = Environment.CurrentManagedThreadId);
        await Yield();
        Assert.Equal(mine, other);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_goroutine_that_ends_locked_ends_its_thread() => RuntimeTest.Run(2, async () =>
    {
        var scheduler = Scheduler.Current!;
        var ended = new Chan<Thread>(1);
        Go(async () =>
        {
            LockOSThread();
            await Yield();
            await ended.Send(Thread.CurrentThread);
        });
        var thread = await ended.Receive();
        while (thread.IsAlive)
            await Sleep(TimeSpan.FromMilliseconds(1));
        // What it counted is not lost with it, and its goroutine is no longer locked when it is used again.
        Assert.Equal(1, scheduler.Alive);
        Assert.False(scheduler.NeedsAttention);
        Assert.DoesNotContain(scheduler.AllGs.Snapshot().ToArray(), g => g.LockedM is not null);
    });

    [Fact]
    public void A_goroutine_that_ends_unlocked_leaves_its_thread_to_others() => RuntimeTest.Run(1, async () =>
    {
        var ended = new Chan<Thread>(1);
        Go(async () =>
        {
            LockOSThread();
            UnlockOSThread();
            await ended.Send(Thread.CurrentThread);
        });
        var thread = await ended.Receive();
        await Yield();
        Assert.Same(thread, Thread.CurrentThread);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void While_it_waits_its_P_runs_others() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>();
        long turns = 0;
        Go(async () =>
        {
            for (; turns < 100; turns++)
                await Yield();
            await ch.Send(1);
        });
        LockOSThread();
        await ch.Receive();
        Assert.Equal(100, turns);
        // Still locked: the main goroutine may end so.
    }, RuntimeTest.OnePUndisturbed);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Two_locked_goroutines_pass_values_and_stay_where_they_are(int processors) => RuntimeTest.Run(processors, async () =>
    {
        var there = new Chan<int>();
        var back = new Chan<int>();
        Go(async () =>
        {
            LockOSThread();
            int mine = Environment.CurrentManagedThreadId;
            await foreach (int v in there)
            {
                Assert.Equal(mine, Environment.CurrentManagedThreadId);
                await back.Send(v);
            }
            back.Close();
        });
        LockOSThread();
        int thread = Environment.CurrentManagedThreadId;
        for (int i = 0; i < 300; i++)
        {
            await there.Send(i);
            Assert.Equal(i, await back.Receive());
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
        }
        there.Close();
        UnlockOSThread();
        await back.ReceiveOk();
    });

    [Fact]
    public void Many_locked_goroutines_hogs_and_changes_of_the_number_of_Ps_go_together() => RuntimeTest.Run(3, async () =>
    {
        const int Locked = 10;
        var scheduler = Scheduler.Current!;
        var ended = new WaitGroup();
        ended.Add(Locked);
        for (int i = 0; i < Locked; i++)
        {
            int me = i;
            Go(async () =>
            {
                LockOSThread();
                int mine = Environment.CurrentManagedThreadId;
                for (int k = 0; k < 30; k++)
                {
                    if (k % 10 == me)
                        Thread.SpinWait(200_000);
                    if (k % 5 == 0)
                        await Syscall(() => Thread.Sleep(1));
                    await Yield();
                    Assert.Equal(mine, Environment.CurrentManagedThreadId);
                }
                // Every second one ends locked.
                if (me % 2 == 0)
                    UnlockOSThread();
                ended.Done();
            });
        }
        for (int i = 0; i < 40; i++)
        {
            scheduler.SetProcessors(1 + (i % 4));
            await Yield();
        }
        await ended.Wait();
        while (scheduler.Alive != 1)
            await Yield();
    }, new SchedulerOptions { Processors = 3, SliceDuration = TimeSpan.FromMilliseconds(1), DetectDeadlock = false });

    [Fact]
    public void Outside_goroutines_there_is_nothing_to_lock()
    {
        Assert.Throws<InvalidOperationException>(LockOSThread);
        Assert.Throws<InvalidOperationException>(UnlockOSThread);
    }
}
