using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>What holds for every kind of pool. Each kind inherits it.</summary>
public abstract partial class PoolContract
{
    private protected static async GoTask Until(Func<bool> condition)
    {
        while (!condition())
            await Sleep(TimeSpan.FromMilliseconds(1));
    }

    private protected abstract PoolUnderTest Make(int capacity = GoroutinePoolBase.Unlimited, GoroutinePoolOptions? options = null);

    // ---- Tasks and capacity ----------------------------------------------------------------------------------------------------------

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Every_task_runs_once_and_never_more_at_the_same_time_than_the_capacity(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Submitters = 6, Each = 300, Capacity = 4;
        var pool = Make(Capacity);
        var ran = new int[Submitters * Each];
        int now = 0, most = 0;
        var all = new WaitGroup();
        all.Add(ran.Length);
        for (int s = 0; s < Submitters; s++)
        {
            int first = s * Each;
            Go(async () =>
            {
                for (int i = first; i < first + Each; i++)
                {
                    int task = i;
                    await pool.Run(async () =>
                    {
                        int running = Interlocked.Increment(ref now);
                        for (int seen = most; running > seen; seen = most)
                            Interlocked.CompareExchange(ref most, running, seen);
                        if (task % 3 == 0)
                            await Yield();
                        Interlocked.Increment(ref ran[task]);
                        Interlocked.Decrement(ref now);
                        all.Done();
                    });
                }
            });
        }
        await all.Wait();
        Assert.All(ran, count => Assert.Equal(1, count));
        Assert.InRange(most, 1, Capacity);
        Assert.InRange(pool.Control.Running, 1, Capacity);
    });

    [Fact]
    public void Without_a_limit_no_submitter_waits() => RuntimeTest.Run(2, async () =>
    {
        var pool = Make();
        var gate = new Chan<int>();
        var all = new WaitGroup();
        all.Add(500);
        for (int i = 0; i < 500; i++)
        {
            Assert.True(pool.TrySubmit(async () =>
            {
                await gate.Receive();
                all.Done();
            }));
        }
        Assert.Equal(500, pool.Control.Running);
        Assert.Equal(GoroutinePoolBase.Unlimited, pool.Control.Capacity);
        Assert.Equal(GoroutinePoolBase.Unlimited, pool.Control.Free);
        gate.Close();
        await all.Wait();
    });

    [Fact]
    public void Submitters_of_a_full_pool_wait_and_are_served_first_come_first_served() => RuntimeTest.Run(1, async () =>
    {
        var pool = Make(1);
        var gate = new Chan<int>();
        var order = new List<int>();
        await pool.Run(async () => await gate.Receive());
        for (int i = 0; i < 5; i++)
        {
            int task = i;
            Go(async () => await pool.Run(async () => order.Add(task)));
            await Until(() => pool.Control.Waiting == task + 1);
        }
        Assert.Equal((1, 0, 0), (pool.Control.Running, pool.Control.Free, pool.Control.Idle));
        gate.Close();
        await Until(() => order.Count == 5);
        Assert.Equal([0, 1, 2, 3, 4], order);
        Assert.Equal(0, pool.Control.Waiting);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void Workers_are_used_again() => RuntimeTest.Run(1, async () =>
    {
        var pool = Make(8, new() { DisablePurge = true });
        var ids = new HashSet<long>();
        for (int i = 0; i < 50; i++)
        {
            await pool.Run(async () => ids.Add(Current!.Value.Id));
            await Until(() => pool.Control.Idle == 1);
        }
        Assert.Single(ids);
        Assert.Equal((1, 7), (pool.Control.Running, pool.Control.Free));
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_nonblocking_pool_that_is_full_refuses() => RuntimeTest.Run(2, async () =>
    {
        var pool = Make(2, new() { NonBlocking = true });
        var gate = new Chan<int>();
        for (int i = 0; i < 2; i++)
            await pool.Run(async () => await gate.Receive());
        await Assert.ThrowsAsync<PoolOverloadException>(() => Refused(pool));
        Assert.False(pool.TrySubmit(async () => { }));
        Assert.Equal(0, pool.Control.Waiting);
        gate.Close();
        await Until(() => pool.Control.Idle == 2);
        await pool.Run(async () => { });
    });

    [Fact]
    public void No_more_submitters_wait_than_are_allowed_to() => RuntimeTest.Run(2, async () =>
    {
        var pool = Make(1, new() { MaxBlocking = 2 });
        var gate = new Chan<int>();
        int ran = 0;
        await pool.Run(async () => await gate.Receive());
        for (int i = 0; i < 2; i++)
            Go(async () => await pool.Run(async () => Interlocked.Increment(ref ran)));
        await Until(() => pool.Control.Waiting == 2);
        await Assert.ThrowsAsync<PoolOverloadException>(() => Refused(pool));
        Assert.Equal(2, pool.Control.Waiting);
        gate.Close();
        await Until(() => ran == 2);
    });

    [Fact]
    public void A_token_ends_the_wait_for_a_worker_and_the_task_never_runs() => RuntimeTest.Run(2, async () =>
    {
        var pool = Make(1);
        var gate = new Chan<int>();
        using var cancel = new CancellationTokenSource();
        bool ran = false;
        var canceled = new Chan<bool>();
        await pool.Run(async () => await gate.Receive());
        Go(async () =>
        {
            try
            {
                await pool.Submit(async () => ran = true, cancel.Token);
                await canceled.Send(false);
            }
            catch (OperationCanceledException e)
            {
                await canceled.Send(e.CancellationToken == cancel.Token);
            }
        });
        await Until(() => pool.Control.Waiting == 1);
        cancel.Cancel();
        Assert.True(await canceled.Receive());
        Assert.Equal(0, pool.Control.Waiting);
        gate.Close();
        await Until(() => pool.Control.Idle == 1);
        Assert.False(ran);
        // One that is canceled already, though a worker is free.
        bool refused = false;
        try
        {
            await pool.Submit(async () => ran = true, cancel.Token);
        }
        catch (OperationCanceledException)
        {
            refused = true;
        }
        Assert.True(refused);
        Assert.Equal(1, pool.Control.Idle);
    });

    [Fact]
    public void A_token_that_is_canceled_later_leaves_a_task_alone_that_a_worker_has() => RuntimeTest.Run(2, async () =>
    {
        var pool = Make(1);
        var gate = new Chan<int>();
        var done = new Chan<int>();
        using var cancel = new CancellationTokenSource();
        await pool.Run(async () => await gate.Receive());
        Go(async () =>
        {
            await pool.Submit(async () => await done.Send(await gate.Receive()), cancel.Token);
            cancel.Cancel();
            await done.Send(7);
        });
        await Until(() => pool.Control.Waiting == 1);
        await gate.Send(1);
        Assert.Equal(7, await done.Receive());
        await gate.Send(2);
        Assert.Equal(2, await done.Receive());
    });

    // ---- What goes wrong -------------------------------------------------------------------------------------------------------------

    [Fact]
    public void What_a_task_throws_goes_to_the_handler_and_those_that_wait_are_served() => RuntimeTest.Run(1, async () =>
    {
        // ants#146: with all workers gone by a panic, submitters waited for the next purge.
        var faults = new List<string>();
        var pool = Make(1, new() { PanicHandler = e => faults.Add(e.Message), Expiry = TimeSpan.FromHours(1) });
        var all = new WaitGroup();
        all.Add(5);
        for (int i = 0; i < 5; i++)
        {
            int task = i;
            Go(async () => await pool.Run(async () =>
            {
                if (task % 2 == 0)
                    await Yield();
                all.Done();
                throw new InvalidDataException($"boom {task}");
            }));
        }
        await all.Wait();
        await Until(() => faults.Count == 5);
        Assert.Equal(5, faults.Distinct().Count());
        await Until(() => pool.Control.Idle == 1);
        Assert.Equal(1, pool.Control.Running);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void Without_a_handler_the_scheduler_hears_of_it_with_the_workers_name_and_so_it_does_of_a_handlers_fault()
    {
        var unhandled = new Chan<UnhandledGoroutineException>(10);
        var options = new SchedulerOptions { Processors = 1, DetectDeadlock = false, UnhandledException = e => unhandled.TrySend(e) };
        RuntimeTest.Run(1, async () =>
        {
            var pool = Make(1, new() { Name = "plain" });
            await pool.Run(async () => throw new InvalidDataException("task"));
            var fault = await unhandled.Receive();
            Assert.Equal(("plain worker", "task"), (fault!.GoroutineName, fault.InnerException!.Message));
            var handled = Make(1, new() { Name = "handled", PanicHandler = _ => throw new InvalidDataException("handler") });
            await handled.Run(async () => throw new InvalidDataException("task"));
            fault = await unhandled.Receive();
            Assert.Equal(("handled worker", "handler"), (fault!.GoroutineName, fault.InnerException!.Message));
            await Until(() => handled.Control.Idle == 1);
        }, options);
    }

    [Fact]
    public void A_call_that_a_task_left_waiting_is_told_of_and_does_not_harm_the_next_task() => RuntimeTest.Run(1, async () =>
    {
        var faults = new List<Exception>();
        var pool = Make(1, new() { PanicHandler = faults.Add });
        var never = new Chan<int>();
        bool ran = false;
        await pool.Run(() =>
        {
            _ = Leave(never);
            return default;
        });
        await pool.Run(async () =>
        {
            await Yield();
            ran = true;
        });
        await Until(() => ran);
        Assert.IsType<InvalidOperationException>(Assert.Single(faults));
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void If_all_workers_wait_to_submit_to_their_own_pool_one_of_them_is_told() => RuntimeTest.Run(2, async () =>
    {
        // ants#197: there they wait for ever.
        var pool = Make(3);
        int inner = 0, told = 0;
        var all = new WaitGroup();
        var together = new WaitGroup();
        together.Add(3);
        all.Add(3);
        for (int i = 0; i < 3; i++)
        {
            await pool.Run(async () =>
            {
                together.Done();
                await together.Wait();
                try
                {
                    await pool.Run(async () => Interlocked.Increment(ref inner));
                }
                catch (PoolDeadlockException)
                {
                    Interlocked.Increment(ref told);
                }
                all.Done();
            });
        }
        await all.Wait();
        await Until(() => pool.Control.Idle == 3);
        Assert.Equal((2, 1), (inner, told));
    });

    [Fact]
    public void A_worker_that_ends_and_leaves_only_ones_that_wait_for_their_own_pool_is_a_deadlock_too() => RuntimeTest.Run(2, async () =>
    {
        var pool = Make(2);
        var gate = new Chan<int>();
        var told = new Chan<bool>();
        await pool.Run(async () => await gate.Receive());
        await pool.Run(async () =>
        {
            try
            {
                await pool.Run(async () => { });
                await told.Send(false);
            }
            catch (PoolDeadlockException)
            {
                await told.Send(true);
            }
        });
        await Until(() => pool.Control.Waiting == 1);
        pool.Control.Tune(1);
        gate.Close();
        Assert.True(await told.Receive());
        await Until(() => pool.Control is { Running: 1, Idle: 1 });
    });

    [Fact]
    public void Tasks_may_submit_to_their_own_pool_while_there_is_room() => RuntimeTest.Run(2, async () =>
    {
        var pool = Make();
        int ran = 0;
        await pool.Run(() => Tree(5));
        await Until(() => ran == 63);

        async GoTask Tree(int depth)
        {
            Interlocked.Increment(ref ran);
            for (int i = 0; depth > 0 && i < 2; i++)
                await pool.Run(() => Tree(depth - 1));
        }
    });

    [Fact]
    public void Nobody_spins_while_the_pool_is_full() => RuntimeTest.Run(2, async () =>
    {
        // ants#10, ants#76, ants#340: a submitter that found no worker looked again and again.
        var pool = Make(1);
        var gate = new Chan<int>();
        await pool.Run(async () => await gate.Receive());
        for (int i = 0; i < 4; i++)
            Go(async () => await pool.Run(async () => { }));
        await Until(() => pool.Control.Waiting == 4);
        var ps = M.Current!.Scheduler.Ps;
        long before = ps.Sum(p => (long)p.Switches);
        await Sleep(TimeSpan.FromMilliseconds(50));
        // The sleeper's own switches, and nobody else's.
        Assert.InRange(ps.Sum(p => (long)p.Switches) - before, 1, 3);
        gate.Close();
        await Until(() => pool.Control.Idle == 1);
    });

    [Fact]
    public void A_pool_is_made_on_a_goroutine() => Assert.Throws<InvalidOperationException>(() => Make());

    private static async Task Refused(PoolUnderTest pool)
    {
        // A Task method on a goroutine: what it awaits is carried out on a goroutine of its own.
        var result = new Chan<Exception?>(1);
        Go(async () =>
        {
            try
            {
                await pool.Run(async () => { });
                await result.Send(null);
            }
            catch (PoolOverloadException e)
            {
                await result.Send(e);
            }
        });
        if (await result.Receive() is { } refusal)
            throw refusal;
    }

    private static async GoTask Leave(Chan<int> never) => await never.Receive();
}

public class GoroutinePoolTests : PoolContract
{
    private protected override PoolUnderTest Make(int capacity, GoroutinePoolOptions? options) => PoolUnderTest.Of(new GoroutinePool(capacity, options));

    [Fact]
    public void A_task_may_be_a_function_that_returns_nothing_a_GoTask_a_Task_or_a_ValueTask() => RuntimeTest.Run(2, async () =>
    {
        var pool = new GoroutinePool(2);
        var done = new Chan<string>(8);
        Func<GoTask> goTask = async () => await done.Send("GoTask");
        Func<Task> task = async () =>
        {
            await Task.Yield();
            done.TrySend("Task");
        };
        Func<ValueTask> valueTask = async () =>
        {
            await Task.Yield();
            done.TrySend("ValueTask");
        };
        Action action = () => done.TrySend("Action");
        await pool.Submit(goTask);
        await pool.Submit(task);
        await pool.Submit(valueTask);
        await pool.Submit(action);
        var kinds = new List<string>();
        for (int i = 0; i < 4; i++)
            kinds.Add((await done.Receive())!);
        Assert.Equal(["Action", "GoTask", "Task", "ValueTask"], kinds.Order());
        await Until(() => pool.Idle == pool.Running);
        Assert.True(pool.TrySubmit(goTask));
        Assert.True(pool.TrySubmit(action));
        for (int i = 0; i < 2; i++)
            await done.Receive();
    });

    [Fact]
    public void An_async_Task_method_may_submit_and_wait() => RuntimeTest.Run(2, async () =>
    {
        var pool = new GoroutinePool(1);
        var gate = new Chan<int>();
        int ran = 0;
        await pool.Submit(async () => await gate.Receive());
        Go(async () =>
        {
            await Until(() => pool.Waiting == 1);
            gate.Close();
        });
        await Submits();
        await Until(() => ran == 1);

        async Task Submits() => await pool.Submit(async () => ran++);
    });

    [Fact]
    public void A_thread_that_is_no_goroutine_may_try_to_submit() => RuntimeTest.Run(2, async () =>
    {
        var pool = new GoroutinePool(1, new() { DisablePurge = true });
        var ran = new Chan<int>();
        for (int i = 0; i < 3; i++)
        {
            bool accepted = await Task.Run(() => pool.TrySubmit(async () => await ran.Send(1)));
            Assert.True(accepted);
            await ran.Receive();
            await Until(() => pool.Idle == 1);
        }
        Assert.Equal(1, pool.Running);
    });

    [Fact]
    public void What_is_out_of_range_is_refused() => RuntimeTest.Run(1, async () =>
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GoroutinePool(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GoroutinePool(-2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GoroutinePool(1).Tune(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GoroutinePool(1, new() { Expiry = TimeSpan.Zero }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GoroutinePool(1, new() { MaxBlocking = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GoroutinePools(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GoroutinePools(2, 1, (PoolBalancing)9));
        Assert.Throws<ArgumentNullException>(() => new GoroutinePool(1).TrySubmit((Action)null!));
    });
}

public class GoroutinePoolOfOneFunctionTests : PoolContract
{
    private protected override PoolUnderTest Make(int capacity, GoroutinePoolOptions? options) =>
        PoolUnderTest.Of(new GoroutinePool<Func<GoTask>>(task => task(), capacity, options));

    [Fact]
    public void Every_argument_reaches_the_function() => RuntimeTest.Run(2, async () =>
    {
        long sum = 0;
        var pool = new GoroutinePool<int>(v => { Interlocked.Add(ref sum, v); }, 3);
        for (int i = 1; i <= 1000; i++)
            await pool.Invoke(i);
        Assert.True(await pool.ReleaseTimeout(TimeSpan.FromSeconds(30)));
        Assert.Equal(500_500, sum);
    });
}

public class GoroutinePoolsByRoundRobinTests : PoolContract
{
    private protected override PoolUnderTest Make(int capacity, GoroutinePoolOptions? options) =>
        PoolUnderTest.Of(new GoroutinePools(1, capacity, PoolBalancing.RoundRobin, options));
}

public class GoroutinePoolsByLeastTasksTests : PoolContract
{
    private protected override PoolUnderTest Make(int capacity, GoroutinePoolOptions? options) =>
        PoolUnderTest.Of(new GoroutinePools<Func<GoTask>>(task => task(), 1, capacity, PoolBalancing.LeastTasks, options));
}
