using System.Diagnostics;
using Gmp;
using static Gmp.Goroutine;

namespace Bench.Overhead;

/// <summary>What the targets do, for ever.</summary>
internal sealed class Workloads(int processors)
{
    /// <summary>Counters of one goroutine each lie so far apart that no two share a cache line.</summary>
    private const int Apart = 16;

    private const int Leaves = 1024;
    private const int RoundsOfALeaf = 20_000;   // some 20 us
    private const int YieldersPerProcessor = 2;
    private const int Burst = 500;

    private readonly long[] _operations = new long[Apart * 64];

    /// <summary>How many were done so far.</summary>
    internal long Operations
    {
        get
        {
            long sum = 0;
            for (int i = 0; i < _operations.Length; i += Apart)
                sum += Volatile.Read(ref _operations[i]);
            return sum;
        }
    }

    /// <summary>Pairs that send each other a value in turn; an operation is a round. Nothing but switches.</summary>
    internal async GoTask PingPong()
    {
        for (int i = 0; i < processors; i++)
        {
            int slot = i * Apart;
            Chan<int> ping = new(), pong = new();
            Go(async () =>
            {
                while (true)
                {
                    await ping.Send(1);
                    await pong.Receive();
                    _operations[slot]++;
                }
            });
            Go(async () =>
            {
                while (true)
                    await pong.Send((await ping.Receive()));
            });
        }
        await new Chan<int>().Receive();
    }

    /// <summary>As <see cref="PingPong"/>, beside goroutines that wait for ever.</summary>
    internal async GoTask Parked(int goroutines)
    {
        var never = new Chan<int>();
        for (int i = 0; i < goroutines; i++)
            Go(async () => await never.Receive());
        await PingPong();
    }

    /// <summary>Work in a tree of goroutines, with some 20 us at each leaf; an operation is a tree of 1,024 leaves.</summary>
    internal async GoTask ForkJoin()
    {
        while (true)
        {
            await Fork(Leaves);
            _operations[0]++;
        }
    }

    /// <summary>Goroutines that only give way, as fast as they can; an operation is a yield.</summary>
    internal GoTask Yields() => Paced(0);

    /// <summary>Goroutines that give way so often a second, in bursts, and sleep between them; 0 for as often as they can. A yield is two transitions.</summary>
    internal async GoTask Paced(int transitionsPerSecond)
    {
        int yielders = processors * YieldersPerProcessor;
        double ticksPerYield = transitionsPerSecond == 0 ? 0 : 2.0 * yielders * Stopwatch.Frequency / transitionsPerSecond;
        for (int i = 0; i < yielders; i++)
        {
            int slot = i * Apart;
            Go(async () =>
            {
                long begin = Stopwatch.GetTimestamp();
                for (long done = 0; ; done += Burst)
                {
                    while (ticksPerYield != 0 && Stopwatch.GetTimestamp() < begin + (long)(done * ticksPerYield))
                        await Sleep(TimeSpan.FromMilliseconds(1));
                    for (int k = 0; k < Burst; k++)
                        await Yield();
                    _operations[slot] += Burst;
                }
            });
        }
        await new Chan<int>().Receive();
    }

    private static async GoTask Fork(int leaves)
    {
        if (leaves == 1)
        {
            Leaf();
            return;
        }
        var both = new WaitGroup();
        both.Go(() => Fork(leaves / 2));
        await Fork(leaves / 2);
        await both.Wait();
    }

    private static void Leaf()
    {
        uint x = 1;
        for (int i = 0; i < RoundsOfALeaf; i++)
            x = (x * 1664525) + 1013904223;
        if (x == 0)
            throw new InvalidOperationException("It never is.");
    }
}
