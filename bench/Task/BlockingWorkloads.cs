using Bench.Harness;

namespace Bench.Tasks;

/// <summary>Calls that block their thread, as most programs make them: on the pool, which adds threads when it sees that they do not come back.</summary>
internal static class BlockingWorkloads
{
    private const int Chains = 100;

    private static readonly Action s_call = static () => Thread.Sleep(10);

    public static IReadOnlyList<Row<Task>> Rows { get; } =
    [
        new("blocking", "sysmon", "ms", 1000, Run),
        new("blocking", "handoff", "ms", 1000, Run),
    ];

    /// <summary>Has 100 chains of tasks make n calls of 10 ms in all.</summary>
    private static Task Run(int n)
    {
        return Task.WhenAll(Enumerable.Range(0, Chains).Select(_ => Task.Run(Chain)));

        async Task Chain()
        {
            for (int k = 0; k < n / Chains; k++)
                await Task.Run(s_call);
        }
    }
}
