using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>What Go's select statement promises, one by one.</summary>
public sealed class SelectTests
{
    [Fact]
    public void The_case_that_is_ready_happens_and_no_other() => RuntimeTest.Run(1, async () =>
    {
        var from = new Chan<int>(1);
        var other = new Chan<int>(1);
        var to = new Chan<string>(1);
        Assert.True(to.TrySend("full"));
        var select = new Select();
        var a = select.Receive(other);
        var b = select.Receive(from);
        var c = select.Send(to, "more");
        Assert.Equal((0, 1, 2), (a.Index, b.Index, c.Index));
        await from.Send(7);
        Assert.Equal(1, await select.Next());
        Assert.Equal((7, true), (b.Value, b.Ok));
        Assert.Equal("full", await to.Receive());
        Assert.Equal(2, await select.Next());
        Assert.Equal("more", await to.Receive());
        Assert.Equal(0, from.Count + other.Count);
    });

    [Fact]
    public void The_default_happens_only_if_nothing_else_can() => RuntimeTest.Run(1, async () =>
    {
        var a = new Chan<int>(1);
        var b = new Chan<int>(1);
        var select = new Select();
        var fromA = select.Receive(a);
        int none = select.Default();
        var toB = select.Send(b, 5);
        Assert.Equal((0, 1, 2), (fromA.Index, none, toB.Index));
        Assert.Equal(2, await select.Next());
        Assert.Equal(1, await select.Next());
        await a.Send(1);
        Assert.Equal(0, await select.Next());
        Assert.Equal(1, await select.Next());
        Assert.Throws<InvalidOperationException>(() => select.Default());
    });

    [Theory, InlineData(2), InlineData(3), InlineData(8), InlineData(100)]
    public void Each_case_that_is_ready_is_as_likely_as_the_others(int ready) => RuntimeTest.Run(1, async () =>
    {
        const int Each = 2000;
        var select = new Select();
        var cases = new SelectReceive<int>[2 * ready];
        // Every second one is never ready, which must not favour its neighbour.
        for (int i = 0; i < cases.Length; i++)
            cases[i] = select.Receive(i % 2 == 0 ? new Chan<int>(1) : new Chan<int>());
        for (int i = 0; i < cases.Length; i += 2)
            await cases[i].Chan!.Send(i);
        var times = new int[cases.Length];
        for (int i = 0; i < ready * Each; i++)
        {
            int chosen = await select.Next();
            times[chosen]++;
            await cases[chosen].Chan!.Send(chosen);
        }
        // Six standard deviations.
        double slack = 6 * Math.Sqrt(Each);
        for (int i = 0; i < cases.Length; i++)
            Assert.InRange(times[i], i % 2 == 0 ? Each - slack : 0, i % 2 == 0 ? Each + slack : 0);
    });

    [Fact]
    public void A_receive_from_a_closed_channel_happens_at_once_and_is_not_ok() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<string>(1);
        await ch.Send("last");
        ch.Close();
        var select = new Select();
        var from = select.Receive(ch);
        Assert.Equal(0, await select.Next());
        Assert.Equal(("last", true), (from.Value, from.Ok));
        Assert.Equal(0, await select.Next());
        Assert.Equal((null, false), (from.Value, from.Ok));
    });

    [Fact]
    public void A_send_to_a_closed_channel_throws() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>();
        ch.Close();
        var select = new Select();
        select.Send(ch, 1);
        select.Default();
        Assert.Equal("send on closed channel", (await Throws<ChanClosedException>(select)).Message);
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Closing_ends_the_wait_of_a_receive_and_of_a_send(int processors) => RuntimeTest.Run(processors, async () =>
    {
        var never = new Chan<int>();
        foreach (bool send in (bool[])[false, true])
        {
            var ch = new Chan<int>();
            var select = new Select();
            select.Receive(never);
            var from = select.Receive(send ? null : ch);
            select.Send(send ? ch : null, 1);
            Go(async () =>
            {
                await WaitersOn(ch, send ? 0 : 1, send ? 1 : 0);
                ch.Close();
            });
            if (send)
            {
                await Throws<ChanClosedException>(select);
            }
            else
            {
                Assert.Equal(1, await select.Next());
                Assert.False(from.Ok);
            }
            Assert.Equal((0, 0), never.Waiters());
        }
    });

    [Fact]
    public void A_case_without_a_channel_never_happens_until_it_has_one() => RuntimeTest.Run(1, async () =>
    {
        var a = new Chan<int>(1);
        var b = new Chan<int>(1);
        await a.Send(1);
        await b.Send(2);
        var select = new Select();
        var fromA = select.Receive<int>(null);
        var fromB = select.Receive(b);
        var off = select.Send<int>(null, 3);
        int none = select.Default();
        Assert.Equal(fromB.Index, await select.Next());
        Assert.Equal(none, await select.Next());
        fromA.Chan = a;
        Assert.Equal(fromA.Index, await select.Next());
        off.Chan = a;
        Assert.Equal(off.Index, await select.Next());
    });

    [Theory, InlineData(false), InlineData(true)]
    public void A_select_in_which_nothing_can_happen_waits_for_ever(bool hasCase) => RuntimeTest.Run(1, async () =>
    {
        G? waiting = null;
        Go(async () =>
        {
            waiting = M.Current!.CurrentG;
            var select = new Select();
            if (hasCase)
                select.Receive<int>(null);
            await select.Next();
            Assert.Fail("It ended.");
        });
        while (waiting?.Status != GoStatus.Waiting)
            await Yield();
        Assert.Equal(hasCase ? WaitReason.Select : WaitReason.SelectNoCases, waiting.WaitReason);
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_wait_ends_with_one_case_and_takes_the_others_back(int processors) => RuntimeTest.Run(processors, async () =>
    {
        var chans = new Chan<int>[4];
        var select = new Select();
        var cases = new SelectCase[4];
        for (int i = 0; i < 4; i++)
        {
            chans[i] = new Chan<int>();
            cases[i] = i < 2 ? select.Receive(chans[i]) : select.Send(chans[i], 10 * i);
        }
        for (int i = 0; i < 400; i++)
        {
            int which = i % 4;
            Go(async () =>
            {
                foreach (var ch in chans)
                    await WaitersOn(ch, Array.IndexOf(chans, ch) < 2 ? 1 : 0, Array.IndexOf(chans, ch) < 2 ? 0 : 1);
                if (which < 2)
                    await chans[which].Send(i);
                else
                    Assert.Equal(10 * which, await chans[which].Receive());
            });
            Assert.Equal(which, await select.Next());
            if (which < 2)
                Assert.Equal(i, ((SelectReceive<int>)cases[which]).Value);
            foreach (var ch in chans)
                Assert.Equal((0, 0), ch.Waiters());
        }
    });

    [Fact]
    public void Selects_and_plain_waits_are_served_in_the_order_in_which_they_came() => RuntimeTest.Run(1, async () =>
    {
        const int Waits = 9;
        var ch = new Chan<int>();
        var other = new Chan<int>();
        var got = new int[Waits];
        var ended = new WaitGroup();
        for (int i = 0; i < Waits; i++)
        {
            int me = i;
            ended.Add(1);
            Go(async () =>
            {
                if (me % 3 == 0)
                {
                    got[me] = await ch.Receive();
                }
                else
                {
                    var select = new Select();
                    select.Receive(other);
                    var from = select.Receive(ch);
                    got[me] = await select.Next() == 1 ? from.Value : -1;
                }
                ended.Done();
            });
            await Yield();
        }
        // One leaves the middle by another channel: the line closes up.
        await other.Send(0);
        for (int i = 0; i < Waits - 1; i++)
            await ch.Send(i);
        await ended.Wait();
        Assert.Equal([0, -1, 1, 2, 3, 4, 5, 6, 7], got);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void The_same_channel_may_stand_in_several_cases() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>();
        var select = new Select();
        SelectReceive<int>[] from = [select.Receive(ch), select.Receive(ch), select.Receive(ch)];
        for (int i = 0; i < 50; i++)
        {
            Go(async () =>
            {
                await WaitersOn(ch, 3, 0);
                await ch.Send(i);
            });
            Assert.Equal(i, from[await select.Next()].Value);
            Assert.Equal((0, 0), ch.Waiters());
        }
    });

    [Theory, InlineData(0), InlineData(1)]
    public void A_select_that_sends_and_receives_on_one_channel_does_not_meet_itself(int capacity) => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>(capacity);
        var select = new Select();
        var from = select.Receive(ch);
        var to = select.Send(ch, 1);
        if (capacity == 1)
        {
            // Room: the send happens. Full: the receive does.
            Assert.Equal(to.Index, await select.Next());
            Assert.Equal(from.Index, await select.Next());
            return;
        }
        Go(async () =>
        {
            await WaitersOn(ch, 1, 1);
            Assert.Equal(1, await ch.Receive());
        });
        Assert.Equal(to.Index, await select.Next());
        Go(async () =>
        {
            await WaitersOn(ch, 1, 1);
            await ch.Send(2);
        });
        Assert.Equal(from.Index, await select.Next());
        Assert.Equal(2, from.Value);
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Selects_that_meet_one_another_agree_on_what_happened(int processors) => RuntimeTest.Run(processors, async () =>
    {
        // Each may send on either channel and receive from either: whatever is sent is received once, by another one.
        const int Goroutines = 6, Rounds = 3000;
        var a = new Chan<(int Sender, int Number)>();
        var b = new Chan<(int Sender, int Number)>();
        long sent = 0, received = 0, sums = 0, met = 0;
        var ended = new WaitGroup();
        var stop = new Chan<int>();
        for (int i = 0; i < Goroutines; i++)
        {
            int me = i;
            ended.Add(1);
            Go(async () =>
            {
                var select = new Select();
                var cases = (select.Receive(a), select.Send(a), select.Receive(b), select.Send(b), select.Receive(stop));
                // Half of them the other way round, so that their claims cross.
                if (me % 2 == 0)
                    (cases.Item1.Chan, cases.Item3.Chan, cases.Item2.Chan, cases.Item4.Chan) = (b, a, b, a);
                for (int number = 0; ; number++)
                {
                    cases.Item2.Value = cases.Item4.Value = (me, number);
                    int chosen = await select.Next();
                    if (chosen == 4)
                        break;
                    if (chosen is 1 or 3)
                    {
                        Interlocked.Increment(ref sent);
                        Interlocked.Add(ref sums, number);
                        if (Interlocked.Increment(ref met) == Goroutines * Rounds)
                            stop.Close();
                        continue;
                    }
                    var value = chosen == 0 ? cases.Item1.Value : cases.Item3.Value;
                    if (value.Sender == me)
                        throw new InvalidOperationException("It met itself.");
                    Interlocked.Increment(ref received);
                    Interlocked.Add(ref sums, -value.Number);
                }
                ended.Done();
            });
        }
        await ended.Wait();
        Assert.True(sent >= Goroutines * Rounds);
        Assert.Equal(sent, received);
        Assert.Equal(0, sums);
        Assert.Equal((0, 0), a.Waiters());
        Assert.Equal((0, 0), b.Waiters());
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Every_value_sent_by_selects_and_others_reaches_exactly_one_receiver(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Senders = 4, Receivers = 4, Each = 1500;
        var a = new Chan<int>();
        var b = new Chan<int>(2);
        var seen = new int[Senders * Each];
        var sent = new WaitGroup();
        var received = new WaitGroup();
        sent.Add(Senders);
        received.Add(Receivers);
        for (int s = 0; s < Senders; s++)
        {
            int me = s;
            Go(async () =>
            {
                var select = new Select();
                var toA = select.Send(a);
                var toB = select.Send(b);
                for (int i = 0; i < Each; i++)
                {
                    int value = (me * Each) + i;
                    if (me == 0)
                    {
                        await (i % 2 == 0 ? a : b).Send(value);
                        continue;
                    }
                    toA.Value = toB.Value = value;
                    await select.Next();
                }
                sent.Done();
            });
        }
        for (int r = 0; r < Receivers; r++)
        {
            int me = r;
            Go(async () =>
            {
                if (me == 0)
                {
                    await foreach (int value in a)
                        Interlocked.Increment(ref seen[value]);
                    received.Done();
                    return;
                }
                var select = new Select();
                var fromA = select.Receive(a);
                var fromB = select.Receive(b);
                while (fromA.Chan is not null || fromB.Chan is not null)
                {
                    var from = await select.Next() == 0 ? fromA : fromB;
                    if (from.Ok)
                        Interlocked.Increment(ref seen[from.Value]);
                    else
                        from.Chan = null;
                }
                received.Done();
            });
        }
        await sent.Wait();
        a.Close();
        b.Close();
        await received.Wait();
        Assert.All(seen, count => Assert.Equal(1, count));
    });

    [Fact]
    public void The_default_does_not_happen_while_one_of_the_channels_is_ready_at_each_moment() => RuntimeTest.Run(2, async () =>
    {
        // A thread moves the token to and fro, first there and then away from here: there is no moment without one.
        var a = new Chan<int>(1);
        var b = new Chan<int>(1);
        await a.Send(0);
        bool stop = false;
        var mover = new Thread(() =>
        {
            for (var (from, to) = (a, b); !Volatile.Read(ref stop); (from, to) = (to, from))
            {
                to.TrySend(0);
                from.TryReceive(out _);
            }
        });
        mover.Start();
        var select = new Select();
        var fromA = select.Receive(a);
        var fromB = select.Receive(b);
        int none = select.Default();
        int missed = 0;
        for (int i = 0; i < 200_000; i++)
        {
            int chosen = await select.Next();
            if (chosen == none)
                missed++;
            else
                (chosen == fromA.Index ? a : b).TrySend(0);
        }
        Volatile.Write(ref stop, true);
        await Blocking(mover.Join);
        Assert.Equal(0, missed);
    });

    [Fact]
    public void A_wait_allocates_no_more_than_one_on_a_single_channel() => RuntimeTest.Run(1, async () =>
    {
        var a = new Chan<int>();
        var back = new Chan<int>();
        Go(async () =>
        {
            while (await back.Receive() >= 0)
                await a.Send(1);
        });
        var select = new Select();
        select.Receive(a);
        select.Receive(new Chan<int>());
        async GoTask<long> Plain()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                await back.Send(i);
                await a.Receive();
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        async GoTask<long> WithSelect()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                await back.Send(i);
                await select.Next();
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        await WithSelect();
        // Code that the JIT has not optimized boxes awaiters, so nothing is what both need only later.
        long plain = await Plain();
        long withSelect = await WithSelect();
        await back.Send(-1);
        Assert.InRange(withSelect, 0, plain + 500);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_goroutine_whose_select_need_not_wait_gives_way_when_asked() => RuntimeTest.Run(1, async () =>
    {
        bool ran = false;
        Go(() => ran = true);
        var ch = new Chan<int>(1);
        await ch.Send(4);
        var select = new Select();
        var from = select.Receive(ch);
        // What sysmon does when the slice is over.
        M.Current!.PreemptRequested = true;
        Assert.Equal(0, await select.Next());
        Assert.True(ran);
        Assert.Equal((4, true), (from.Value, from.Ok));
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_method_that_is_no_goroutine_method_can_await_a_select() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>();
        Go(async () =>
        {
            await WaitersOn(ch, 1, 0);
            await ch.Send(3);
        });
        Assert.Equal(3, await InTask());

        async Task<int> InTask()
        {
            var select = new Select();
            var from = select.Receive(ch);
            await select.Next();
            return from.Value;
        }
    });

    [Fact]
    public void A_select_belongs_to_one_goroutine_at_a_time() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>();
        var select = new Select();
        var from = select.Receive(ch);
        var ended = new WaitGroup();
        ended.Add(1);
        Go(async () =>
        {
            await select.Next();
            ended.Done();
        });
        await WaitersOn(ch, 1, 0);
        await Throws<InvalidOperationException>(select);
        Assert.Throws<InvalidOperationException>(() => from.Chan = null);
        Assert.Throws<InvalidOperationException>(() => select.Receive(ch));
        await ch.Send(1);
        await ended.Wait();
        Assert.Equal(1, from.Value);
    });

    internal static async GoTask<T> Throws<T>(Select select)
        where T : Exception
    {
        try
        {
            await select.Next();
        }
        catch (T e)
        {
            return e;
        }
        Assert.Fail($"No {typeof(T).Name} was thrown.");
        return null!;
    }

    /// <summary>Gives way until so many wait on either side.</summary>
    internal static async GoTask WaitersOn<T>(Chan<T> ch, int receivers, int senders)
    {
        while (ch.Waiters() != (receivers, senders))
            await Yield();
    }
}
