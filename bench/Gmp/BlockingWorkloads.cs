using Bench.Harness;
using Gmp;
using static Gmp.Goroutine;

namespace Bench.Goroutines;

/// <summary>The workloads of bench/go/blocking.go: calls that block their thread, of which the scheduler is told before (handoff) or not (sysmon).</summary>
internal static class BlockingWorkloads
{
    private const int Goroutines = 100;

    private static readonly Action s_call = static () => Thread.Sleep(10);

    public static IReadOnlyList<Row<GoTask>> Rows { get; } =
    [
        new("blocking", "sysmon", "ms", 1000, n => Run(n, handOff: false)),
        new("blocking", "handoff", "ms", 1000, n => Run(n, handOff: true)),
    ];

    /// <summary>Has 100 goroutines make n calls of 10 ms in all: a tenth of a second, if no call waits for another.</summary>
    private static async GoTask Run(int n, bool handOff)
    {
        var wg = new WaitGroup();
        wg.Add(Goroutines);
        for (int i = 0; i < Goroutines; i++)
        {
            Go(async () =>
            {
                for (int k = 0; k < n / Goroutines; k++)
                {
                    if (handOff)
                        await Blocking(s_call);
                    else
                        await Syscall(s_call);
                }
                wg.Done();
            });
        }
        await wg.Wait();
    }
}
