using Bench.Harness;
using Gmp;

namespace Bench.Goroutines;

/// <summary>Tasks that do nothing, submitted to a pool. Both rows are the same here; the peers do it in two ways.</summary>
internal static class PoolWorkloads
{
    private const int Workers = 100;

    public static IReadOnlyList<Row<GoTask>> Rows { get; } =
    [
        new("pool", "ants", "ns", 500_000, Submit),
        new("pool", "chan", "ns", 500_000, Submit),
    ];

    /// <summary>Submits n tasks that do nothing to a pool of 100 workers, and waits for all of them.</summary>
    private static async GoTask Submit(int n)
    {
        var pool = new GoroutinePool(Workers);
        var wg = new WaitGroup();
        wg.Add(n);
        Action task = wg.Done;
        for (int i = 0; i < n; i++)
            await pool.Submit(task);
        await wg.Wait();
        pool.Release();
    }
}
