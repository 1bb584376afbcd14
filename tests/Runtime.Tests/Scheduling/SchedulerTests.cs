using System.Diagnostics;
using static Gmp.Goroutine;

namespace Gmp.Tests;

public class SchedulerTests
{
    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Every_goroutine_runs_once(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Count = 20_000;
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
                Interlocked.Increment(ref runs[me]);
                ended.Done();
            });
        }
        await ended.Wait();
        Assert.All(runs, n => Assert.Equal(1, n));
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_tree_of_goroutines_joins(int processors) => RuntimeTest.Run(processors, async () =>
    {
        Assert.Equal(6765, await Fib(20));

        static async GoTask<int> Fib(int n)
        {
            if (n < 2)
                return n;
            var left = new Chan<int>(1);
            Go(async () => await left.Send(await Fib(n - 2)));
            return await Fib(n - 1) + await left.Receive();
        }
    });

    [Fact]
    public void The_goroutine_made_last_runs_next_and_yielders_take_turns() => RuntimeTest.Run(1, async () =>
    {
        // Go's rule: the newest is runnext, the others wait in the ring in the order of creation.
        Assert.Equal(["c1", "a1", "b1", "c2", "a2", "b2"], await Yielders.OrderOfThree());
    }, RuntimeTest.OnePUndisturbed);

    /// <param name="onGlobal">Whether the third waits on the global queue, not in the ring of the pair's P.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pair_that_ready_each_other_for_ever_does_not_starve_a_third(bool onGlobal) => RuntimeTest.Run(1, async () =>
    {
        var a = new Chan<int>();
        var b = new Chan<int>();
        bool stop = false;
        long hops = 0, turns = 0;
        var ended = new WaitGroup();
        ended.Add(2);
        Go(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                hops++;
                await a.Send(1);
                await b.Receive();
            }
            a.Close();
            ended.Done();
        });
        Go(async () =>
        {
            await foreach (int value in a)
                await b.Send(value);
            ended.Done();
        });
        while (turns < 1000)
        {
            turns++;
            await (onGlobal ? Gosched() : Yield());
        }
        stop = true;
        await ended.Wait();
        // The cap is 64 runs of runnext in a row; a hop is two of them and the bookkeeping some more.
        Assert.True(hops < turns * 2 * 64, $"{hops} hops for {turns} turns");
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void While_one_spins_on_the_only_P_the_others_go_on() => RuntimeTest.Run(1, async () =>
    {
        bool stop = false;
        var hogEnded = new WaitGroup();
        hogEnded.Add(1);
        Go(() =>
        {
            while (!Volatile.Read(ref stop))
            {
            }
            hogEnded.Done();
        });
        // Had the hog kept the P, this would never come to its end.
        for (int i = 0; i < 100; i++)
            await Yield();
        await Sleep(TimeSpan.FromMilliseconds(1));
        stop = true;
        await hogEnded.Wait();
    });

    [Fact]
    public void As_many_endless_loops_as_Ps_do_not_keep_a_timer_from_firing() => RuntimeTest.Run(2, async () =>
    {
        bool stop = false;
        for (int i = 0; i < 2; i++)
        {
            Go(() =>
            {
                while (!Volatile.Read(ref stop))
                {
                }
            });
        }
        await Sleep(TimeSpan.FromMilliseconds(5));
        stop = true;
    });

    [Fact]
    public void A_goroutine_whose_channel_is_always_ready_gives_way_after_its_slice() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>(1);
        bool stop = false;
        var ended = new WaitGroup();
        ended.Add(1);
        Go(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                await ch.Send(1);
                await ch.Receive();
            }
            ended.Done();
        });
        for (int i = 0; i < 3; i++)
            await Yield();
        stop = true;
        await ended.Wait();
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Sleeps_last_at_least_as_long_as_asked(int processors) => RuntimeTest.Run(processors, async () =>
    {
        var ended = new WaitGroup();
        for (int ms = 1; ms < 40; ms += 3)
        {
            int asked = ms;
            ended.Add(1);
            Go(async () =>
            {
                long start = Stopwatch.GetTimestamp();
                await Sleep(TimeSpan.FromMilliseconds(asked));
                Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(asked));
                ended.Done();
            });
        }
        await ended.Wait();
    });

    [Fact]
    public void While_one_is_in_a_system_call_its_P_runs_others() => RuntimeTest.Run(1, async () =>
    {
        var gate = new ManualResetEventSlim();
        bool came = false;
        Go(async () =>
        {
            await Sleep(TimeSpan.FromMilliseconds(2));
            came = true;
            gate.Set();
        });
        // The only P: if it stayed with this thread, nobody would open the gate.
        Assert.True(await Syscall(() => gate.Wait(TimeSpan.FromSeconds(30))));
        Assert.True(came);
        gate.Reset();
        Go(() => gate.Set());
        Assert.True(await Blocking(() => gate.Wait(TimeSpan.FromSeconds(30))));
    });

    [Fact]
    public void A_system_call_hands_on_its_result_and_its_exception() => RuntimeTest.Run(1, async () =>
    {
        Assert.Equal(42, await Syscall(() => 42));
        Assert.Equal(42, await Blocking(() => 42));
        await Assert.ThrowsAsync<IOException>(async () => await Thrower());
        // In a goroutine again, with a P.
        await Yield();

        static async Task Thrower()
        {
            await Task.CompletedTask;
            await Syscall(() => throw new IOException("no such file"));
        }
    });

    [Fact]
    public async Task Several_schedulers_run_in_one_process()
    {
        var runs = Enumerable.Range(0, 4).Select(i => Scheduler.RunAsync(
            async () =>
            {
                var ch = new Chan<int>();
                Go(async () =>
                {
                    for (int k = 0; k < 200; k++)
                        await ch.Send(k);
                });
                for (int k = 0; k < 200; k++)
                    Assert.Equal(k, await ch.Receive());
            },
            new SchedulerOptions { Processors = 2, DetectDeadlock = false })).ToArray();
        await Task.WhenAll(runs).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Scheduler.Run(async () => await Yield(), new SchedulerOptions { Processors = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Scheduler.Run(async () => await Yield(), new SchedulerOptions { Processors = 257 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Scheduler.Run(async () => await Yield(), new SchedulerOptions { MaxThreads = 0 }));
    }

    [Fact]
    public void Outside_goroutines_waiting_is_refused_with_a_sentence()
    {
        var e = Assert.Throws<InvalidOperationException>(() => Go(async () => await Yield()));
        Assert.Contains("Scheduler.Run", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wait_group_counts_down_and_can_be_used_again() => RuntimeTest.Run(2, async () =>
    {
        var group = new WaitGroup();
        await group.Wait();
        for (int round = 0; round < 200; round++)
        {
            int done = 0;
            group.Add(3);
            for (int i = 0; i < 3; i++)
            {
                Go(async () =>
                {
                    await Yield();
                    Interlocked.Increment(ref done);
                    group.Done();
                });
            }
            await group.Wait();
            Assert.Equal(3, Volatile.Read(ref done));
        }
        Assert.Throws<InvalidOperationException>(group.Done);
    });

    [Fact]
    public void A_sleep_for_ever_does_not_end() => RuntimeTest.Run(1, async () =>
    {
        bool woke = false;
        Go(async () =>
        {
            await Sleep(TimeSpan.MaxValue);
            woke = true;
        });
        await Sleep(TimeSpan.FromMilliseconds(20));
        Assert.False(woke);
    });

    [Fact]
    public void Who_comes_back_from_a_failed_system_call_without_a_P_queues_for_one() => RuntimeTest.Run(1, async () =>
    {
        // Each call loses the P and throws; afterwards never more than one of them may run at a time for long, or the number of Ps means nothing.
        int running = 0, most = 0;
        var ended = new WaitGroup();
        for (int i = 0; i < 4; i++)
        {
            ended.Add(1);
            Go(async () =>
            {
                try
                {
                    await Blocking(() =>
                    {
                        Thread.Sleep(5);
                        throw new IOException();
                    });
                }
                catch (IOException)
                {
                }
                var mine = new Chan<int>(1);
                // The first operation that is a scheduling point takes it back to the queue.
                await mine.Send(1);
                await mine.Receive();
                most = Math.Max(most, Interlocked.Increment(ref running));
                Thread.SpinWait(1000);
                Interlocked.Decrement(ref running);
                ended.Done();
            });
        }
        await ended.Wait();
        Assert.Equal(1, most);
    }, RuntimeTest.OnePUndisturbed);
}
