using Bench.Harness;

namespace Bench.Tasks;

/// <summary>
/// The workloads of bench/go/sync.go with what .NET has for code that awaits: SemaphoreSlim, and Lazy of a Task for what is done once. It has no lock for
/// many readers, so the usual stand-in does for that row too, and no condition: that one is written out here (<see cref="Condition"/>).
/// </summary>
internal static class SyncWorkloads
{
    public static IReadOnlyList<Row<Task>> Rows { get; } =
    [
        new("mutex", "free", "ns", 2_000_000, Mutex),
        new("mutexcontended", "g=10", "ns", 1_000_000, n => MutexContended(n, 10)),
        new("rwmutex", "reads=99%", "ns", 1_000_000, n => RWMutex(n, 10)),
        new("cond", "g=2", "ns", 200_000, n => Cond(n, 2)),
        new("cond", "g=10", "ns", 100_000, n => Cond(n, 10)),
        new("once", "done", "ns", 5_000_000, OnceDone),
        new("once", "new", "ns", 1_000_000, OnceNew),
        new("semaphore", "free", "ns", 2_000_000, Semaphore),
        new("semaphore", "g=10", "ns", 200_000, n => SemaphoreContended(n, 10, 3)),
    ];

    /// <summary>Locks and unlocks a mutex that nobody else wants, n times.</summary>
    private static async Task Mutex(int n)
    {
        using var mutex = new SemaphoreSlim(1, 1);
        long sum = 0;
        for (int i = 0; i < n; i++)
        {
            await mutex.WaitAsync();
            sum += i;
            mutex.Release();
        }
        if (sum != (long)n * (n - 1) / 2)
            throw new InvalidOperationException("Mutex lost a count.");
    }

    /// <summary>Has g tasks count to n together under one mutex.</summary>
    private static async Task MutexContended(int n, int g)
    {
        using var mutex = new SemaphoreSlim(1, 1);
        var tasks = new Task[g];
        int count = 0;
        for (int i = 0; i < g; i++)
        {
            tasks[i] = Task.Run(async () =>
            {
                for (int k = 0; k < n / g; k++)
                {
                    await mutex.WaitAsync();
                    count++;
                    mutex.Release();
                }
            });
        }
        await Task.WhenAll(tasks);
        if (count != n)
            throw new InvalidOperationException("MutexContended lost a count.");
    }

    /// <summary>Has g tasks read a map n times in all, and write to it every hundredth time.</summary>
    private static async Task RWMutex(int n, int g)
    {
        using var mutex = new SemaphoreSlim(1, 1);
        var map = new Dictionary<int, int>();
        var tasks = new Task[g];
        for (int i = 0; i < g; i++)
        {
            tasks[i] = Task.Run(async () =>
            {
                for (int k = 0; k < n / g; k++)
                {
                    await mutex.WaitAsync();
                    if (k % 100 == 0)
                        map[k % 1000] = k;
                    else
                        _ = map.TryGetValue(k % 1000, out _);
                    mutex.Release();
                }
            });
        }
        await Task.WhenAll(tasks);
        if (map.Count != 10)
            throw new InvalidOperationException("RWMutex lost a write.");
    }

    /// <summary>Has g tasks take turns, n turns in all, each of which waits for its own under one condition. Two are told by Signal, more by Broadcast.</summary>
    private static async Task Cond(int n, int g)
    {
        using var mutex = new SemaphoreSlim(1, 1);
        var changed = new Condition(mutex);
        var tasks = new Task[g];
        int turn = 0;
        for (int i = 0; i < g; i++)
        {
            int me = i;
            tasks[i] = Task.Run(async () =>
            {
                await mutex.WaitAsync();
                for (int k = 0; k < n / g; k++)
                {
                    while (turn % g != me)
                        await changed.Wait();
                    turn++;
                    if (g == 2)
                        changed.Signal();
                    else
                        changed.Broadcast();
                }
                mutex.Release();
            });
        }
        await Task.WhenAll(tasks);
        if (turn != n)
            throw new InvalidOperationException("Cond lost a turn.");
    }

    /// <summary>Asks n times for what has been done.</summary>
    private static async Task OnceDone(int n)
    {
        int count = 0;
        var once = new Lazy<Task>(() =>
        {
            count++;
            return Task.CompletedTask;
        });
        for (int i = 0; i < n; i++)
            await once.Value;
        if (count != 1)
            throw new InvalidOperationException("OnceDone did it again.");
    }

    /// <summary>Does n things once each.</summary>
    private static async Task OnceNew(int n)
    {
        int count = 0;
        var add = () =>
        {
            count++;
            return Task.CompletedTask;
        };
        for (int i = 0; i < n; i++)
            await new Lazy<Task>(add).Value;
        if (count != n)
            throw new InvalidOperationException("OnceNew left one out.");
    }

    /// <summary>Takes one of ten units that nobody else wants, and gives it back, n times.</summary>
    private static async Task Semaphore(int n)
    {
        using var units = new SemaphoreSlim(10, 10);
        long sum = 0;
        for (int i = 0; i < n; i++)
        {
            await units.WaitAsync();
            sum += i;
            units.Release();
        }
        if (sum != (long)n * (n - 1) / 2)
            throw new InvalidOperationException("Semaphore lost a count.");
    }

    /// <summary>Has g tasks work n times in all, so many of them at the same time as there are units; each gives way while it works.</summary>
    private static async Task SemaphoreContended(int n, int g, int most)
    {
        using var units = new SemaphoreSlim(most, most);
        var counts = new int[g];
        var tasks = new Task[g];
        for (int i = 0; i < g; i++)
        {
            int me = i;
            tasks[i] = Task.Run(async () =>
            {
                for (int k = 0; k < n / g; k++)
                {
                    await units.WaitAsync();
                    await Task.Yield();
                    counts[me]++;
                    units.Release();
                }
            });
        }
        await Task.WhenAll(tasks);
        if (Array.Exists(counts, count => count != n / g))
            throw new InvalidOperationException("SemaphoreContended lost a count.");
    }

    /// <summary>Go's Cond for code that awaits, as one writes it without a library: who waits is a TaskCompletionSource in a queue that the lock protects.</summary>
    private sealed class Condition(SemaphoreSlim mutex)
    {
        private readonly Queue<TaskCompletionSource> _waiters = new();

        public async Task Wait()
        {
            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Enqueue(waiter);
            mutex.Release();
            await waiter.Task;
            await mutex.WaitAsync();
        }

        public void Signal()
        {
            if (_waiters.TryDequeue(out var waiter))
                waiter.SetResult();
        }

        public void Broadcast()
        {
            while (_waiters.TryDequeue(out var waiter))
                waiter.SetResult();
        }
    }
}
