using Gmp.CodeFixes;

namespace Gmp.Analyzers.Tests;

/// <summary>GMPA001: loops that give way to nobody and end only by what others do.</summary>
public sealed class EndlessLoopTests
{
    private static Task Marks(string members) => Source.Marks<EndlessLoopAnalyzer>(members);

    private static Task Fixes(string members, string expected) => Source.Fixes<EndlessLoopAnalyzer, EndlessLoopFix>(members, expected);

    [Fact]
    public Task While_true_in_a_goroutine_function_is_marked() => Marks("""
        int _n;
        async GoTask Work()
        {
            await Yield();
            [|while (true)|]
                _n++;
        }
        """);

    [Fact]
    public Task A_for_without_condition_is_marked() => Marks("""
        int _n;
        async GoTask<int> Work()
        {
            await Yield();
            [|for (;;)|]
            {
                _n++;
            }
        }
        """);

    [Fact]
    public Task A_do_while_true_is_marked() => Marks("""
        int _n;
        GoTask Work()
        {
            [|do|]
            {
                _n++;
            }
            while (true);
        }
        """);

    [Fact]
    public Task A_lambda_given_to_Go_is_a_goroutine_whatever_it_returns() => Marks("""
        int _n;
        void Start()
        {
            Go(() => { [|while (true)|] _n++; });
            Go(async () => { await Task.Delay(1); [|while (true)|] _n++; }, "name");
            Go(1, state => { [|while (true)|] _n += state; });
        }
        """);

    [Fact]
    public Task The_main_goroutine_of_Run_is_one() => Marks("""
        int _n;
        void Start() => Scheduler.Run(() => { [|while (true)|] _n++; });
        """);

    [Fact]
    public Task A_plain_method_is_one_where_its_type_starts_it() => Marks("""
        volatile bool _stop;
        void Start() => Go(Spin);
        void Spin()
        {
            [|while (!_stop)|] { }
        }
        void NotStarted()
        {
            while (!_stop) { }
        }
        """);

    [Fact]
    public Task A_local_function_is_one_where_it_is_started() => Marks("""
        int _n;
        void Start()
        {
            Go(Spin);
            void Spin()
            {
                [|while (true)|] _n++;
            }
        }
        """);

    [Fact]
    public Task A_spin_on_a_field_is_marked() => Marks("""
        bool _done;
        volatile bool _stopped;
        GoTask Work()
        {
            [|while (!_done)|] { }
            [|while (!_stopped)|] Step();
            [|while (!Volatile.Read(ref _done))|] Thread.SpinWait(10);
            return GoTask.CompletedTask;
        }
        void Step() { }
        """);

    [Fact]
    public Task A_loop_until_a_cancellation_a_clock_or_a_task_says_so_is_marked() => Marks("""
        int _n;
        GoTask Work(CancellationToken token, Task other, Stopwatch clock)
        {
            [|while (!token.IsCancellationRequested)|] _n++;
            [|while (!other.IsCompleted)|] Step(token);
            [|while (clock.ElapsedMilliseconds < 100)|] Step(token);
            [|while (DateTime.UtcNow.Ticks < 100)|] Step(token);
            return GoTask.CompletedTask;
        }
        void Step(CancellationToken token) { }
        """);

    [Fact]
    public Task An_exit_that_only_others_open_does_not_help() => Marks("""
        int _n;
        GoTask Work(CancellationToken token)
        {
            [|while (true)|]
            {
                if (token.IsCancellationRequested)
                    break;
                _n++;
            }
            [|while (true)|]
            {
                if (token.IsCancellationRequested)
                    return GoTask.CompletedTask;
                _n++;
            }
        }
        """);

    [Fact]
    public Task Polling_a_channel_is_marked_emptying_it_is_not() => Marks("""
        int _n;
        GoTask Work(Chan<int> ch)
        {
            int v;
            [|while (!ch.TryReceive(out v))|] { }
            [|while (true)|]
            {
                if (ch.TryReceive(out v))
                    break;
            }
            while (ch.TryReceive(out v))
                _n += v;
            return GoTask.CompletedTask;
        }
        """);

    [Fact]
    public Task An_await_in_the_loop_is_a_scheduling_point() => Marks("""
        async GoTask Work(Chan<int> ch, Chan<IAsyncDisposable> resources, CancellationToken token)
        {
            while (!token.IsCancellationRequested)
                await Yield();
            for (int i = 0; ; i++)
            {
                await foreach (int v in ch)
                    i += v;
                if (i > 100)
                    break;
            }
            while (true)
            {
                for (int i = 0; i < 10; i++)
                    await ch.Send(i);
            }
        }
        """);

    [Fact]
    public Task An_await_in_a_lambda_of_the_loop_is_none() => Marks("""
        async GoTask Work(List<Func<GoTask>> list)
        {
            await Yield();
            [|while (true)|]
                list.Add(async () => await Yield());
        }
        """);

    [Fact]
    public Task A_blocking_scope_hands_the_P_on() => Marks("""
        async GoTask Work()
        {
            await Yield();
            while (true)
                _ = Blocking(() => Thread.Sleep(1));
        }
        """);

    [Fact]
    public Task A_call_that_blocks_is_left_to_the_other_rule() => Marks("""
        GoTask Work()
        {
            while (true)
                Thread.Sleep(1);
        }
        """);

    [Fact]
    public Task A_counted_loop_is_left_alone() => Marks("""
        long _sum;
        GoTask Work(int n, int[] items)
        {
            for (int i = 0; i < n; i++)
                _sum += i;
            for (long i = 0; i < 10_000_000_000; i++)
                _sum += i;
            foreach (int item in items)
                _sum += item;
            int left = n;
            while (left > 0)
                left--;
            while (n-- > 0)
                _sum++;
            return GoTask.CompletedTask;
        }
        """);

    [Fact]
    public Task A_loop_that_makes_progress_to_its_end_is_left_alone() => Marks("""
        int _head;
        bool _found;
        GoTask Work(Queue<int> queue, TextReader reader, string text, IEnumerator<int> items, List<int> list)
        {
            while (queue.Count > 0)
                queue.Dequeue();
            while (reader.ReadLine() is { } line)
                _head += line.Length;
            while (items.MoveNext())
                _head++;
            for (int at = 0; ;)
            {
                int next = text.IndexOf(',', at);
                if (next < 0)
                    break;
                at = next + 1;
            }
            while (!_found)
                Look();
            while (list is [var first, ..])
                list.Remove(first);
            return GoTask.CompletedTask;
        }
        void Look() => _found = true;
        """);

    [Fact]
    public Task A_compare_and_swap_loop_is_left_alone() => Marks("""
        int _n;
        GoTask Work()
        {
            while (true)
            {
                int n = Volatile.Read(ref _n);
                if (Interlocked.CompareExchange(ref _n, n + 1, n) == n)
                    break;
            }
            int seen;
            do
                seen = _n;
            while (Interlocked.CompareExchange(ref _n, seen + 1, seen) != seen);
            return GoTask.CompletedTask;
        }
        """);

    [Fact]
    public Task A_loop_with_an_unconditional_exit_or_a_catch_that_leaves_is_left_alone() => Marks("""
        int _n;
        GoTask Work(BinaryReader reader)
        {
            while (true)
            {
                _n++;
                break;
            }
            while (true)
            {
                try { _n += reader.ReadInt32(); }
                catch (EndOfStreamException) { return GoTask.CompletedTask; }
            }
        }
        """);

    [Fact]
    public Task A_local_that_a_function_of_the_loop_writes_is_progress() => Marks("""
        GoTask Work()
        {
            bool done = false;
            while (!done)
                Step();
            return GoTask.CompletedTask;
            void Step() => done = true;
        }
        """);

    [Fact]
    public Task Code_that_is_no_goroutine_is_left_alone() => Marks("""
        int _n;
        void Plain() { while (true) _n++; }
        async Task Other() { await Task.Yield(); while (true) _n++; }
        GoTask Starts()
        {
            var thread = new Thread(() => { while (true) _n++; });
            Task.Run(() => { while (true) _n++; });
            Blocking(() => { while (true) _n++; });
            return GoTask.CompletedTask;
        }
        """);

    [Fact]
    public Task The_fix_gives_way_at_the_end_of_the_block() => Fixes("""
        int _n;
        async GoTask Work()
        {
            await Yield();
            while (true)
            {
                _n++;
            }
        }
        """, """
        int _n;
        async GoTask Work()
        {
            await Yield();
            while (true)
            {
                _n++;
                await Yield();
            }
        }
        """);

    [Fact]
    public Task The_fix_makes_a_block_of_a_single_statement() => Fixes("""
        int _n;
        async GoTask Work()
        {
            await Yield();
            for (;;)
                _n++;
        }
        """, """
        int _n;
        async GoTask Work()
        {
            await Yield();
            for (;;)
            {
                _n++;
                await Yield();
            }
        }
        """);

    [Fact]
    public Task The_fix_makes_the_lambda_async() => Fixes("""
        volatile bool _stop;
        void Start()
        {
            Go(() =>
            {
                while (!_stop)
                {
                }
            });
        }
        """, """
        volatile bool _stop;
        void Start()
        {
            Go(async () =>
            {
                while (!_stop)
                {
                    await Yield();
                }
            });
        }
        """);

    [Fact]
    public Task The_fix_makes_a_method_async_that_never_returns() => Fixes("""
        int _n;
        static GoTask Other() => default;
        public GoTask Work()
        {
            while (true)
            {
                _n++;
            }
        }
        """, """
        int _n;
        static GoTask Other() => default;
        public async GoTask Work()
        {
            while (true)
            {
                _n++;
                await Yield();
            }
        }
        """);

    [Fact]
    public Task No_fix_where_await_is_not_allowed() => Fixes("""
        int _n;
        async GoTask Work()
        {
            await Yield();
            lock (this)
            {
                while (true)
                    _n++;
            }
        }
        """, """
        int _n;
        async GoTask Work()
        {
            await Yield();
            lock (this)
            {
                while (true)
                    _n++;
            }
        }
        """);
}
