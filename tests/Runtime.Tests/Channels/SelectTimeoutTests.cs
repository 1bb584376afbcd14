using System.Diagnostics;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>What ends a select's wait from outside its channels: time and tokens.</summary>
public sealed class SelectTimeoutTests
{
    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void The_timeout_happens_if_nothing_else_does(int processors) => RuntimeTest.Run(processors, async () =>
    {
        var ch = new Chan<int>();
        var select = new Select();
        select.Receive(ch);
        var timeout = select.Timeout(TimeSpan.FromMilliseconds(5));
        for (int i = 0; i < 5; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            Assert.Equal(timeout.Index, await select.Next());
            Assert.True(Stopwatch.GetElapsedTime(begin) >= TimeSpan.FromMilliseconds(5));
            Assert.Equal((0, 0), ch.Waiters());
        }
    });

    [Fact]
    public void A_case_that_happens_stops_the_timeout_and_the_next_wait_counts_anew() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>();
        var select = new Select();
        var from = select.Receive(ch);
        var timeout = select.Timeout(TimeSpan.FromMinutes(10));
        for (int i = 0; i < 100; i++)
        {
            Go(async () =>
            {
                await SelectTests.WaitersOn(ch, 1, 0);
                await ch.Send(i);
            });
            Assert.Equal(0, await select.Next());
            Assert.Equal(i, from.Value);
        }
        timeout.Duration = TimeSpan.FromMilliseconds(1);
        Assert.Equal(1, await select.Next());
    });

    [Fact]
    public void A_timeout_of_zero_is_a_default_and_an_infinite_one_is_off() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>(1);
        var select = new Select();
        select.Receive(ch);
        var timeout = select.Timeout(TimeSpan.Zero);
        Assert.Equal(1, await select.Next());
        await ch.Send(1);
        Assert.Equal(0, await select.Next());
        timeout.Duration = Timeout.InfiniteTimeSpan;
        Go(async () =>
        {
            await SelectTests.WaitersOn(ch, 1, 0);
            await ch.Send(2);
        });
        Assert.Equal(0, await select.Next());
        Assert.Throws<InvalidOperationException>(() => select.Timeout(TimeSpan.Zero));
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_value_that_meets_the_timeout_is_received_or_still_with_its_sender(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Values = 300;
        var ch = new Chan<int>();
        var sender = new WaitGroup();
        sender.Add(1);
        Go(async () =>
        {
            for (int i = 0; i < Values; i++)
            {
                await ch.Send(i);
                // About when the other one's time is over.
                await Sleep(TimeSpan.FromMicroseconds(100));
            }
            sender.Done();
        });
        var select = new Select();
        var from = select.Receive(ch);
        select.Timeout(TimeSpan.FromMicroseconds(100));
        for (int next = 0; next < Values;)
        {
            if (await select.Next() == 0)
                Assert.Equal(next++, from.Value);
        }
        await sender.Wait();
    });

    [Fact]
    public void A_canceled_token_ends_the_wait_and_nothing_has_happened() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>();
        var select = new Select();
        var from = select.Receive(ch);
        select.Send(ch, 1);
        using var source = new CancellationTokenSource();
        Go(async () =>
        {
            await SelectTests.WaitersOn(ch, 1, 1);
            await source.CancelAsync();
        });
        Assert.Equal(source.Token, (await Canceled(select, source.Token)).CancellationToken);
        Assert.Equal((0, 0), ch.Waiters());
        // Before the wait too, even if a case is ready.
        var ready = new Chan<int>(1);
        await ready.Send(1);
        from.Chan = ready;
        await Canceled(select, source.Token);
        Assert.Equal(1, ready.Count);
        Assert.Equal(0, await select.Next(CancellationToken.None));
        using var unused = new CancellationTokenSource();
        await ready.Send(2);
        Assert.Equal(0, await select.Next(unused.Token));
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_value_that_meets_the_token_is_received_or_still_with_its_sender(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Rounds = 400;
        var ch = new Chan<int>();
        var select = new Select();
        var from = select.Receive(ch);
        select.Receive(new Chan<int>());
        int canceled = 0;
        for (int i = 0; i < Rounds; i++)
        {
            using var source = new CancellationTokenSource();
            var thread = Task.Run(source.Cancel, CancellationToken.None);
            Go(async () => await ch.Send(i));
            try
            {
                Assert.Equal(0, await select.Next(source.Token));
            }
            catch (OperationCanceledException)
            {
                canceled++;
                Assert.Equal(0, await select.Next());
            }
            Assert.Equal(i, from.Value);
            await thread;
        }
        Assert.InRange(canceled, 0, Rounds);
        Assert.Equal((0, 0), ch.Waiters());
    });

    private static async GoTask<OperationCanceledException> Canceled(Select select, CancellationToken token)
    {
        try
        {
            await select.Next(token);
        }
        catch (OperationCanceledException e)
        {
            return e;
        }
        Assert.Fail("It was not canceled.");
        return null!;
    }
}
