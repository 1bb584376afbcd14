using Gmp.CodeFixes;

namespace Gmp.Analyzers.Tests;

/// <summary>GMPA002: calls that block the thread of a goroutine.</summary>
public sealed class BlockingCallTests
{
    private static Task Marks(string members) => Source.Marks<BlockingCallAnalyzer>(members);

    private static Task Fixes(string members, string expected, int number = 0) =>
        Source.Fixes<BlockingCallAnalyzer, BlockingCallFix>(members, expected, number);

    [Fact]
    public Task Sleeping_and_joining_threads_is_marked() => Marks("""
        GoTask Work(Thread other)
        {
            [|Thread.Sleep(10)|];
            [|Thread.Sleep(TimeSpan.FromSeconds(1))|];
            [|other.Join()|];
            return GoTask.CompletedTask;
        }
        """);

    [Fact]
    public Task Waiting_for_tasks_is_marked() => Marks("""
        GoTask Work(Task<int> task, ValueTask<int> value, Task plain)
        {
            int a = [|task.Result|];
            [|plain.Wait()|];
            int b = [|value.Result|];
            int c = [|plain.ContinueWith(_ => 1).GetAwaiter().GetResult()|];
            [|plain.ConfigureAwait(false).GetAwaiter().GetResult()|];
            [|Task.WaitAll(task, plain)|];
            [|Task.WaitAny(task, plain)|];
            return GoTask.CompletedTask;
        }
        """);

    [Fact]
    public Task Waiting_for_threads_signals_is_marked() => Marks("""
        GoTask Work(ManualResetEvent e, ManualResetEventSlim slim, SemaphoreSlim semaphore, Mutex mutex, CountdownEvent count, object gate)
        {
            [|e.WaitOne()|];
            [|slim.Wait()|];
            [|semaphore.Wait(100)|];
            [|mutex.WaitOne()|];
            [|count.Wait()|];
            [|WaitHandle.WaitAny(new WaitHandle[] { e, mutex })|];
            [|Monitor.Wait(gate)|];
            return GoTask.CompletedTask;
        }
        """);

    [Fact]
    public Task Reading_the_console_and_whole_files_is_marked() => Marks("""
        GoTask Work(string path)
        {
            string? line = [|Console.ReadLine()|];
            var key = [|Console.ReadKey()|];
            string text = [|File.ReadAllText(path)|];
            [|File.WriteAllBytes(path, new byte[1])|];
            [|File.Copy(path, path)|];
            return GoTask.CompletedTask;
        }
        """);

    [Fact]
    public Task Streams_of_files_and_sockets_are_marked_by_their_type() => Marks("""
        sealed class Log(string path) : FileStream(path, FileMode.Open);
        GoTask Work(FileStream file, NetworkStream net, Log log, byte[] buffer)
        {
            int n = [|file.Read(buffer, 0, 4)|];
            [|net.Write(buffer)|];
            [|file.CopyTo(net)|];
            [|log.Flush()|];
            int one = [|log.ReadByte()|];
            return GoTask.CompletedTask;
        }
        """);

    [Fact]
    public Task Sockets_processes_and_http_are_marked() => Marks("""
        GoTask Work(Socket socket, TcpListener listener, Process process, System.Net.Http.HttpClient http, byte[] buffer)
        {
            int n = [|socket.Receive(buffer)|];
            [|socket.Send(buffer)|];
            var peer = [|socket.Accept()|];
            var client = [|listener.AcceptTcpClient()|];
            [|process.WaitForExit()|];
            var answer = [|http.Send(new System.Net.Http.HttpRequestMessage())|];
            return GoTask.CompletedTask;
        }
        """);

    [Fact]
    public Task A_blocking_collection_and_Parallel_are_marked() => Marks("""
        GoTask Work(BlockingCollection<int> items)
        {
            int item = [|items.Take()|];
            foreach (int other in [|items.GetConsumingEnumerable()|])
                item += other;
            [|Parallel.For(0, 10, i => { })|];
            return GoTask.CompletedTask;
        }
        """);

    [Fact]
    public Task Lambdas_that_the_runtime_runs_are_goroutines() => Marks("""
        void Start()
        {
            Go(() => [|Thread.Sleep(1)|]);
            Go(async () => { await Yield(); [|Thread.Sleep(1)|]; });
            Go(async () => { await Task.Delay(1); [|Thread.Sleep(1)|]; });
            Scheduler.Run(async () => { await Yield(); [|Thread.Sleep(1)|]; });
            Func<GoTask> body = async () => { await Yield(); [|Thread.Sleep(1)|]; };
            Go(body);
            Go(Named);
        }
        static void Named() => [|Thread.Sleep(1)|];
        """);

    [Fact]
    public Task Inside_Syscall_and_Blocking_a_call_may_block() => Marks("""
        async GoTask Work(Task<int> task, string path)
        {
            await Blocking(() => Thread.Sleep(10));
            string text = await Syscall(() => File.ReadAllText(path));
            int n = await Blocking(() => { Thread.Sleep(1); return task.Result; });
            await Blocking(Sleeper);
        }
        static void Sleeper() => Thread.Sleep(1);
        """);

    [Fact]
    public Task Code_elsewhere_may_block() => Marks("""
        void Plain() => Thread.Sleep(1);
        async Task Other() { await Task.Yield(); Thread.Sleep(1); }
        static void Main2() => Scheduler.RunAsync(async () => await Yield()).Wait();
        GoTask Work(List<int> list)
        {
            Task.Run(() => Thread.Sleep(1));
            list.ForEach(x => Thread.Sleep(x));
            return GoTask.CompletedTask;
        }
        """);

    [Fact]
    public Task A_task_that_was_awaited_or_asked_before_is_only_read() => Marks("""
        async GoTask Work(Task<int> a, Task<int> b, Task<int> c, Task<int> d)
        {
            await a;
            int x = a.Result;
            await Task.WhenAll(b, a);
            x += b.Result;
            if (c.IsCompletedSuccessfully)
                x += c.Result;
            if (c.IsCompleted)
                c.GetAwaiter().GetResult();
            x += [|d.Result|];
        }
        """);

    [Fact]
    public Task A_wait_of_no_time_only_looks() => Marks("""
        GoTask Work(SemaphoreSlim semaphore, ManualResetEvent e, Task task)
        {
            if (semaphore.Wait(0) || e.WaitOne(0) || task.Wait(TimeSpan.Zero) || e.WaitOne(TimeSpan.Zero))
                Thread.Sleep(0);
            return GoTask.CompletedTask;
        }
        """);

    [Fact]
    public Task Locks_memory_streams_and_file_metadata_are_left_alone() => Marks("""
        readonly Lock _gate = new();
        GoTask Work(MemoryStream memory, Stream any, string path, TextReader reader, byte[] buffer)
        {
            lock (_gate)
                memory.Write(buffer);
            lock (buffer)
                any.ReadExactly(buffer);
            if (File.Exists(path))
                File.Delete(path);
            reader.ReadLine();
            Monitor.Enter(buffer);
            Monitor.Exit(buffer);
            return GoTask.CompletedTask;
        }
        """);

    [Fact]
    public Task What_the_runtime_calls_Sleep_and_Wait_is_awaited_and_left_alone() => Marks("""
        async GoTask Work(WaitGroup group)
        {
            await Sleep(TimeSpan.FromSeconds(1));
            await group.Wait();
        }
        """);

    [Fact]
    public async Task The_message_names_the_call_and_what_to_do()
    {
        string[] messages = await Source.Messages<BlockingCallAnalyzer>("""
            GoTask Work(Task<int> task)
            {
                Thread.Sleep(10);
                int n = task.Result;
                return GoTask.CompletedTask;
            }
            """);
        Assert.Equal(
        [
            "'Thread.Sleep' blocks the thread, and with it the goroutine's P until sysmon takes it away. Use 'await Sleep(...)'.",
            "'Task.Result' blocks the thread, and with it the goroutine's P until sysmon takes it away. Await the task.",
        ], messages.Order(StringComparer.Ordinal).Reverse());
    }

    [Fact]
    public Task The_fix_of_Thread_Sleep_is_Sleep() => Fixes("""
        async GoTask Work(TimeSpan time)
        {
            await Yield();
            Thread.Sleep(10);
            // kept
            Thread.Sleep(time); // kept too
        }
        """, """
        async GoTask Work(TimeSpan time)
        {
            await Yield();
            await Sleep(TimeSpan.FromMilliseconds(10));
            // kept
            await Sleep(time); // kept too
        }
        """);

    [Fact]
    public Task The_fix_of_a_task_is_await() => Fixes("""
        async GoTask<int> Work(Task<string> task, Task other)
        {
            await Yield();
            other.Wait();
            other.GetAwaiter().GetResult();
            Task.WaitAll(other, task);
            return task.ContinueWith(t => "text").Result.Length;
        }
        """, """
        async GoTask<int> Work(Task<string> task, Task other)
        {
            await Yield();
            await other;
            other.GetAwaiter().GetResult();
            await Task.WhenAll(other, task);
            return (await task.ContinueWith(t => "text")).Length;
        }
        """);

    [Fact]
    public Task The_fix_is_the_asynchronous_counterpart_where_it_gives_the_same() => Fixes("""
        async GoTask Work(SemaphoreSlim semaphore, FileStream file, NetworkStream net, string path, Process process, byte[] buffer)
        {
            await Yield();
            semaphore.Wait();
            int n = file.Read(buffer, 0, 4);
            net.Write(buffer);
            string text = File.ReadAllText(path);
            process.WaitForExit();
        }
        """, """
        async GoTask Work(SemaphoreSlim semaphore, FileStream file, NetworkStream net, string path, Process process, byte[] buffer)
        {
            await Yield();
            await semaphore.WaitAsync();
            int n = await file.ReadAsync(buffer, 0, 4);
            await net.WriteAsync(buffer);
            string text = await File.ReadAllTextAsync(path);
            await process.WaitForExitAsync();
        }
        """);

    [Fact]
    public Task The_fix_of_the_rest_is_Blocking() => Fixes("""
        async GoTask Work(ManualResetEvent e, BlockingCollection<int> items, Process process)
        {
            await Yield();
            e.WaitOne();
            int item = items.Take();
            if (process.WaitForExit(100))
                item++;
        }
        """, """
        async GoTask Work(ManualResetEvent e, BlockingCollection<int> items, Process process)
        {
            await Yield();
            await Blocking(() => e.WaitOne());
            int item = await Blocking(() => items.Take());
            if (await Blocking(() => process.WaitForExit(100)))
                item++;
        }
        """);

    [Fact]
    public Task The_fix_makes_the_lambda_of_Go_async() => Fixes("""
        void Start()
        {
            Go(() => Thread.Sleep(1), "sleeper");
        }
        """, """
        void Start()
        {
            Go(async () => await Sleep(TimeSpan.FromMilliseconds(1)), "sleeper");
        }
        """);

    [Fact]
    public Task No_fix_where_a_span_or_a_lock_forbids_it() => Fixes("""
        async GoTask Work(Socket socket)
        {
            await Yield();
            lock (socket)
                Thread.Sleep(1);
            socket.Receive(stackalloc byte[4]);
        }
        """, """
        async GoTask Work(Socket socket)
        {
            await Yield();
            lock (socket)
                Thread.Sleep(1);
            socket.Receive(stackalloc byte[4]);
        }
        """);

    [Fact]
    public async Task Both_ways_are_offered_where_both_are_possible()
    {
        string[] titles = await Source.Titles<BlockingCallAnalyzer, BlockingCallFix>("""
            async GoTask Work(string path)
            {
                await Yield();
                string text = File.ReadAllText(path);
            }
            """);
        Assert.Equal(["await File.ReadAllTextAsync(path)", "await Blocking(() => ...): hand the P on meanwhile"], titles);
    }
}
