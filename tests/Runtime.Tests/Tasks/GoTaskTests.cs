using System.Runtime.CompilerServices;
using static Gmp.Goroutine;

namespace Gmp.Tests;

public class GoTaskTests
{
    private static readonly AsyncLocal<string?> s_local = new();

    [Fact]
    public void Calls_nest_return_and_suspend_at_every_depth() => RuntimeTest.Run(2, async () =>
    {
        for (int depth = 0; depth < 40; depth++)
            Assert.Equal(depth, await Down(depth));

        static async GoTask<int> Down(int depth)
        {
            if (depth % 3 == 0)
                await Yield();
            return depth == 0 ? 0 : 1 + await Down(depth - 1);
        }
    });

    [Fact]
    public void Exceptions_come_up_through_suspended_calls() => RuntimeTest.Run(1, async () =>
    {
        for (int i = 0; i < 3; i++)
        {
            string? caught = null;
            try
            {
                await Outer(suspend: i != 0);
            }
            catch (InvalidDataException e)
            {
                caught = e.Message;
            }
            Assert.Equal("inner", caught);
        }

        static async GoTask Outer(bool suspend)
        {
            if (suspend)
                await Yield();
            await Inner(suspend);
        }

        static async GoTask<int> Inner(bool suspend)
        {
            if (suspend)
                await Yield();
            throw new InvalidDataException("inner");
        }
    });

    /// <summary>An async Task method calls this through its builder, which lets the process end with what is thrown: nobody else says where that was.</summary>
    [Fact]
    public void A_caller_that_is_no_GoTask_method_is_named() => RuntimeTest.Run(1, async () =>
    {
        var call = Waits();
        var refused = Assert.Throws<InvalidOperationException>(() => Foreign(call));
        Assert.Matches(@"in a GoTask method, which \S*A_caller_that_is_no_GoTask_method_is_named\.Foreign at \S*GoTaskTests\.cs:\d+ is not\. ", refused.Message);
        await call;

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Foreign(GoTask call) => call.GetAwaiter().UnsafeOnCompleted(() => { });

        static async GoTask Waits() => await Yield();
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_caller_that_throws_before_its_await_is_told_with_what_it_threw(bool begins)
    {
        var told = Assert.Throws<InvalidOperationException>(() => RuntimeTest.Run(1, async () =>
        {
            if (begins)
                await Yield();
            var call = Waits();
            if (Current is not null)
                throw new InvalidDataException("between the call and its await");
            await call;
        }));
        Assert.Contains("never awaited", told.Message, StringComparison.Ordinal);
        Assert.Equal("between the call and its await", Assert.IsType<InvalidDataException>(told.InnerException).Message);

        static async GoTask Waits() => await Yield();
    }

    [Fact]
    public void A_GoTask_awaited_twice_is_refused() => RuntimeTest.Run(1, async () =>
    {
        var call = Once();
        Assert.Equal(1, await call);
        InvalidOperationException? refused = null;
        try
        {
            await call;
        }
        catch (InvalidOperationException e)
        {
            refused = e;
        }
        Assert.Contains("once", refused?.Message, StringComparison.Ordinal);

        static async GoTask<int> Once()
        {
            await Yield();
            return 1;
        }
    });

    [Fact]
    public void A_call_that_waits_and_is_not_awaited_at_once_is_refused() => RuntimeTest.Run(1, async () =>
    {
        var ch = new Chan<int>();
        InvalidOperationException? refused = null;
        var outcome = new Chan<Exception?>(1);
        Go(async () =>
        {
            try
            {
                _ = Waits(ch);
                await Yield();
            }
            catch (InvalidOperationException e)
            {
                refused = e;
            }
            await outcome.Send(refused);
        });
        var thrown = await outcome.Receive();
        Assert.Contains("not awaited at once", thrown?.Message, StringComparison.Ordinal);

        static async GoTask Waits(Chan<int> chan) => await chan.Receive();
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Foreign_awaits_park_the_goroutine_and_bring_it_back(int processors) => RuntimeTest.Run(processors, async () =>
    {
        var ended = new WaitGroup();
        for (int i = 0; i < 50; i++)
        {
            ended.Add(1);
            Go(async () =>
            {
                long id = Current!.Value.Id;
                await Task.Yield();
                await Task.Delay(1);
                Assert.Equal(7, await Task.Run(() => 7));
                Assert.Equal(9, await new ValueTask<int>(Task.Run(() => 9)));
                await Task.Run(() => { }).ConfigureAwait(false);
                Assert.Equal(id, Current!.Value.Id);
                ended.Done();
            });
        }
        await ended.Wait();
    });

    [Fact]
    public void A_foreign_wait_that_fails_throws_in_the_goroutine() => RuntimeTest.Run(1, async () =>
    {
        string? caught = null;
        try
        {
            await Task.Run(() => throw new InvalidDataException("from the pool"));
        }
        catch (InvalidDataException e)
        {
            caught = e.Message;
        }
        Assert.Equal("from the pool", caught);
    });

    [Fact]
    public void Bodies_that_return_Task_and_ValueTask_use_channels_and_stay_on_the_scheduler() => RuntimeTest.Run(2, async () =>
    {
        var ch = new Chan<int>();
        Go(async Task () =>
        {
            await Task.Delay(1);
            Assert.NotNull(Current);
            await ch.Send(1);
            await Sleep(TimeSpan.FromMilliseconds(1));
            await Yield();
            await ch.Send(await Syscall(() => 2));
        });
        Assert.Equal(1, await ch.Receive());
        Assert.Equal(2, await ch.Receive());
        Go(async ValueTask () =>
        {
            await Task.Delay(1);
            await ch.Send(3);
        });
        Assert.Equal(3, await ch.Receive());
    });

    [Fact]
    public void AsyncLocals_are_a_goroutine_s_own_and_inherited_by_those_it_starts() => RuntimeTest.Run(1, async () =>
    {
        s_local.Value = "main";
        var ended = new WaitGroup();
        for (int i = 0; i < 10; i++)
        {
            string mine = $"g{i}";
            ended.Add(1);
            Go(async () =>
            {
                Assert.Equal("main", s_local.Value);
                s_local.Value = mine;
                for (int k = 0; k < 5; k++)
                {
                    await Yield();
                    Assert.Equal(mine, s_local.Value);
                }
                ended.Done();
            });
        }
        await ended.Wait();
        Assert.Equal("main", s_local.Value);
    });

    [Fact]
    public void The_main_goroutine_s_exception_comes_out_of_Run() =>
        Assert.Throws<InvalidDataException>(() => RuntimeTest.Run(1, async () =>
        {
            await Yield();
            throw new InvalidDataException();
        }));

    [Fact]
    public void Another_goroutine_s_exception_goes_to_the_handler_with_who_it_was()
    {
        UnhandledGoroutineException? unhandled = null;
        var told = new Chan<bool>(1);
        var options = new SchedulerOptions
        {
            Processors = 1,
            UnhandledException = e =>
            {
                unhandled = e;
                told.TrySend(true);
            },
        };
        RuntimeTest.Run(
            1,
            async () =>
            {
                Go(async () =>
                {
                    await Yield();
                    throw new InvalidDataException("boom");
                }, "bomb");
                await told.Receive();
            },
            options);
        Assert.Equal("bomb", unhandled!.GoroutineName);
        Assert.IsType<InvalidDataException>(unhandled.InnerException);
        Assert.Contains("GoTaskTests.cs:", unhandled.CreatedAt, StringComparison.Ordinal);
        Assert.StartsWith("created by goroutine 1 \"main\" at ./tests/Runtime.Tests/Tasks/GoTaskTests.cs:", Assert.Single(unhandled.CreationChain), StringComparison.Ordinal);
        Assert.Matches(@"^Gmp\.Tests\.GoTaskTests\.\w+\.lambda at \./tests/Runtime\.Tests/Tasks/GoTaskTests\.cs:\d+$", Assert.Single(unhandled.AwaitStack));
    }

    [Fact]
    public void A_handler_that_calls_something_that_waits_harms_no_other_goroutine()
    {
        int handled = 0, ran = 0;
        var never = new Chan<int>();
        var options = new SchedulerOptions
        {
            Processors = 1,
            DetectDeadlock = false,
            UnhandledException = _ =>
            {
                handled++;
                // Forgotten, as a logger would be.
                Forget(Wait(never));
            },
        };
        RuntimeTest.Run(
            1,
            async () =>
            {
                var ended = new WaitGroup();
                for (int i = 0; i < 5; i++)
                {
                    ended.Add(1);
                    Go(() => throw new InvalidDataException());
                    Go(async () =>
                    {
                        await Yield();
                        ran++;
                        ended.Done();
                    });
                }
                await ended.Wait();
                while (handled < 5)
                    await Yield();
            },
            options);
        Assert.Equal((5, 5), (handled, ran));

        static async GoTask Wait(Chan<int> chan) => await chan.Receive();

        static void Forget(GoTask task) => _ = task;
    }

    [Fact]
    public void An_awaiter_that_refuses_to_wait_throws_where_it_is_awaited() => RuntimeTest.Run(1, async () =>
    {
        string? caught = null;
        try
        {
            await new RefusingAwaitable();
        }
        catch (NotSupportedException e)
        {
            caught = e.Message;
        }
        Assert.Equal("refused", caught);
        await Task.Delay(1);
        await Yield();
    });

    [Fact]
    public void A_goroutine_made_where_the_flow_is_suppressed_sees_nobody_s_AsyncLocals() => RuntimeTest.Run(1, async () =>
    {
        s_local.Value = "secret";
        var seen = new Chan<string?>(1);
        using (ExecutionContext.SuppressFlow())
            Go(() => seen.TrySend(s_local.Value));
        Assert.Null(await seen.Receive());
    });

    private readonly struct RefusingAwaitable : System.Runtime.CompilerServices.INotifyCompletion
    {
        public bool IsCompleted => Environment.ProcessId == 0;

        public RefusingAwaitable GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => throw new NotSupportedException("refused");
    }
}
