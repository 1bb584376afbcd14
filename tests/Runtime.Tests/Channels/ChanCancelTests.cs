using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>Waits on a channel that a token may end.</summary>
public sealed class ChanCancelTests
{
    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_canceled_token_ends_each_kind_of_wait_and_leaves_no_trace(int processors) => RuntimeTest.Run(processors, async () =>
    {
        var ch = new Chan<int>();
        Func<CancellationToken, GoTask>[] waits =
        [
            async token => await ch.Send(1, token),
            async token => await ch.Receive(token),
            async token => await ch.ReceiveOk(token),
            async token =>
            {
                await foreach (int value in ch.WithCancellation(token))
                    Assert.Fail($"{value} came from nowhere.");
            },
        ];
        foreach (var wait in waits)
        {
            using var source = new CancellationTokenSource();
            Go(async () =>
            {
                while (ch.Waiters() == (0, 0))
                    await Yield();
                await source.CancelAsync();
            });
            Assert.True(await IsCanceled(wait, source.Token));
            Assert.Equal((0, 0), ch.Waiters());
            // Canceled already: before it waits.
            Assert.True(await IsCanceled(wait, source.Token));
        }
    });

    [Fact]
    public void A_wait_in_the_middle_of_the_line_leaves_it_and_the_others_keep_their_order() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>();
        using var source = new CancellationTokenSource();
        var got = new int[5];
        var ended = new WaitGroup();
        for (int i = 0; i < 5; i++)
        {
            int me = i;
            ended.Add(1);
            Go(async () =>
            {
                try
                {
                    got[me] = await (me is 1 or 2 ? ReceiveWith(source.Token) : ReceiveWith(default));
                }
                catch (OperationCanceledException)
                {
                    got[me] = -1;
                }
                ended.Done();
            });
            await Yield();
        }
        await source.CancelAsync();
        for (int i = 0; i < 3; i++)
            await ch.Send(i);
        await ended.Wait();
        Assert.Equal([0, -1, -1, 1, 2], got);

        async GoTask<int> ReceiveWith(CancellationToken token) => await ch.Receive(token);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void With_a_token_that_stays_quiet_all_is_as_without() => RuntimeTest.Run(1, async () =>
    {
        using var source = new CancellationTokenSource();
        var token = source.Token;
        var ch = new Chan<int>(1);
        Go(async () =>
        {
            for (int i = 0; i < 100; i++)
                await ch.Send(i, token);
            ch.Close();
        });
        Assert.Equal(0, await ch.Receive(token));
        Assert.Equal((1, true), await ch.ReceiveOk(token));
        int next = 2;
        await foreach (int value in ch.WithCancellation(token))
            Assert.Equal(next++, value);
        Assert.Equal(100, next);
        Assert.Equal((0, false), await ch.ReceiveOk(token));
        var closedLater = new Chan<int>();
        Go(async () =>
        {
            await SelectTests.WaitersOn(closedLater, 0, 1);
            closedLater.Close();
        });
        bool threw = false;
        try
        {
            await closedLater.Send(1, token);
        }
        catch (ChanClosedException)
        {
            threw = true;
        }
        Assert.True(threw);
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_value_that_meets_the_token_is_received_or_still_with_its_sender(int processors) => RuntimeTest.Run(processors, async () =>
    {
        var ch = new Chan<int>();
        for (int i = 0; i < 400; i++)
        {
            using var source = new CancellationTokenSource();
            var thread = Task.Run(source.Cancel, CancellationToken.None);
            Go(async () => await ch.Send(i));
            int got;
            try
            {
                got = await ch.Receive(source.Token);
            }
            catch (OperationCanceledException)
            {
                got = await ch.Receive();
            }
            Assert.Equal(i, got);
            await thread;
        }
        Assert.Equal((0, 0), ch.Waiters());
    });

    private static async GoTask<bool> IsCanceled(Func<CancellationToken, GoTask> wait, CancellationToken token)
    {
        try
        {
            await wait(token);
            return false;
        }
        catch (OperationCanceledException e)
        {
            return e.CancellationToken == token;
        }
    }
}
