using Bench.Harness;

namespace Bench.Tasks;

/// <summary>Tasks that do nothing, at most 100 at a time: Task.Run behind a SemaphoreSlim, as .NET programs limit what the thread pool does.</summary>
internal static class PoolWorkloads
{
    private const int Workers = 100;

    public static IReadOnlyList<Row<Task>> Rows { get; } =
    [
        new("pool", "ants", "ns", 500_000, Submit),
        new("pool", "chan", "ns", 500_000, Submit),
    ];

    private static async Task Submit(int n)
    {
        using var places = new SemaphoreSlim(Workers);
        var countdown = new Countdown(n);
        Action task = () =>
        {
            // First: the last signal ends the use of the semaphore.
            places.Release();
            countdown.Signal();
        };
        for (int i = 0; i < n; i++)
        {
            await places.WaitAsync();
            _ = Task.Run(task);
        }
        await countdown.Done;
    }
}
