using System.Threading.Channels;
using Bench.Harness;

namespace Bench.Tasks;

/// <summary>What it costs to wait at the bottom of many calls: bench/go's deep. A task that yields goes to the end of the pool's queue either way.</summary>
internal static class SuspensionWorkloads
{
    public static IReadOnlyList<Row<Task>> Rows { get; } =
    [
        new("deep", "depth=0", "ns", 100_000, n => Deep(n, 0)),
        new("deep", "depth=10", "ns", 100_000, n => Deep(n, 10)),
        new("gosched", "g=2", "ns", 200_000, n => Workloads.Yield(n, 2)),
        new("gosched", "g=100", "ns", 200_000, n => Workloads.Yield(n, 100)),
    ];

    private static async Task Deep(int n, int depth)
    {
        var there = Channel.CreateBounded<int>(0);
        var back = Channel.CreateBounded<int>(0);
        var echo = Task.Run(async () =>
        {
            for (int i = 0; i < n / 2; i++)
                await back.Writer.WriteAsync(await there.Reader.ReadAsync());
        });
        for (int i = 0; i < n / 2; i++)
        {
            if (await Descend(depth, there.Writer, back.Reader, i) != i)
                throw new InvalidOperationException("Deep got another value.");
        }
        await echo;
    }

    // ValueTask: cheaper than Task where a call does not wait, and nobody awaits it twice here.
    private static async ValueTask<int> Descend(int depth, ChannelWriter<int> there, ChannelReader<int> back, int v)
    {
        if (depth > 0)
            return await Descend(depth - 1, there, back, v);
        await there.WriteAsync(v);
        return await back.ReadAsync();
    }
}
