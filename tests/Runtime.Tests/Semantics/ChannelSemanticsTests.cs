using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>Sentences about channels in Go's documents that no other test holds. docs/go-semantics.md names each.</summary>
public sealed class ChannelSemanticsTests
{
    [Fact]
    public void A_send_waits_only_while_the_buffer_is_full() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>(2);
        int sent = 0;
        Go(async () =>
        {
            for (int i = 0; i < 4; i++)
            {
                await ch.Send(i);
                sent++;
            }
        });
        await RuntimeTest.UntilWaiting(WaitReason.ChanSend, 1);
        Assert.Equal(2, sent);
        Assert.Equal(0, await ch.Receive());
        while (sent < 3)
            await Yield();
        await RuntimeTest.UntilWaiting(WaitReason.ChanSend, 1);
        Assert.Equal(3, sent);
        for (int i = 1; i < 4; i++)
            Assert.Equal(i, await ch.Receive());
    }, RuntimeTest.OnePUndisturbed);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_buffer_limits_how_many_work_at_a_time(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Limit = 3;
        var slots = new Chan<int>(Limit);
        var all = new WaitGroup();
        int working = 0, most = 0;
        for (int i = 0; i < 200; i++)
        {
            all.Go(async () =>
            {
                await slots.Send(1);
                int now = Interlocked.Increment(ref working);
                int seen = Volatile.Read(ref most);
                while (now > seen)
                    seen = Interlocked.CompareExchange(ref most, now, seen);
                await Yield();
                Interlocked.Decrement(ref working);
                await slots.Receive();
            });
        }
        await all.Wait();
        Assert.InRange(most, 1, Limit);
    });

    [Fact]
    public void Senders_that_wait_are_served_in_the_order_in_which_they_came() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>();
        for (int i = 0; i < 5; i++)
        {
            int value = i;
            Go(async () => await ch.Send(value));
            await RuntimeTest.UntilWaiting(WaitReason.ChanSend, i + 1);
        }
        for (int i = 0; i < 5; i++)
            Assert.Equal(i, await ch.Receive());
    }, RuntimeTest.OnePUndisturbed);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void What_was_written_before_a_send_is_seen_after_its_receive(int processors) => RuntimeTest.Run(processors, async () =>
    {
        // Plain writes, each to an object of its own: nothing but the channel orders them.
        var ch = new Chan<int[]>(1);
        Go(async () =>
        {
            for (int i = 1; i <= 5000; i++)
            {
                var written = new int[2];
                written[0] = i;
                written[1] = i;
                await ch.Send(written);
            }
            ch.Close();
        });
        int next = 1;
        await foreach (var read in ch)
        {
            Assert.Equal(next, read[0]);
            Assert.Equal(next++, read[1]);
        }
        Assert.Equal(5001, next);
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void What_was_written_before_a_close_is_seen_by_a_receive_that_it_ends(int processors) => RuntimeTest.Run(processors, async () =>
    {
        for (int round = 0; round < 500; round++)
        {
            var done = new Chan<int>();
            int written = 0;
            Go(() =>
            {
                written = 7;
                done.Close();
            });
            await done.Receive();
            Assert.Equal(7, written);
        }
    });

    [Fact]
    public void Ok_tells_a_zero_that_was_sent_from_a_closed_channel() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>(1);
        await ch.Send(0);
        ch.Close();
        Assert.Equal((0, true), await ch.ReceiveOk());
        Assert.Equal((0, false), await ch.ReceiveOk());
    });

    [Fact]
    public void A_loop_over_a_channel_ends_when_it_is_closed_and_empty() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>(3);
        await ch.Send(1);
        await ch.Send(2);
        ch.Close();
        var seen = new List<int>();
        await foreach (int value in ch)
            seen.Add(value);
        await foreach (int value in ch)
            seen.Add(value);
        Assert.Equal([1, 2], seen);
    });

    [Fact]
    public void Leaving_a_loop_leaves_the_rest_in_the_channel() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>(3);
        for (int i = 1; i <= 3; i++)
            await ch.Send(i);
        await foreach (int value in ch)
        {
            Assert.Equal(1, value);
            break;
        }
        Assert.Equal(2, ch.Count);
        Assert.False(ch.IsClosed);
        Assert.Equal(2, await ch.Receive());
    });

    [Fact]
    public void What_a_select_sends_is_evaluated_once_and_also_if_it_is_not_sent() => RuntimeTest.Run(1, async () =>
    {
        var evaluated = new List<string>();
        var ready = new Chan<int>(1);
        T Note<T>(string what, T value)
        {
            evaluated.Add(what);
            return value;
        }

        int chosen = await Select(
            Send(Note("first channel", (Chan<int>?)null), Note("first value", 1)),
            Receive(Note("second channel", new Chan<int>())),
            Send(Note("third channel", ready), Note("third value", 3)));
        Assert.Equal(2, chosen);
        Assert.Equal(["first channel", "first value", "second channel", "third channel", "third value"], evaluated);
        Assert.Equal(3, await ready.Receive());
    });
}
