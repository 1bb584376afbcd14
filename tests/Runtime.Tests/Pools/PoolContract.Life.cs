using System.Diagnostics;
using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

// Tune, purge, release, reboot, what flows into tasks, and all of it at the same time.
public abstract partial class PoolContract
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(50);

    [Fact]
    public void More_capacity_serves_those_that_wait_at_once() => RuntimeTest.Run(2, async () =>
    {
        var pool = Make(1);
        var gate = new Chan<int>();
        int began = 0;
        for (int i = 0; i < 5; i++)
        {
            Go(async () => await pool.Run(async () =>
            {
                Interlocked.Increment(ref began);
                await gate.Receive();
            }));
        }
        await Until(() => pool.Control.Waiting == 4);
        pool.Control.Tune(3);
        await Until(() => began == 3);
        Assert.Equal((3, 3, 2, 0), (pool.Control.Capacity, pool.Control.Running, pool.Control.Waiting, pool.Control.Free));
        pool.Control.Tune(GoroutinePoolBase.Unlimited);
        await Until(() => began == 5);
        Assert.Equal((5, 0), (pool.Control.Running, pool.Control.Waiting));
        gate.Close();
    });

    [Fact]
    public void Less_capacity_ends_idle_workers_at_once_and_busy_ones_after_their_task() => RuntimeTest.Run(2, async () =>
    {
        var pool = Make(6, new() { DisablePurge = true });
        var first = new Chan<int>();
        var second = new Chan<int>();
        for (int i = 0; i < 6; i++)
        {
            var gate = i < 3 ? first : second;
            await pool.Run(async () => await gate.Receive());
        }
        first.Close();
        await Until(() => pool.Control.Idle == 3);
        pool.Control.Tune(2);
        Assert.Equal((3, 0, 0), (pool.Control.Running, pool.Control.Idle, pool.Control.Free));
        second.Close();
        await Until(() => pool.Control is { Running: 2, Idle: 2 });
    });

    [Fact]
    public void Idle_workers_expire_but_not_before_their_time() => RuntimeTest.Run(2, async () =>
    {
        var expiry = TimeSpan.FromMilliseconds(40);
        var pool = Make(4, new() { Expiry = expiry });
        for (int round = 0; round < 2; round++)
        {
            long begin = Stopwatch.GetTimestamp();
            var gate = new Chan<int>();
            for (int i = 0; i < 4; i++)
                await pool.Run(async () => await gate.Receive());
            gate.Close();
            await Until(() => pool.Control.Running == 0);
            Assert.True(Stopwatch.GetElapsedTime(begin) >= expiry);
        }
    });

    [Fact]
    public void The_last_that_became_idle_works_first_so_that_the_others_expire() => RuntimeTest.Run(1, async () =>
    {
        var pool = Make(4, new() { Expiry = TimeSpan.FromMilliseconds(60) });
        var gate = new Chan<int>();
        for (int i = 0; i < 4; i++)
            await pool.Run(async () => await gate.Receive());
        gate.Close();
        await Until(() => pool.Control.Idle == 4);
        long first = 0;
        while (pool.Control.Running > 1)
        {
            long worker = 0;
            await pool.Run(async () => worker = Current!.Value.Id);
            await Until(() => pool.Control.Idle == pool.Control.Running);
            Assert.Equal(first == 0 ? worker : first, worker);
            first = worker;
            await Sleep(TimeSpan.FromMilliseconds(2));
        }
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void Without_purge_idle_workers_stay_and_no_timer_runs() => RuntimeTest.Run(2, async () =>
    {
        var pool = Make(3, new() { Expiry = TimeSpan.FromMilliseconds(1), DisablePurge = true });
        var gate = new Chan<int>();
        for (int i = 0; i < 3; i++)
            await pool.Run(async () => await gate.Receive());
        gate.Close();
        await Until(() => pool.Control.Idle == 3);
        await Sleep(TimeSpan.FromMilliseconds(30));
        Assert.Equal(3, pool.Control.Running);
        Assert.DoesNotContain(Alive(), g => g.Name == "pool purger");
    });

    [Fact]
    public void The_purger_ends_with_the_last_idle_worker() => RuntimeTest.Run(2, async () =>
    {
        var pool = Make(1, new() { Expiry = TimeSpan.FromMilliseconds(4) });
        await pool.Run(async () => { });
        // The purger alone ends an idle worker, so it was there, if for too short a time to be met.
        await Until(() => pool.Control.Running == 0 && !Alive().Any(g => g.Name == "pool purger"));
    });

    [Fact]
    public void Dumps_and_traces_tell_idle_workers_and_submitters_that_wait() => RuntimeTest.Run(1, async () =>
    {
        var pool = Make(1, new() { Name = "resize", DisablePurge = true });
        var gate = new Chan<int>();
        await pool.Run(async () => await gate.Receive());
        Go(async () => await pool.Run(async () => { }), name: "submitter");
        await Until(() => pool.Control.Waiting == 1);
        Assert.Equal(WaitReason.PoolSubmit, Assert.Single(Alive(), g => g.Name == "submitter").WaitReason);
        gate.Close();
        await Until(() => pool.Control.Idle == 1);
        Assert.Equal(WaitReason.PoolWorkerIdle, Assert.Single(Alive(), g => g.Name == "resize worker").WaitReason);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void Release_ends_idle_workers_lets_busy_ones_finish_and_refuses_those_that_wait() => RuntimeTest.Run(2, async () =>
    {
        var pool = Make(2, new() { DisablePurge = true });
        var gate = new Chan<int>();
        var refused = new Chan<bool>();
        bool finished = false;
        // In this order: an idle worker would take the task of the other.
        await pool.Run(async () =>
        {
            await gate.Receive();
            finished = true;
        });
        await pool.Run(async () => { });
        await Until(() => pool.Control.Idle == 1);
        pool.Control.Tune(1);
        Go(async () =>
        {
            try
            {
                await pool.Run(async () => { });
                await refused.Send(false);
            }
            catch (PoolClosedException)
            {
                await refused.Send(true);
            }
        });
        await Until(() => pool.Control.Waiting == 1);
        pool.Control.Release();
        pool.Control.Release();
        Assert.True(await refused.Receive());
        Assert.True(pool.Control.IsClosed);
        Assert.Equal((1, 0), (pool.Control.Running, pool.Control.Waiting));
        Assert.Throws<PoolClosedException>(() => { pool.TrySubmit(async () => { }); });
        bool threw = false;
        try
        {
            await pool.Run(async () => { });
        }
        catch (PoolClosedException)
        {
            threw = true;
        }
        Assert.True(threw);
        gate.Close();
        Assert.True(await pool.Control.ReleaseTimeout(s_long));
        Assert.True(finished);
        Assert.Equal(0, pool.Control.Running);
    });

    [Fact]
    public void A_wait_for_the_end_ends_with_the_time_the_token_or_a_reboot() => RuntimeTest.Run(2, async () =>
    {
        var pool = Make(2);
        var gate = new Chan<int>();
        await pool.Run(async () => await gate.Receive());
        Assert.False(await pool.Control.ReleaseTimeout(TimeSpan.Zero));
        Assert.False(await pool.Control.ReleaseTimeout(TimeSpan.FromMilliseconds(5)));
        using var cancel = new CancellationTokenSource();
        cancel.CancelAfter(5);
        bool canceled = false;
        try
        {
            await pool.Control.ReleaseTimeout(Timeout.InfiniteTimeSpan, cancel.Token);
        }
        catch (OperationCanceledException)
        {
            canceled = true;
        }
        Assert.True(canceled);
        var ended = new Chan<bool>();
        Go(async () => await ended.Send(await pool.Control.ReleaseTimeout(Timeout.InfiniteTimeSpan)), name: "waits");
        await Until(() => Alive().Any(g => g.Name == "waits" && g.WaitReason == WaitReason.WaitGroupWait));
        pool.Control.Reboot();
        Assert.False(await ended.Receive());
        gate.Close();
        Assert.True(await pool.Control.ReleaseTimeout(Timeout.InfiniteTimeSpan));
    });

    [Fact]
    public void A_rebooted_pool_works_again() => RuntimeTest.Run(2, async () =>
    {
        var pool = Make(2);
        int ran = 0;
        pool.Control.Reboot();
        for (int round = 1; round <= 3; round++)
        {
            for (int i = 0; i < 10; i++)
                await pool.Run(async () => Interlocked.Increment(ref ran));
            Assert.True(await pool.Control.ReleaseTimeout(s_long));
            Assert.Equal((10 * round, true, 0), (ran, pool.Control.IsClosed, pool.Control.Running));
            pool.Control.Reboot();
            Assert.False(pool.Control.IsClosed);
        }
    });

    [Fact]
    public void A_worker_cannot_wait_for_the_end_of_its_own_pool() => RuntimeTest.Run(2, async () =>
    {
        var faults = new Chan<Exception>(1);
        var pool = Make(1, new() { PanicHandler = e => faults.TrySend(e) });
        await pool.Run(async () => await pool.Control.ReleaseTimeout(s_long));
        Assert.IsType<PoolDeadlockException>(await faults.Receive());
        Assert.True(await pool.Control.ReleaseTimeout(s_long));
    });

    [Fact]
    public void A_task_has_its_submitters_AsyncLocal_values_and_leaves_none_behind() => RuntimeTest.Run(1, async () =>
    {
        var local = new AsyncLocal<string?>();
        var pool = Make(1, new() { DisablePurge = true });
        var seen = new Chan<string?>(4);
        foreach (string? value in new[] { null, "a", "b", null })
        {
            local.Value = value;
            await pool.Run(async () =>
            {
                await Yield();
                seen.TrySend(local.Value);
                local.Value = "left behind";
            });
            await Until(() => pool.Control.Idle == 1);
            Assert.Equal(value, await seen.Receive());
        }
        Assert.Null(local.Value);
    }, RuntimeTest.OnePUndisturbed);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Whatever_happens_at_the_same_time_a_task_runs_once_if_it_was_accepted_and_else_never(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Submitters = 8, Each = 250;
        var pool = Make(2, new() { Expiry = TimeSpan.FromMilliseconds(2), MaxBlocking = 6 });
        int accepted = 0, ran = 0, refused = 0;
        var all = new WaitGroup();
        all.Add(Submitters);
        bool stop = false;
        for (int s = 0; s < Submitters; s++)
        {
            int number = s;
            Go(async () =>
            {
                for (int i = 0; i < Each; i++)
                {
                    // Not disposed: whoever cancels may come late.
                    var cancel = new CancellationTokenSource();
                    bool cancels = (i + number) % 5 == 0;
                    if (cancels)
                        Go(cancel.Cancel);
                    try
                    {
                        await pool.Submit(Task, cancels ? cancel.Token : CancellationToken.None);
                        Interlocked.Increment(ref accepted);
                    }
                    catch (Exception e) when (e is OperationCanceledException or PoolClosedException or PoolOverloadException)
                    {
                        Interlocked.Increment(ref refused);
                        await Yield();
                    }
                }
                all.Done();
            });
        }
        Go(async () =>
        {
            for (int i = 0; !Volatile.Read(ref stop); i++)
            {
                pool.Control.Tune((i % 4) + 1);
                if (i % 7 == 0)
                {
                    pool.Control.Release();
                    await Yield();
                    pool.Control.Reboot();
                }
                await Sleep(TimeSpan.FromMicroseconds(200));
            }
            all.Done();
        });
        await Until(() => Volatile.Read(ref accepted) + Volatile.Read(ref refused) == Submitters * Each);
        all.Add(1);
        Volatile.Write(ref stop, true);
        await all.Wait();
        Assert.True(await pool.Control.ReleaseTimeout(s_long));
        Assert.Equal(accepted, ran);
        Assert.Equal((0, 0, 0), (pool.Control.Running, pool.Control.Idle, pool.Control.Waiting));

        async GoTask Task()
        {
            await Yield();
            Interlocked.Increment(ref ran);
        }
    });

    private static List<(string? Name, WaitReason WaitReason)> Alive()
    {
        var alive = new List<(string?, WaitReason)>();
        foreach (var g in M.Current!.Scheduler.AllGs.Snapshot())
        {
            if (g.Status is not (GoStatus.Dead or GoStatus.Idle))
                alive.Add((g.Name, g.WaitReason));
        }
        return alive;
    }
}
