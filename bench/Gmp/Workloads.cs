using Bench.Harness;
using Gmp;
using static Gmp.Goroutine;

namespace Bench.Goroutines;

/// <summary>The workloads of bench/go, statement for statement; delegates are made once where bench/Task makes them once.</summary>
internal static class Workloads
{
    public static IReadOnlyList<Row<GoTask>> Rows { get; } =
    [
        new("spawn", "n=1M", "ns", 1_000_000, Spawn),
        new("spawnjoin", "n=1", "ns", 100_000, SpawnJoin),
        new("yield", "g=2", "ns", 400_000, n => YieldAmong(n, 2)),
        new("yield", "g=100", "ns", 400_000, n => YieldAmong(n, 100)),
        new("hop", "cap=0", "ns", 200_000, n => Hop(n, 0)),
        new("hop", "cap=1", "ns", 200_000, n => Hop(n, 1)),
        new("prodcons", "cap=0", "ns", 200_000, n => ProducerConsumer(n, 0)),
        new("prodcons", "cap=1", "ns", 200_000, n => ProducerConsumer(n, 1)),
        new("prodcons", "cap=128", "ns", 1_000_000, n => ProducerConsumer(n, 128)),
        new("sieve", "to=20000", "ms", 20_000, Sieve),
        new("skynet", "n=1M", "ms", 1_000_000, Skynet),
        new("skynetchan", "n=1M", "ms", 1_000_000, Skynet),
    ];

    /// <summary>Starts n goroutines that do nothing and waits for all of them.</summary>
    private static async GoTask Spawn(int n)
    {
        var wg = new WaitGroup();
        Func<GoTask> done = async () => wg.Done();
        wg.Add(n);
        for (int i = 0; i < n; i++)
            Go(done);
        await wg.Wait();
    }

    /// <summary>Starts a goroutine and waits for it, n times.</summary>
    private static async GoTask SpawnJoin(int n)
    {
        var wg = new WaitGroup();
        Func<GoTask> done = async () => wg.Done();
        for (int i = 0; i < n; i++)
        {
            wg.Add(1);
            Go(done);
            await wg.Wait();
        }
    }

    /// <summary>Has g goroutines give way to one another, n times in all.</summary>
    private static async GoTask YieldAmong(int n, int g)
    {
        var wg = new WaitGroup();
        wg.Add(g);
        for (int i = 0; i < g; i++)
        {
            Go(async () =>
            {
                for (int k = 0; k < n / g; k++)
                    await Yield();
                wg.Done();
            });
        }
        await wg.Wait();
    }

    /// <summary>Passes a value to and fro between two goroutines: n hops, two a round trip.</summary>
    private static async GoTask Hop(int n, int capacity)
    {
        var there = new Chan<int>(capacity);
        var back = new Chan<int>(capacity);
        Go(async () =>
        {
            await foreach (int v in there)
                await back.Send(v);
            back.Close();
        });
        for (int i = 0; i < n / 2; i++)
        {
            await there.Send(i);
            await back.Receive();
        }
        there.Close();
        await back.ReceiveOk();
    }

    /// <summary>Passes n values one way.</summary>
    private static async GoTask ProducerConsumer(int n, int capacity)
    {
        var ch = new Chan<int>(capacity);
        Go(async () =>
        {
            for (int i = 0; i < n; i++)
                await ch.Send(i);
            ch.Close();
        });
        long sum = 0;
        await foreach (int v in ch)
            sum += v;
        if (sum != (long)n * (n - 1) / 2)
            throw new InvalidOperationException("ProducerConsumer lost a value.");
    }

    /// <summary>Finds the primes below limit with a chain of filters, one goroutine for each prime.</summary>
    private static async GoTask Sieve(int limit)
    {
        var numbers = new Chan<int>();
        Go(async () =>
        {
            for (int i = 2; i < limit; i++)
                await numbers.Send(i);
            numbers.Close();
        });
        var source = numbers;
        int primes = 0;
        while (await source.ReceiveOk() is (var prime, true))
        {
            primes++;
            var filtered = new Chan<int>();
            var input = source;
            Go(() => Filter(input, filtered, prime));
            source = filtered;
        }
        if (limit == 20_000 && primes != 2262)
            throw new InvalidOperationException($"Sieve found {primes} primes.");
    }

    private static async GoTask Filter(Chan<int> source, Chan<int> filtered, int prime)
    {
        await foreach (int v in source)
        {
            if (v % prime != 0)
                await filtered.Send(v);
        }
        filtered.Close();
    }

    /// <summary>Sums the numbers below leaves: each node starts ten children, and each child sends its sum to its parent.</summary>
    private static async GoTask Skynet(int leaves)
    {
        var result = new Chan<long>();
        Go(() => SkynetNode(result, 0, leaves));
        if (await result.Receive() != (long)leaves * (leaves - 1) / 2)
            throw new InvalidOperationException("Skynet lost a leaf.");
    }

    private static async GoTask SkynetNode(Chan<long> parent, long first, int leaves)
    {
        if (leaves == 1)
        {
            await parent.Send(first);
            return;
        }
        var children = new Chan<long>();
        int each = leaves / 10;
        for (int i = 0; i < 10; i++)
        {
            long from = first + (i * each);
            Go((children, from, each), static node => SkynetNode(node.children, node.from, node.each));
        }
        long sum = 0;
        for (int i = 0; i < 10; i++)
            sum += await children.Receive();
        await parent.Send(sum);
    }
}
