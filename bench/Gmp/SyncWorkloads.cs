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
        new("cond", "g=2", "ns", 200_000, n => Cond(n, 2)),
        new("cond", "g=10", "ns", 100_000, n => Cond(n, 10)),
        new("once", "done", "ns", 5_000_000, OnceDone),
        new("once", "new", "ns", 1_000_000, OnceNew),
        new("semaphore", "free", "ns", 2_000_000, Semaphore),
        new("semaphore", "g=10", "ns", 200_000, n => SemaphoreContended(n, 10, 3)),
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

    /// <summary>Has g goroutines take turns, n turns in all, each of which waits for its own under one condition. Two are told by Signal, more by Broadcast.</summary>
    private static async GoTask Cond(int n, int g)
    {
        var mutex = new GoMutex();
        var changed = new GoCond(mutex);
        var wg = new WaitGroup();
        int turn = 0;
        wg.Add(g);
        for (int i = 0; i < g; i++)
        {
            int me = i;
            Go(async () =>
            {
                await mutex.Lock();
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
                mutex.Unlock();
                wg.Done();
            });
        }
        await wg.Wait();
        if (turn != n)
            throw new InvalidOperationException("Cond lost a turn.");
    }

    /// <summary>Asks n times for what has been done.</summary>
    private static async GoTask OnceDone(int n)
    {
        var once = new GoOnce();
        int count = 0;
        var add = () => { count++; };
        for (int i = 0; i < n; i++)
            await once.Do(add);
        if (count != 1)
            throw new InvalidOperationException("OnceDone did it again.");
    }

    /// <summary>Does n things once each.</summary>
    private static async GoTask OnceNew(int n)
    {
        int count = 0;
        var add = () => { count++; };
        for (int i = 0; i < n; i++)
            await new GoOnce().Do(add);
        if (count != n)
            throw new InvalidOperationException("OnceNew left one out.");
    }

    /// <summary>Takes one of ten units that nobody else wants, and gives it back, n times.</summary>
    private static async GoTask Semaphore(int n)
    {
        var units = new GoSemaphore(10);
        long sum = 0;
        for (int i = 0; i < n; i++)
        {
            await units.Acquire();
            sum += i;
            units.Release();
        }
        if (sum != (long)n * (n - 1) / 2)
            throw new InvalidOperationException("Semaphore lost a count.");
    }

    /// <summary>Has g goroutines work n times in all, so many of them at the same time as there are units; each gives way while it works.</summary>
    private static async GoTask SemaphoreContended(int n, int g, int most)
    {
        var units = new GoSemaphore(most);
        var counts = new int[g];
        var wg = new WaitGroup();
        wg.Add(g);
        for (int i = 0; i < g; i++)
        {
            int me = i;
            Go(async () =>
            {
                for (int k = 0; k < n / g; k++)
                {
                    await units.Acquire();
                    await Yield();
                    counts[me]++;
                    units.Release();
                }
                wg.Done();
            });
        }
        await wg.Wait();
        if (Array.Exists(counts, count => count != n / g))
            throw new InvalidOperationException("SemaphoreContended lost a count.");
    }
}
