using System.Threading.Channels;
using Bench.Harness;

namespace Bench.Tasks;

/// <summary>Tasks that wait, each on a channel of its own, and are then all woken: bench/go's parked.</summary>
internal static class ParkedTasks
{
    public static async Task Run(int count)
    {
        // The first ones bring what a pool makes once.
        await ParkAndWake(1000);
        (await ParkAndWake(count)).Woken(count);
    }

    private static async Task<ParkedCosts> ParkAndWake(int count)
    {
        var chans = new Channel<int>[count];
        for (int i = 0; i < count; i++)
            chans[i] = Channel.CreateBounded<int>(0);
        var countdown = new Countdown(count);
        int begun = 0;
        var costs = new ParkedCosts();
        foreach (var ch in chans)
        {
            _ = Task.Run(async () =>
            {
                Interlocked.Increment(ref begun);
                await ch.Reader.ReadAsync();
                countdown.Signal();
            });
        }
        while (Volatile.Read(ref begun) < count)
            await Task.Yield();
        costs.Parked();
        foreach (var ch in chans)
            await ch.Writer.WriteAsync(1);
        await countdown.Done;
        return costs;
    }
}
