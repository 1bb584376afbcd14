using Bench.Harness;
using Gmp;
using static Gmp.Goroutine;

namespace Bench.Goroutines;

/// <summary>Goroutines that wait, each on a channel of its own, and are then all woken: bench/go's parked, statement for statement.</summary>
internal static class ParkedGoroutines
{
    public static async GoTask Run(int count)
    {
        // The first ones bring what a scheduler makes once.
        await ParkAndWake(1000);
        (await ParkAndWake(count)).Woken(count);
    }

    private static async GoTask<ParkedCosts> ParkAndWake(int count)
    {
        var chans = new Chan<int>[count];
        for (int i = 0; i < count; i++)
            chans[i] = new Chan<int>();
        var wg = new WaitGroup();
        wg.Add(count);
        int begun = 0;
        var costs = new ParkedCosts();
        foreach (var ch in chans)
        {
            Go(async () =>
            {
                Interlocked.Increment(ref begun);
                await ch.Receive();
                wg.Done();
            });
        }
        while (Volatile.Read(ref begun) < count)
            await Yield();
        costs.Parked();
        foreach (var ch in chans)
            await ch.Send(1);
        await wg.Wait();
        return costs;
    }
}
