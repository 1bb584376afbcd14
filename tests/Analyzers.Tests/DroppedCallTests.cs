using Gmp.CodeFixes;

namespace Gmp.Analyzers.Tests;

/// <summary>GMPA003: calls of goroutine functions that nobody awaits, or not as they must be.</summary>
public sealed class DroppedCallTests
{
    private const string Functions = """

        static async GoTask Work() => await Yield();
        static async GoTask<int> Value() { await Yield(); return 1; }
        """;

    private static Task Marks(string members) => Source.Marks<DroppedCallAnalyzer>(members + Functions);

    private static Task Fixes(string members, string expected, int number = 0) =>
        Source.Fixes<DroppedCallAnalyzer, DroppedCallFix>(members + Functions, expected + Functions, number);

    [Fact]
    public Task A_call_as_a_statement_is_marked() => Marks("""
        async GoTask Run()
        {
            await Yield();
            [|Work()|];
            [|Value()|];
        }
        """);

    [Fact]
    public Task A_call_that_is_discarded_is_marked() => Marks("""
        GoTask Run()
        {
            _ = [|Work()|];
            _ = [|Value()|];
            return default;
        }
        """);

    [Fact]
    public Task It_is_marked_in_any_code() => Marks("""
        void Plain() => [|Work()|];
        async Task Other() { await Task.Yield(); [|Work()|]; }
        Action _action = () => [|Work()|];
        C() { [|Work()|]; }
        """);

    [Fact]
    public Task A_conditional_call_is_marked() => Marks("""
        C? _other;
        async GoTask Mine() => await Yield();
        async GoTask Run(bool b)
        {
            await Yield();
            _other?[|.Mine()|];
            _ = b ? [|Work()|] : default;
        }
        """);

    [Fact]
    public Task A_call_in_a_local_that_nobody_reads_is_marked() => Marks("""
        async GoTask Run()
        {
            await Yield();
            var task = [|Work()|];
            GoTask later;
            later = [|Work()|];
        }
        """);

    [Fact]
    public Task A_second_await_is_marked() => Marks("""
        async GoTask<int> Run()
        {
            var task = Value();
            int a = await task;
            return a + [|await task|];
        }
        """);

    [Fact]
    public Task An_await_that_a_loop_repeats_is_marked() => Marks("""
        async GoTask Run()
        {
            var task = Work();
            for (int i = 0; i < 2; i++)
                [|await task|];
        }
        """);

    [Fact]
    public Task An_await_on_either_way_is_one() => Marks("""
        async GoTask Run(bool b)
        {
            var task = Work();
            if (b)
            {
                await task;
                return;
            }
            await task;
            task = Work();
            if (b)
                await task;
            else
                await task;
            for (int i = 0; i < 2; i++)
            {
                var next = Work();
                await next;
            }
        }
        """);

    [Fact]
    public Task An_await_after_another_wait_is_marked() => Marks("""
        async GoTask Run()
        {
            var task = [|Work()|];
            await Yield();
            await task;
        }
        async GoTask Two()
        {
            var first = Work();
            var second = [|Work()|];
            await first;
            await second;
        }
        """);

    [Fact]
    public Task Lambdas_and_local_functions_are_followed_too() => Marks("""
        void Start()
        {
            Go(async () =>
            {
                var task = Work();
                await task;
                [|await task|];
            });
            async GoTask Local()
            {
                var task = Work();
                await task;
                [|await task|];
            }
            Go(Local);
        }
        """);

    [Fact]
    public Task What_is_lazy_and_not_awaited_is_marked() => Marks("""
        void Run(Chan<int> ch, WaitGroup group)
        {
            [|Yield()|];
            [|Sleep(TimeSpan.FromSeconds(1))|];
            [|ch.Send(1)|];
            [|group.Wait()|];
            _ = [|ch.Receive()|];
        }
        """);

    [Fact]
    public Task What_is_awaited_returned_passed_or_started_is_left_alone() => Marks("""
        GoTask _kept;
        async GoTask Run(Chan<int> ch)
        {
            await Work();
            int n = await Value();
            Go(() => Work());
            Go(Work);
            Go(async () => await Value());
            var task = Work();
            await task;
            Take(Work());
            _kept = Work();
            n = await (n > 0 ? Value() : new GoTask<int>(1));
            await ch.Send(n);
        }
        GoTask Returned() => Work();
        GoTask<int> Also() { var task = Value(); return task; }
        Func<GoTask> _body = () => Work();
        static void Take(GoTask task) { }
        """);

    [Fact]
    public Task A_system_call_may_be_left_where_no_P_is_to_be_had_back() => Marks("""
        void Run() => Blocking(() => { });
        """);

    [Fact]
    public Task Other_tasks_are_none_of_this_rules_business() => Marks("""
        async Task Run()
        {
            Task.Run(() => { });
            var task = Task.Delay(1);
            await task;
            await task;
        }
        """);

    [Fact]
    public Task A_local_that_a_lambda_reads_is_left_alone() => Marks("""
        void Run()
        {
            var task = Work();
            Go(async () => await task);
        }
        """);

    [Fact]
    public async Task The_message_says_what_is_wrong()
    {
        string[] messages = await Source.Messages<DroppedCallAnalyzer>("void Run() { Work(); Yield(); }" + Functions);
        Assert.Equal(
        [
            "'Work' is called and dropped: it is never resumed once it waits. Await it, or start it beside this with 'Go(() => ...)'.",
            "'Yield' does nothing until it is awaited.",
        ], messages.Order(StringComparer.Ordinal));
    }

    [Fact]
    public Task The_fix_awaits() => Fixes("""
        async GoTask Run()
        {
            await Yield();
            Work(); // kept
            _ = Value();
        }
        """, """
        async GoTask Run()
        {
            await Yield();
            await Work(); // kept
            await Value();
        }
        """);

    [Fact]
    public Task The_other_fix_starts_a_goroutine() => Fixes("""
        async GoTask Run()
        {
            await Yield();
            Work();
            _ = Value();
        }
        """, """
        async GoTask Run()
        {
            await Yield();
            Go(() => Work());
            Go(async () => await Value());
        }
        """, number: 1);

    [Fact]
    public Task Where_a_GoTask_cannot_be_awaited_it_is_only_started() => Fixes("""
        void Plain()
        {
            Work();
        }
        async Task Other()
        {
            await Task.Yield();
            Work();
        }
        """, """
        void Plain()
        {
            Go(() => Work());
        }
        async Task Other()
        {
            await Task.Yield();
            Go(() => Work());
        }
        """);

    [Fact]
    public Task The_fix_makes_the_lambda_of_Go_async() => Fixes("""
        void Start()
        {
            Go(() =>
            {
                Sleep(TimeSpan.FromSeconds(1));
            });
        }
        """, """
        void Start()
        {
            Go(async () =>
            {
                await Sleep(TimeSpan.FromSeconds(1));
            });
        }
        """);
}
