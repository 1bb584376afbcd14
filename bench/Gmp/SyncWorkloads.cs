using Bench.Harness;
using Gmp;
using static Gmp.Goroutine;

namespace Bench.Goroutines;

/// <summary>The workloads of bench/go/sync.go, statement for statement.</summary>
internal static class SyncWorkloads
{
    public static IReadOnlyList<Row<GoTask>> Rows { get; } =
    [
        new("mutex", "free", "ns", 2_000_000, Mutex),
        new("mutexcontended", "g=10", "ns", 1_000_000, n => MutexContended(n, 10)),
        new("rwmutex", "reads=99%", "ns", 1_000_000, n => RWMutex(n, 10)),
    ];

    /// <summary>Locks and unlocks a mutex that nobody else wants, n times.</summary>
    private static async GoTask Mutex(int n)
    {
        var mutex = new GoMutex();
        long sum = 0;
        for (int i = 0; i < n; i++)
        {
            await mutex.Lock();
            sum += i;
            mutex.Unlock();
        }
        if (sum != (long)n * (n - 1) / 2)
            throw new InvalidOperationException("Mutex lost a count.");
    }

    /// <summary>Has g goroutines count to n together under one mutex.</summary>
    private static async GoTask MutexContended(int n, int g)
    {
        var mutex = new GoMutex();
        var wg = new WaitGroup();
        int count = 0;
        wg.Add(g);
        for (int i = 0; i < g; i++)
        {
            Go(async () =>
            {
                for (int k = 0; k < n / g; k++)
                {
                    await mutex.Lock();
                    count++;
                    mutex.Unlock();
                }
                wg.Done();
            });
        }
        await wg.Wait();
        if (count != n)
            throw new InvalidOperationException("MutexContended lost a count.");
    }

    /// <summary>Has g goroutines read a map n times in all, and write to it every hundredth time.</summary>
    private static async GoTask RWMutex(int n, int g)
    {
        var mutex = new GoRWMutex();
        var wg = new WaitGroup();
        var map = new Dictionary<int, int>();
        wg.Add(g);
        for (int i = 0; i < g; i++)
        {
            Go(async () =>
            {
                for (int k = 0; k < n / g; k++)
                {
                    if (k % 100 == 0)
                    {
                        await mutex.Lock();
                        map[k % 1000] = k;
                        mutex.Unlock();
                    }
                    else
                    {
                        await mutex.RLock();
                        _ = map.TryGetValue(k % 1000, out _);
                        mutex.RUnlock();
                    }
                }
                wg.Done();
            });
        }
        await wg.Wait();
        if (map.Count != 10)
            throw new InvalidOperationException("RWMutex lost a write.");
    }
}
