using Bench.Harness;
using Gmp;

namespace Bench.Goroutines;

/// <summary>Waits that others end: the thread pool, and what completes there.</summary>
internal static class ForeignWorkloads
{
    public static IReadOnlyList<Row<GoTask>> Rows { get; } =
    [
        new("foreign", "run", "ns", 2_000, Run),
        new("foreign", "source", "ns", 2_000, Source),
        new("foreign", "yield", "ns", 20_000, Yields),
    ];

    /// <summary>Awaits n tasks that the pool carries out.</summary>
    private static async GoTask Run(int n)
    {
        for (int i = 0; i < n; i++)
            await Task.Run(static () => { });
    }

    /// <summary>Awaits n tasks that a thread of the pool completes when it comes to it.</summary>
    private static async GoTask Source(int n)
    {
        for (int i = 0; i < n; i++)
        {
            var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ThreadPool.UnsafeQueueUserWorkItem(static s => s.SetResult(), source, preferLocal: false);
            await source.Task;
        }
    }

    /// <summary>Awaits an async Task method that gives way n times.</summary>
    private static async GoTask Yields(int n) => await Inner(n);

    private static async Task Inner(int n)
    {
        for (int i = 0; i < n; i++)
            await Task.Yield();
    }
}
