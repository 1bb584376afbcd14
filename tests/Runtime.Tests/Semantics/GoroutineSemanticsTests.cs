using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>Sentences about goroutines, their beginning and end in Go's documents that no other test holds. docs/go-semantics.md names each.</summary>
public sealed class GoroutineSemanticsTests
{
    [Fact]
    public void Go_does_not_wait_for_what_it_starts() => RuntimeTest.Run(1, async () =>
    {
        bool ran = false;
        Go(() => ran = true);
        Assert.False(ran);
        while (!ran)
            await Yield();
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void An_argument_is_evaluated_by_the_caller() => RuntimeTest.Run(1, async () =>
    {
        int value = 1;
        var seen = new Chan<int>();
        Go((value, seen), static async state => await state.seen.Send(state.value));
        value = 2;
        Assert.Equal(1, await seen.Receive());
        Assert.Equal(2, value);
    }, RuntimeTest.OnePUndisturbed);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void What_was_written_before_Go_is_seen_by_what_it_starts(int processors) => RuntimeTest.Run(processors, async () =>
    {
        var all = new WaitGroup();
        int wrong = 0;
        for (int i = 0; i < 2000; i++)
        {
            var written = new int[1];
            written[0] = i;
            int expected = i;
            all.Go(() =>
            {
                if (written[0] != expected)
                    Interlocked.Increment(ref wrong);
            });
        }
        await all.Wait();
        Assert.Equal(0, wrong);
    });

    [Fact]
    public void Gosched_lets_all_others_run_and_comes_back_by_itself() => RuntimeTest.Run(1, async () =>
    {
        int ran = 0;
        for (int i = 0; i < 10; i++)
            Go(() => ran++);
        await Gosched();
        Assert.Equal(10, ran);
        await Gosched();
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_sleep_of_no_time_returns_at_once() => RuntimeTest.Run(1, async () =>
    {
        bool ran = false;
        Go(() => ran = true);
        await Sleep(TimeSpan.Zero);
        await Sleep(TimeSpan.FromSeconds(-1));
        Assert.False(ran);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void When_the_main_goroutine_ends_nobody_waits_for_the_others()
    {
        bool ended = false;
        int turns = 0;
        RuntimeTest.Run(2, async () =>
        {
            Go(async () =>
            {
                await new Chan<int>().Receive();
                ended = true;
            });
            Go(async () =>
            {
                while (true)
                {
                    Interlocked.Increment(ref turns);
                    await Yield();
                }
            });
            while (Volatile.Read(ref turns) == 0)
                await Yield();
        });
        Assert.False(ended);
    }

    [Fact]
    public void What_is_deferred_runs_while_an_exception_goes_up_innermost_first() => RuntimeTest.Run(1, async () =>
    {
        var order = new List<string>();
        async GoTask Outer()
        {
            try
            {
                await Inner();
            }
            finally
            {
                await Yield();
                order.Add("outer");
            }
        }

        async GoTask Inner()
        {
            try
            {
                await Yield();
                throw new FormatException();
            }
            finally
            {
                await Yield();
                order.Add("inner");
            }
        }

        bool caught = false;
        try
        {
            await Outer();
        }
        catch (FormatException)
        {
            caught = true;
        }
        Assert.True(caught);
        Assert.Equal(["inner", "outer"], order);
    });

    [Fact]
    public void A_wait_for_nobody_ends_at_once() => RuntimeTest.Run(1, async () =>
    {
        bool ran = false;
        Go(() => ran = true);
        await new WaitGroup().Wait();
        Assert.False(ran);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void What_calls_the_once_that_runs_it_waits_for_ever() => RuntimeTest.Run(1, async () =>
    {
        var once = new GoOnce();
        Go(async () => await once.Do(async () => await once.Do(() => default)));
        await RuntimeTest.UntilWaiting(WaitReason.Once, 1);
        for (int i = 0; i < 100; i++)
            await Yield();
        await RuntimeTest.UntilWaiting(WaitReason.Once, 1);
        Assert.False(once.IsDone);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_wait_for_a_condition_does_not_end_by_itself() => RuntimeTest.Run(1, async () =>
    {
        var mutex = new GoMutex();
        var cond = new GoCond(mutex);
        bool over = false;
        Go(async () =>
        {
            using (await mutex.Lock())
                await cond.Wait();
            over = true;
        });
        await RuntimeTest.UntilWaiting(WaitReason.CondWait, 1);
        for (int i = 0; i < 100; i++)
        {
            using (await mutex.Lock())
                await Yield();
        }
        Assert.False(over);
        cond.Signal();
        while (!over)
            await Yield();
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void Canceling_again_does_nothing() => RuntimeTest.Run(1, async () =>
    {
        using var deadline = WithTimeout(TimeSpan.FromMinutes(1));
        int canceled = 0;
        using var registration = deadline.Token.Register(() => canceled++);
        await deadline.CancelAsync();
        await deadline.CancelAsync();
        Assert.Equal(1, canceled);
    });

    [Fact]
    public void Canceling_a_child_leaves_its_parent_alone() => RuntimeTest.Run(1, async () =>
    {
        using var parent = WithTimeout(TimeSpan.FromMinutes(1));
        using var child = WithTimeout(TimeSpan.FromMinutes(1), parent.Token);
        await child.CancelAsync();
        Assert.True(child.IsCancellationRequested);
        Assert.False(parent.IsCancellationRequested);
    });
}
