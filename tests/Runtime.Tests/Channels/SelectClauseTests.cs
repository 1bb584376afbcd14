using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>The short form of select: cases with bodies, in one call.</summary>
public sealed class SelectClauseTests
{
    [Fact]
    public void The_body_of_the_case_that_happened_runs_with_its_value() => RuntimeTest.Run(1, async () =>
    {
        var ints = new Chan<int>(1);
        var words = new Chan<string>(1);
        var done = new List<string>();
        GoTask<int> Once() => Select(
            Receive(ints, v => done.Add($"int {v}")),
            Receive(words, (word, ok) => done.Add($"word {word} {ok}")),
            Default(() => done.Add("default")));
        Assert.Equal(2, await Once());
        await ints.Send(1);
        Assert.Equal(0, await Once());
        await words.Send("two");
        Assert.Equal(1, await Once());
        words.Close();
        Assert.Equal(1, await Once());
        Assert.Equal(["default", "int 1", "word two True", "word  False"], done);
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void It_waits_for_the_first_case_that_can_happen(int processors) => RuntimeTest.Run(processors, async () =>
    {
        var to = new Chan<int>();
        var from = new Chan<int>();
        long sum = 0, sent = 0;
        var ended = new WaitGroup();
        ended.Add(1);
        Go(async () =>
        {
            for (int i = 0; i < 500; i++)
            {
                await from.Send(i);
                sum += await to.Receive();
            }
            ended.Done();
        });
        int received = 0;
        for (int i = 0; i < 1000; i++)
        {
            await Select(
                Receive(received == sent ? from : null, v => received++),
                Send(received == sent ? null : to, 1, () => sent++),
                After(TimeSpan.FromMinutes(1), () => throw new TimeoutException()));
        }
        await ended.Wait();
        Assert.Equal((500, 500L, 500L), (received, sent, sum));
    });

    [Fact]
    public void A_body_may_wait_and_select_again() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>(3);
        await ch.Send(1);
        await ch.Send(2);
        await ch.Send(3);
        var got = new List<int>();
        await Select(Receive(ch, async first =>
        {
            got.Add(first);
            await Yield();
            await Select(
                Receive(ch, second => got.Add(second)),
                Default(async () => await Sleep(TimeSpan.FromMilliseconds(1))));
            await Select(Receive(ch, async (third, ok) =>
            {
                await Yield();
                got.Add(ok ? third : -1);
            }));
        }));
        Assert.Equal([1, 2, 3], got);
    });

    [Fact]
    public void The_earliest_timeout_counts() => RuntimeTest.Run(1, async () =>
    {
        int happened = await Select(
            Receive<int>(null),
            After(TimeSpan.FromMinutes(1), () => { }),
            After(TimeSpan.FromMilliseconds(1), async () => await Yield()),
            After(Timeout.InfiniteTimeSpan, () => { }));
        Assert.Equal(2, happened);
    });

    [Fact]
    public void What_goes_wrong_is_thrown_by_the_await_and_the_next_select_is_not_touched_by_it() => RuntimeTest.Run(1, async () =>
    {
        var closed = new Chan<int>();
        closed.Close();
        var open = new Chan<int>(1);
        for (int i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<ChanClosedException>(async () => await AsTask(Send(closed, 1), Receive(open, v => { })));
            await Assert.ThrowsAsync<TimeoutException>(async () => await AsTask(Default(() => throw new TimeoutException())));
            await open.Send(i);
            int got = -1;
            Assert.Equal(0, await Select(Receive(open, v => got = v)));
            Assert.Equal(i, got);
        }
        Assert.Throws<InvalidOperationException>(() => Select(Default(), Default()).GetAwaiter());

        static async Task<int> AsTask(params SelectClause[] clauses) => await Select(clauses);
    });

    /// <summary>Its value is in a case from a pool, which may be another clause's by then.</summary>
    [Fact]
    public void A_clause_that_sends_is_used_once() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>(2);
        var clause = Send(ch, 1);
        Assert.Equal(0, await Select(clause));
        Assert.Throws<InvalidOperationException>(() => Select(clause).GetAwaiter());
        Assert.Throws<InvalidOperationException>(() => Select(Default(), clause).GetAwaiter());
        Assert.Equal(1, ch.Count);
    });

    [Fact]
    public void A_clause_that_receives_may_be_used_again() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>(2);
        await ch.Send(1);
        await ch.Send(2);
        var got = new List<int>();
        var clause = Receive(ch, got.Add);
        Assert.Equal(0, await Select(clause));
        Assert.Equal(0, await Select(clause));
        Go(async () => await ch.Send(3));
        Assert.Equal(0, await Select(clause));
        Assert.Equal([1, 2, 3], got);
    });

    /// <summary>More clauses than are looked at without a wait's preparations, of all kinds; and each as likely as the others.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(12)]
    public void However_many_there_are_each_that_can_happen_does(int count) => RuntimeTest.Run(1, async () =>
    {
        const int Rounds = 3000;
        var chans = Enumerable.Range(0, count).Select(_ => new Chan<int>(1)).ToArray();
        var happened = new int[count];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < count; i += 2)
                chans[i].TrySend(i);
            var clauses = new SelectClause[count];
            for (int i = 0; i < count; i++)
                clauses[i] = i % 2 == 0 ? Receive(chans[i]) : Send(chans[i], i);
            happened[await Select(clauses)]++;
            foreach (var ch in chans)
                ch.TryReceive(out _);
        }
        // Six standard deviations of a fair choice.
        double fair = (double)Rounds / count;
        Assert.All(happened, n => Assert.InRange(n, fair - (6 * Math.Sqrt(fair)), fair + (6 * Math.Sqrt(fair))));
    });
}
