using Bench.Harness;
using Gmp;
using static Gmp.Goroutine;

namespace Bench.Goroutines;

/// <summary>What it costs to wait at the bottom of many calls, and to give way to everybody: bench/go's deep and yield.</summary>
internal static class SuspensionWorkloads
{
    public static IReadOnlyList<Row<GoTask>> Rows { get; } =
    [
        new("deep", "depth=0", "ns", 100_000, n => Deep(n, 0)),
        new("deep", "depth=10", "ns", 100_000, n => Deep(n, 10)),
        new("gosched", "g=2", "ns", 200_000, n => GoschedAmong(n, 2)),
        new("gosched", "g=100", "ns", 200_000, n => GoschedAmong(n, 100)),
    ];

    /// <summary>Makes n/2 calls that go down depth levels and there wait twice, for a send and for a receive; a hop is half of that.</summary>
    private static async GoTask Deep(int n, int depth)
    {
        var there = new Chan<int>();
        var back = new Chan<int>();
        Go(async () =>
        {
            await foreach (int v in there)
                await back.Send(v);
            back.Close();
        });
        for (int i = 0; i < n / 2; i++)
        {
            if (await Descend(depth, there, back, i) != i)
                throw new InvalidOperationException("Deep got another value.");
        }
        there.Close();
        await back.ReceiveOk();
    }

    private static async GoTask<int> Descend(int depth, Chan<int> there, Chan<int> back, int v)
    {
        if (depth > 0)
            return await Descend(depth - 1, there, back, v);
        await there.Send(v);
        return await back.Receive();
    }

    /// <summary>Has g goroutines give way to everybody, through the global queue as Go's Gosched does, n times in all.</summary>
    private static async GoTask GoschedAmong(int n, int g)
    {
        var wg = new WaitGroup();
        wg.Add(g);
        for (int i = 0; i < g; i++)
        {
            Go(async () =>
            {
                for (int k = 0; k < n / g; k++)
                    await Gosched();
                wg.Done();
            });
        }
        await wg.Wait();
    }
}
