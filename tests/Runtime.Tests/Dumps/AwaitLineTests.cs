using System.Runtime.CompilerServices;
using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>Each await of a method is told with its own line, whatever statement it stands in.</summary>
public class AwaitLineTests
{
    [Fact]
    public void Every_await_has_its_line() => RuntimeTest.Run(1, async () =>
    {
        var stops = new Stops();
        Go(async () => { await Statements(stops, "x"); }, "walker");
        int seen = 0;
        while (true)
        {
            await RuntimeTest.UntilWaiting(WaitReason.ChanReceive, 1);
            var walker = Census.Take(Scheduler.Current!).Single(v => v.Name == "walker");
            if (stops.Line == 0)
                break;
            var stack = walker.Stack.Select(p => p.ToString()).ToArray();
            Assert.EndsWith($"AwaitLineTests.cs:{stops.Line}", stack[1], StringComparison.Ordinal);
            Assert.StartsWith("Gmp.Tests.AwaitLineTests.Statements at ", stack[1], StringComparison.Ordinal);
            Assert.StartsWith("Gmp.Tests.AwaitLineTests.Stops.At at ", stack[0], StringComparison.Ordinal);
            Assert.Equal(3, stack.Length);
            seen++;
            await stops.Next.Send(0);
        }
        Assert.Equal(14, seen);
        stops.Next.Close();
    });

    [Fact]
    public void A_stack_is_told_from_the_innermost_to_the_outermost() => RuntimeTest.Run(1, async () =>
    {
        var chan = new Chan<int>();
        Go(async () => { await Deep(chan, 5); }, "deep");
        Go(async Task () => await Task.Delay(Timeout.Infinite), "task");
        await RuntimeTest.UntilWaiting(WaitReason.ChanReceive, 1);
        await RuntimeTest.UntilWaiting(WaitReason.ForeignAwait, 1);
        Go(async () => { await Deep(chan, 5); }, "not begun");
        var views = Census.Take(Scheduler.Current!);
        var deep = views.Single(v => v.Name == "deep").Stack;
        Assert.Equal(7, deep.Length);
        Assert.All(deep[..6], p => Assert.Equal("Gmp.Tests.AwaitLineTests.Deep", p.Method));
        Assert.NotEqual(deep[0], deep[1]);
        Assert.Equal(deep[1], deep[2]);
        Assert.Equal("Gmp.Tests.AwaitLineTests.A_stack_is_told_from_the_innermost_to_the_outermost.lambda", Assert.Single(views.Single(v => v.Name == "task").Stack).Method);
        Assert.Equal("Gmp.Tests.AwaitLineTests.A_stack_is_told_from_the_innermost_to_the_outermost.lambda", Assert.Single(views.Single(v => v.Name == "not begun").Stack).Method);
        chan.Close();
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void Of_a_stack_without_end_a_part_is_told() => RuntimeTest.Run(1, async () =>
    {
        var chan = new Chan<int>();
        Go(async () => { await Deep(chan, 1000); }, "deep");
        await RuntimeTest.UntilWaiting(WaitReason.ChanReceive, 1);
        var deep = Census.Take(Scheduler.Current!).Single(v => v.Name == "deep");
        Assert.Equal(GoroutineView.MostFrames, deep.Stack.Length);
        Assert.True(deep.IsCut);
        chan.Close();
    });

    [Fact]
    public void The_rest_of_an_async_Task_method_is_told_by_its_name() => RuntimeTest.Run(1, async () =>
    {
        var chan = new Chan<int>();
        var rest = Rest(chan);
        await RuntimeTest.UntilWaiting(WaitReason.ChanReceive, 1);
        var view = Census.Take(Scheduler.Current!).Single(v => v.Reason == WaitReason.ChanReceive);
        Assert.Equal($"Gmp.Tests.AwaitLineTests.{nameof(The_rest_of_an_async_Task_method_is_told_by_its_name)}.Rest", Assert.Single(view.Stack).Method);
        chan.Close();
        await rest;

        static async Task Rest(Chan<int> chan) => await chan.Receive();
    });

    private static async GoTask<int> Deep(Chan<int> chan, int depth)
    {
        if (depth == 0)
            return await chan.Receive();
        return 1 + await Deep(chan, depth - 1);
    }

    private static async GoTask<T> Statements<T>(Stops stops, T result)
    {
        await stops.At();
        for (int i = 0; i < 2; i++)
            await stops.At();
        if (await stops.At() > 0)
            throw new InvalidOperationException();
        else
            await stops.At();
        int sum = (await stops.At() + 1) * await stops.At();
        try
        {
            await stops.At();
            throw new FormatException();
        }
        catch (FormatException) when (sum == 0)
        {
            await stops.At();
        }
        finally
        {
            await stops.At();
        }
        await using (new Disposable(stops))
        {
            switch (sum)
            {
                case 0 when await stops.At() == 0:
                    await stops.At();
                    break;
                default:
                    await stops.At();
                    break;
            }
        }
        await Local();
        while (await stops.At() != 0)
            await stops.At();
        lock (stops)
            sum++;
        await stops.At();
        await stops.At(isLast: true);
        return result;

        async GoTask Local()
        {
            await Yield();
        }
    }

    private sealed class Disposable(Stops stops) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            stops.Line = -1;
            return default;
        }
    }

    private sealed class Stops
    {
        internal Chan<int> Next { get; } = new();

        internal int Line { get; set; }

        internal async GoTask<int> At(bool isLast = false, [CallerLineNumber] int line = 0)
        {
            Line = isLast ? 0 : line;
            return await Next.Receive();
        }
    }
}
