using Gmp.CodeFixes;

namespace Gmp.Analyzers.Tests;

/// <summary>GMPA004: goroutine functions that are awaited in methods that are none.</summary>
public sealed class ForeignCallerTests
{
    private const string Functions = """

        static async GoTask Work() => await Yield();
        static async GoTask<int> Value() { await Yield(); return 1; }
        """;

    private static Task Marks(string members) => Source.Marks<ForeignCallerAnalyzer>(members + Functions);

    private static Task Fixes(string members, string expected) =>
        Source.Fixes<ForeignCallerAnalyzer, ForeignCallerFix>(members + Functions, expected + Functions);

    [Fact]
    public Task An_await_in_an_async_method_of_another_kind_is_marked() => Marks("""
        async Task A() => [|await Work()|];
        async Task<int> B() => [|await Value()|] + 1;
        async ValueTask C1() { if (true) [|await Work()|]; }
        async void D() { [|await Work()|]; }
        async IAsyncEnumerable<int> E() { yield return [|await Value()|]; }
        """);

    [Fact]
    public Task A_lambda_and_a_local_function_count_for_themselves() => Marks("""
        async GoTask A()
        {
            Func<Task> f = async () => [|await Work()|];
            await Task.Run(async () => [|await Value()|]);
            await Local();
            async Task Local() => [|await Work()|];
        }
        Func<Task> _field = async () => [|await Work()|];
        async Task B()
        {
            await Inner();
            Go(async () => await Work());
            Scheduler.Run(async () => { await Work(); });
            Func<GoTask<int>> f = async () => await Value();
            static Task Inner() => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task What_waits_and_is_no_function_is_left_alone() => Marks("""
        async Task A(Chan<int> chan, GoMutex mutex, WaitGroup group)
        {
            await Yield();
            await Sleep(TimeSpan.Zero);
            await chan.Send(await chan.Receive());
            await foreach (int i in chan) { }
            using (await mutex.Lock()) { }
            await group.Wait();
        }
        async GoTask B()
        {
            await Work();
            await A(new(), new(), new());
        }
        """);

    [Fact]
    public async Task The_message_says_what_to_do_there()
    {
        Assert.Equal(
            [
                "'Value' is awaited in 'B', which gives IAsyncEnumerable<int>: as soon as the call has to wait, the await throws. Let a goroutine send the values on a channel, or start the call with 'Go(() => ...)'.",
                "'Work' is awaited in 'A', which gives Task: as soon as the call has to wait, the await throws. Make it return GoTask, or start the call with 'Go(() => ...)'.",
                "'Work' is awaited in 'D', which gives nothing: as soon as the call has to wait, the await throws. Make it return GoTask, or start the call with 'Go(() => ...)'.",
                "'Work' is awaited in a lambda, which gives Task: as soon as the call has to wait, the await throws. Give the lambda where a GoTask function is wanted, or start the call with 'Go(() => ...)'.",
            ],
            (await Source.Messages<ForeignCallerAnalyzer>("""
                async Task A() => await Work();
                async IAsyncEnumerable<int> B() { yield return await Value(); }
                Func<Task> _c = async () => await Work();
                async void D() => await Work();
                """ + Functions)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public Task A_method_is_made_to_return_GoTask() => Fixes(
        """
        async Task A() => await Work();
        async System.Threading.Tasks.Task<int> B()
        {
            return await Local();
            async ValueTask<int> Local() => await Value();
        }
        """,
        """
        async GoTask A() => await Work();
        async GoTask<int> B()
        {
            return await Local();
            async GoTask<int> Local() => await Value();
        }
        """);

    [Fact]
    public Task One_whose_type_others_decide_is_not() => Fixes(
        """
        class Base { public virtual Task A() => Task.CompletedTask; }
        class Derived : Base, IAsyncDisposable
        {
            public override async Task A() => await Work();
            public async ValueTask DisposeAsync() => await Work();
        }
        Func<Task> _c = async () => await Work();
        """,
        """
        class Base { public virtual Task A() => Task.CompletedTask; }
        class Derived : Base, IAsyncDisposable
        {
            public override async Task A() => await Work();
            public async ValueTask DisposeAsync() => await Work();
        }
        Func<Task> _c = async () => await Work();
        """);
}
