using Bench.Harness;

namespace Bench.Tasks;

/// <summary>
/// The workloads of bench/go/sync.go with what .NET has for code that awaits: SemaphoreSlim(1, 1). It has no lock for many readers, so the
/// usual stand-in does for that row too.
/// </summary>
internal static class SyncWorkloads
{
    public static IReadOnlyList<Row<Task>> Rows { get; } =
    [
        new("mutex", "free", "ns", 2_000_000, Mutex),
        new("mutexcontended", "g=10", "ns", 1_000_000, n => MutexContended(n, 10)),
        new("rwmutex", "reads=99%", "ns", 1_000_000, n => RWMutex(n, 10)),
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
}
