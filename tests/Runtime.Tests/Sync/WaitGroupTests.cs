using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>sync.WaitGroup.</summary>
public sealed class WaitGroupTests
{
    private static async GoTask UntilWaiting(int count) => await RuntimeTest.UntilWaiting(WaitReason.WaitGroupWait, count);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Every_waiter_goes_on_when_the_count_is_zero_and_none_before(int processors) => RuntimeTest.Run(processors, async () =>
    {
        for (int round = 0; round < 200; round++)
        {
            var group = new WaitGroup();
            var waiters = new WaitGroup();
            int done = 0, early = 0;
            group.Add(4);
            for (int i = 0; i < 3; i++)
            {
                waiters.Go(async () =>
                {
                    await group.Wait();
                    if (Volatile.Read(ref done) != 4)
                        Interlocked.Increment(ref early);
                });
            }
            for (int i = 0; i < 4; i++)
            {
                Go(async () =>
                {
                    await Yield();
                    Interlocked.Increment(ref done);
                    group.Done();
                });
            }
            await waiters.Wait();
            Assert.Equal(0, early);
        }
    });

    [Fact]
    public void Go_counts_the_goroutine_from_its_start_to_its_end() => RuntimeTest.Run(1, async () =>
    {
        var group = new WaitGroup();
        var go = new Chan<int>();
        int ended = 0;
        group.Go(async () =>
        {
            await go.Receive();
            ended++;
        });
        group.Go(() => ended++);
        group.Go(async Task () =>
        {
            await Task.Yield();
            Interlocked.Increment(ref ended);
        });
        group.Go(async ValueTask () =>
        {
            await go.Receive();
            ended++;
        });
        Go(() => go.Close());
        await group.Wait();
        Assert.Equal(4, ended);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void The_scheduler_hears_of_what_a_goroutine_throws_before_those_who_wait_go_on()
    {
        UnhandledGoroutineException? fault = null;
        var options = new SchedulerOptions { Processors = 2, DetectDeadlock = false, UnhandledException = e => fault = e };
        RuntimeTest.Run(
            2,
            async () =>
            {
                var group = new WaitGroup();
                group.Go(async () =>
                {
                    await Yield();
                    throw new FormatException();
                }, "worker");
                await group.Wait();
                Assert.IsType<FormatException>(fault?.InnerException);
            },
            options);
    }

    [Fact]
    public void More_Done_than_Add_throws() => RuntimeTest.Run(1, () =>
    {
        var group = new WaitGroup();
        group.Add(1);
        group.Done();
        Assert.Equal("sync: negative WaitGroup counter", Assert.Throws<InvalidOperationException>(group.Done).Message);
        return GoTask.CompletedTask;
    });

    [Fact]
    public void A_token_ends_the_wait_and_leaves_the_count() => RuntimeTest.Run(1, async () =>
    {
        var group = new WaitGroup();
        var ended = new WaitGroup();
        using var source = new CancellationTokenSource();
        bool canceled = false, waited = false;
        group.Add(1);
        ended.Go(async () => canceled = await IsCanceled(group, source.Token));
        ended.Go(async () => waited = !await IsCanceled(group, default));
        await UntilWaiting(2);
        await source.CancelAsync();
        await UntilWaiting(1);
        Assert.True(await IsCanceled(group, source.Token));
        group.Done();
        await ended.Wait();
        Assert.True(canceled);
        Assert.True(waited);
        using var other = new CancellationTokenSource();
        Assert.False(await IsCanceled(group, other.Token));
    }, RuntimeTest.OnePUndisturbed);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_token_that_meets_the_last_Done_ends_the_wait_once(int processors) => RuntimeTest.Run(processors, async () =>
    {
        for (int round = 0; round < 300; round++)
        {
            var group = new WaitGroup();
            var ended = new WaitGroup();
            using var source = new CancellationTokenSource();
            int canceled = 0, waited = 0;
            group.Add(1);
            for (int i = 0; i < 2; i++)
            {
                ended.Go(async () =>
                {
                    if (await IsCanceled(group, source.Token))
                        Interlocked.Increment(ref canceled);
                    else
                        Interlocked.Increment(ref waited);
                });
            }
            if (round % 2 == 0)
                await UntilWaiting(2);
            var cancel = Task.Run(source.Cancel);
            group.Done();
            await ended.Wait();
            await cancel;
            Assert.Equal(2, canceled + waited);
        }
    });

    [Fact]
    public void One_that_must_give_way_does_so_also_where_it_need_not_wait() => RuntimeTest.Run(1, async () =>
    {
        bool ran = false;
        Go(() => ran = true);
        M.Current!.PreemptRequested = true;
        await new WaitGroup().Wait();
        Assert.True(ran);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_method_that_returns_Task_may_wait() => RuntimeTest.Run(2, async () =>
    {
        var group = new WaitGroup();
        group.Go(async () => await UntilWaiting(1));
        await Wait();

        async Task Wait() => await group.Wait();
    });

    private static async GoTask<bool> IsCanceled(WaitGroup group, CancellationToken token)
    {
        try
        {
            await group.Wait(token);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }
}
