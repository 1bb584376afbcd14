using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>sync.Once, and what stands beside it.</summary>
public sealed class GoOnceTests
{
    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void It_is_done_once_and_whoever_asked_finds_it_done(int processors) => RuntimeTest.Run(processors, async () =>
    {
        for (int round = 0; round < 300; round++)
        {
            var once = new GoOnce();
            var ended = new WaitGroup();
            int begun = 0, done = 0, early = 0;
            for (int i = 0; i < 8; i++)
            {
                ended.Go(async () =>
                {
                    await once.Do(async () =>
                    {
                        begun++;
                        await Yield();
                        done++;
                    });
                    if (Volatile.Read(ref done) != 1 || !once.IsDone)
                        Interlocked.Increment(ref early);
                });
            }
            await ended.Wait();
            Assert.Equal(1, begun);
            Assert.Equal(0, early);
        }
    });

    [Fact]
    public void What_it_throws_only_the_first_hears_and_it_counts_as_done() => RuntimeTest.Run(1, async () =>
    {
        var once = new GoOnce();
        var ended = new WaitGroup();
        var go = new Chan<int>();
        bool thrown = false, waited = false;
        ended.Go(async () =>
        {
            try
            {
                await once.Do(async () =>
                {
                    await go.Receive();
                    throw new FormatException();
                });
            }
            catch (FormatException)
            {
                thrown = true;
            }
        });
        await RuntimeTest.UntilWaiting(WaitReason.ChanReceive, 1);
        ended.Go(async () =>
        {
            await once.Do(() => throw new InvalidOperationException("a second time"));
            waited = true;
        });
        await RuntimeTest.UntilWaiting(WaitReason.Once, 1);
        Assert.False(once.IsDone);
        await go.Send(0);
        await ended.Wait();
        Assert.True(thrown);
        Assert.True(waited);
        Assert.True(once.IsDone);
        await once.Do(() => throw new InvalidOperationException("a third time"));
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_function_without_an_await_will_do() => RuntimeTest.Run(1, async () =>
    {
        var once = new GoOnce();
        int count = 0;
        await once.Do(() => count++);
        await once.Do(() => { count++; });
        Assert.Equal(1, count);
    });

    [Fact]
    public void When_it_is_done_a_call_costs_no_allocation() => RuntimeTest.Run(1, async () =>
    {
        var once = new GoOnce();
        var value = new GoOnceValue<int>(() => new(7));
        Func<GoTask> nothing = () => default;
        await once.Do(nothing);
        await value.Get();
        long before = GC.GetAllocatedBytesForCurrentThread();
        int sum = 0;
        for (int i = 0; i < 100; i++)
        {
            await once.Do(nothing);
            sum += await value.Get();
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(700, sum);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_token_ends_the_wait_for_another_and_not_what_that_one_does() => RuntimeTest.Run(1, async () =>
    {
        var once = new GoOnce();
        using var source = new CancellationTokenSource();
        var go = new Chan<int>();
        var ended = new WaitGroup();
        bool canceled = false, ended1 = false;
        ended.Go(() => once.Do(async () =>
        {
            await go.Receive();
            ended1 = true;
        }));
        await RuntimeTest.UntilWaiting(WaitReason.ChanReceive, 1);
        ended.Go(async () => canceled = await IsCanceled(once.Do(() => default, source.Token)));
        await RuntimeTest.UntilWaiting(WaitReason.Once, 1);
        await source.CancelAsync();
        await RuntimeTest.UntilWaiting(WaitReason.Once, 0);
        await go.Send(0);
        await ended.Wait();
        Assert.True(canceled);
        Assert.True(ended1);
        Assert.True(await IsCanceled(once.Do(() => default, source.Token)));
        await once.Do(() => throw new InvalidOperationException("a second time"), default);
    }, RuntimeTest.OnePUndisturbed);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_value_is_made_once_and_given_to_everybody(int processors) => RuntimeTest.Run(processors, async () =>
    {
        int made = 0;
        var get = GoOnce.OnceValue(async () =>
        {
            await Yield();
            return new object[] { ++made };
        });
        var ended = new WaitGroup();
        var seen = new object?[8];
        for (int i = 0; i < seen.Length; i++)
        {
            int number = i;
            ended.Go(async () => seen[number] = await get());
        }
        await ended.Wait();
        Assert.Equal(1, made);
        Assert.All(seen, value => Assert.Same(seen[0], value));
    });

    [Fact]
    public void What_making_a_value_throws_every_call_throws() => RuntimeTest.Run(1, async () =>
    {
        int made = 0;
        var value = new GoOnceValue<int>(async () =>
        {
            await Yield();
            throw new FormatException((++made).ToString(null, null));
        });
        for (int i = 0; i < 3; i++)
        {
            string? message = null;
            try
            {
                await value.Get();
            }
            catch (FormatException e)
            {
                message = e.Message;
            }
            Assert.Equal("1", message);
        }
        Assert.True(value.IsDone);
    });

    [Fact]
    public void What_a_OnceFunc_throws_every_call_throws() => RuntimeTest.Run(1, async () =>
    {
        int calls = 0;
        var function = GoOnce.OnceFunc(() =>
        {
            calls++;
            throw new FormatException();
        });
        int thrown = 0;
        for (int i = 0; i < 3; i++)
        {
            try
            {
                await function();
            }
            catch (FormatException)
            {
                thrown++;
            }
        }
        Assert.Equal(1, calls);
        Assert.Equal(3, thrown);
    });

    private static async GoTask<bool> IsCanceled(GoTask call)
    {
        try
        {
            await call;
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }
}
