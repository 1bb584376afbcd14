using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>How a pool of pools spreads tasks. What each pool does stands in <see cref="PoolContract"/>.</summary>
public class PoolBalancingTests
{
    [Fact]
    public void Round_robin_gives_each_pool_as_many() => RuntimeTest.Run(2, async () =>
    {
        var pools = new GoroutinePools(4, 10);
        var gate = new Chan<int>();
        for (int i = 0; i < 20; i++)
            await pools.Submit(async () => await gate.Receive());
        Assert.All(pools.Pools, pool => Assert.Equal(5, pool.Running));
        Assert.Equal((40, 20, 20), (pools.Capacity, pools.Running, pools.Free));
        gate.Close();
    });

    [Theory, InlineData(PoolBalancing.RoundRobin), InlineData(PoolBalancing.LeastTasks)]
    public void Nobody_waits_while_another_pool_has_room(PoolBalancing balancing) => RuntimeTest.Run(2, async () =>
    {
        var pools = new GoroutinePools<int>(async _ => await Sleep(TimeSpan.FromMinutes(5)), 3, 2, balancing, new() { NonBlocking = true });
        // One pool is full before the others have anything.
        Assert.True(pools.Pools[1].TryInvoke(0));
        Assert.True(pools.Pools[1].TryInvoke(0));
        for (int i = 0; i < 4; i++)
            await pools.Invoke(i);
        Assert.Equal(0, pools.Free);
        Assert.False(pools.TryInvoke(0));
    });

    [Fact]
    public void The_pool_with_the_fewest_tasks_is_chosen_and_idle_workers_count_for_none() => RuntimeTest.Run(2, async () =>
    {
        var pools = new GoroutinePools(2, 8, PoolBalancing.LeastTasks, new() { DisablePurge = true });
        var gate = new Chan<int>();
        var busy = new Chan<int>();
        // The first has five workers that are idle, the second one that is busy: the first has fewer tasks.
        for (int i = 0; i < 5; i++)
            await pools.Pools[0].Submit(async () => await gate.Receive());
        await pools.Pools[1].Submit(async () => await busy.Receive());
        gate.Close();
        while (pools.Pools[0].Idle != 5)
            await Sleep(TimeSpan.FromMilliseconds(1));
        await pools.Submit(async () => await busy.Receive());
        Assert.Equal((4, 5), (pools.Pools[0].Idle, pools.Pools[0].Running));
        Assert.Equal(1, pools.Pools[1].Running);
        busy.Close();
    });

    [Fact]
    public void A_release_is_of_all_pools_and_so_is_a_reboot() => RuntimeTest.Run(2, async () =>
    {
        var pools = new GoroutinePools(3, 2);
        for (int i = 0; i < 6; i++)
            await pools.Submit(async () => { });
        Assert.True(await pools.ReleaseTimeout(TimeSpan.FromSeconds(50)));
        Assert.All(pools.Pools, pool => Assert.True(pool is { IsClosed: true, Running: 0 }));
        pools.Reboot();
        Assert.All(pools.Pools, pool => Assert.False(pool.IsClosed));
        pools.Tune(5);
        Assert.Equal(15, pools.Capacity);
    });
}
