using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>What holds for every channel, whatever its capacity. Each kind inherits it.</summary>
public abstract class ChanContract
{
    protected abstract int Capacity { get; }

    private Chan<T> Make<T>() => new(Capacity);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Values_arrive_once_and_in_order(int processors) => RuntimeTest.Run(processors, async () =>
    {
        var ch = Make<int>();
        Go(async () =>
        {
            for (int i = 0; i < 5000; i++)
                await ch.Send(i);
            ch.Close();
        });
        int next = 0;
        await foreach (int value in ch)
            Assert.Equal(next++, value);
        Assert.Equal(5000, next);
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Every_value_of_many_senders_reaches_exactly_one_of_many_receivers(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Senders = 7, Receivers = 5, Each = 800;
        var ch = Make<int>();
        var seen = new int[Senders * Each];
        var sent = new WaitGroup();
        var received = new WaitGroup();
        sent.Add(Senders);
        received.Add(Receivers);
        for (int s = 0; s < Senders; s++)
        {
            int first = s * Each;
            Go(async () =>
            {
                for (int i = 0; i < Each; i++)
                    await ch.Send(first + i);
                sent.Done();
            });
        }
        for (int r = 0; r < Receivers; r++)
        {
            Go(async () =>
            {
                await foreach (int value in ch)
                    Interlocked.Increment(ref seen[value]);
                received.Done();
            });
        }
        await sent.Wait();
        ch.Close();
        await received.Wait();
        Assert.All(seen, count => Assert.Equal(1, count));
    });

    [Fact]
    public void A_closed_channel_gives_what_is_left_and_then_the_default_at_once() => RuntimeTest.Run(1, async () =>
    {
        var ch = Make<string?>();
        for (int i = 0; i < Capacity; i++)
            Assert.True(ch.TrySend($"v{i}"));
        ch.Close();
        for (int i = 0; i < Capacity; i++)
            Assert.Equal(($"v{i}", true), await ch.ReceiveOk());
        Assert.Equal((null, false), await ch.ReceiveOk());
        Assert.Null(await ch.Receive());
        Assert.False(ch.TryReceive(out _));
        Assert.True(ch.TryReceive(out _, out bool ok));
        Assert.False(ok);
    });

    [Fact]
    public void A_send_on_a_closed_channel_and_a_second_close_throw() => RuntimeTest.Run(1, async () =>
    {
        var ch = Make<int>();
        ch.Close();
        Assert.True(ch.IsClosed);
        Assert.Throws<ChanClosedException>(() => ch.TrySend(1));
        Assert.Throws<ChanClosedException>(ch.Close);
        ChanClosedException? thrown = null;
        try
        {
            await ch.Send(1);
        }
        catch (ChanClosedException e)
        {
            thrown = e;
        }
        Assert.Equal("send on closed channel", thrown?.Message);
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Closing_wakes_every_waiting_receiver_and_fails_every_waiting_sender(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Waiters = 20;
        var empty = Make<int>();
        var full = Make<int>();
        while (full.TrySend(0))
        {
        }
        var ended = new WaitGroup();
        ended.Add(2 * Waiters);
        int defaults = 0, failures = 0, parked = 0;
        for (int i = 0; i < Waiters; i++)
        {
            Go(async () =>
            {
                Interlocked.Increment(ref parked);
                if (!(await empty.ReceiveOk()).Ok)
                    Interlocked.Increment(ref defaults);
                ended.Done();
            });
            Go(async () =>
            {
                Interlocked.Increment(ref parked);
                try
                {
                    await full.Send(1);
                }
                catch (ChanClosedException)
                {
                    Interlocked.Increment(ref failures);
                }
                ended.Done();
            });
        }
        while (Volatile.Read(ref parked) < 2 * Waiters)
            await Yield();
        empty.Close();
        full.Close();
        await ended.Wait();
        Assert.Equal(Waiters, defaults);
        Assert.Equal(Waiters, failures);
    });

    [Fact]
    public void Receivers_are_served_in_the_order_in_which_they_came() => RuntimeTest.Run(1, async () =>
    {
        const int Receivers = 10;
        var ch = Make<int>();
        var got = new int[Receivers];
        var ended = new WaitGroup();
        for (int i = 0; i < Receivers; i++)
        {
            int me = i;
            ended.Add(1);
            Go(async () =>
            {
                got[me] = await ch.Receive();
                ended.Done();
            });
            // On one P the new goroutine runs, and parks, before this one goes on.
            await Yield();
        }
        for (int i = 0; i < Receivers; i++)
            await ch.Send(i);
        await ended.Wait();
        Assert.Equal(Enumerable.Range(0, Receivers), got);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void Length_and_capacity_are_told() => RuntimeTest.Run(1, async () =>
    {
        var ch = Make<int>();
        Assert.Equal(Capacity, ch.Capacity);
        for (int i = 0; i < Capacity; i++)
        {
            Assert.Equal(i, ch.Count);
            await ch.Send(i);
        }
        Assert.Equal(Capacity, ch.Count);
        Assert.False(ch.TrySend(99));
    });

    [Fact]
    public void Threads_that_are_no_goroutines_send_and_receive_by_trying() => RuntimeTest.Run(2, async () =>
    {
        const int Count = 500;
        var toGoroutine = Make<int>();
        var thread = new Thread(() =>
        {
            for (int i = 0; i < Count;)
            {
                if (toGoroutine.TrySend(i))
                    i++;
                else
                    Thread.Yield();
            }
        });
        thread.Start();
        for (int i = 0; i < Count; i++)
            Assert.Equal(i, await toGoroutine.Receive());
        await Blocking(thread.Join);
    });
}

public sealed class UnbufferedChanTests : ChanContract
{
    protected override int Capacity => 0;

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_send_ends_only_when_its_value_was_received(int processors) => RuntimeTest.Run(processors, async () =>
    {
        var ch = new Chan<int>();
        bool received = false;
        Go(async () =>
        {
            for (int i = 0; i < 5; i++)
                await Yield();
            Volatile.Write(ref received, true);
            await ch.Receive();
        });
        await ch.Send(1);
        Assert.True(received);
    });

    [Fact]
    public void Trying_fails_where_nobody_waits_on_the_other_side()
    {
        var ch = new Chan<int>();
        Assert.False(ch.TrySend(1));
        Assert.False(ch.TryReceive(out _));
    }
}

public sealed class OneSlotChanTests : ChanContract
{
    protected override int Capacity => 1;
}

public sealed class BufferedChanTests : ChanContract
{
    protected override int Capacity => 7;

    [Fact]
    public void A_negative_capacity_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new Chan<int>(-1));
}
