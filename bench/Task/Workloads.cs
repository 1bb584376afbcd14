using System.Threading.Channels;
using Bench.Harness;

namespace Bench.Tasks;

/// <summary>
/// The workloads as a good .NET programmer writes them, with nothing held back. Where there was a choice the fastest form won: results by
/// Task instead of channels (skynet), ReadAsync instead of ReadAllAsync with its two calls a value, and so an end marker instead of
/// Complete; channels of capacity 1 in the sieve, which at two processors are three times as fast as a rendezvous.
/// </summary>
internal static class Workloads
{
    public static IReadOnlyList<Row<Task>> Rows { get; } =
    [
        new("spawn", "n=1M", "ns", 1_000_000, Spawn),
        new("spawnjoin", "n=1", "ns", 100_000, SpawnJoin),
        new("yield", "g=2", "ns", 400_000, n => Yield(n, 2)),
        new("yield", "g=100", "ns", 400_000, n => Yield(n, 100)),
        new("hop", "cap=0", "ns", 200_000, n => Hop(n, 0)),
        new("hop", "cap=1", "ns", 200_000, n => Hop(n, 1)),
        new("prodcons", "cap=0", "ns", 200_000, n => ProducerConsumer(n, 0)),
        new("prodcons", "cap=1", "ns", 200_000, n => ProducerConsumer(n, 1)),
        new("prodcons", "cap=128", "ns", 1_000_000, n => ProducerConsumer(n, 128)),
        new("sieve", "to=20000", "ms", 20_000, Sieve),
        new("skynet", "n=1M", "ms", 1_000_000, Skynet),
        new("skynetchan", "n=1M", "ms", 1_000_000, SkynetOverChannels),
    ];

    /// <summary>Starts n tasks that do nothing and waits for all of them. A countdown is cheaper than Task.WhenAll of a million.</summary>
    private static Task Spawn(int n)
    {
        var countdown = new Countdown(n);
        Action signal = countdown.Signal;
        for (int i = 0; i < n; i++)
            _ = Task.Run(signal);
        return countdown.Done;
    }

    /// <summary>Starts a task and waits for it, n times.</summary>
    private static async Task SpawnJoin(int n)
    {
        Action nothing = static () => { };
        for (int i = 0; i < n; i++)
            await Task.Run(nothing);
    }

    /// <summary>Has g tasks give way to one another, n times in all.</summary>
    internal static async Task Yield(int n, int g)
    {
        var all = new Task[g];
        for (int i = 0; i < g; i++)
        {
            all[i] = Task.Run(async () =>
            {
                for (int k = 0; k < n / g; k++)
                    await Task.Yield();
            });
        }
        await Task.WhenAll(all);
    }

    /// <summary>Passes a value to and fro between two tasks: n hops, two a round trip. Capacity 0 is a rendezvous (.NET 10).</summary>
    private static async Task Hop(int n, int capacity)
    {
        var there = Channel.CreateBounded<int>(capacity);
        var back = Channel.CreateBounded<int>(capacity);
        var echo = Task.Run(async () =>
        {
            for (int i = 0; i < n / 2; i++)
                await back.Writer.WriteAsync(await there.Reader.ReadAsync());
        });
        for (int i = 0; i < n / 2; i++)
        {
            await there.Writer.WriteAsync(i);
            await back.Reader.ReadAsync();
        }
        await echo;
    }

    /// <summary>Passes n values one way.</summary>
    private static async Task ProducerConsumer(int n, int capacity)
    {
        var channel = Channel.CreateBounded<int>(capacity);
        _ = Task.Run(async () =>
        {
            for (int i = 0; i < n; i++)
                await channel.Writer.WriteAsync(i);
        });
        long sum = 0;
        for (int i = 0; i < n; i++)
            sum += await channel.Reader.ReadAsync();
        if (sum != (long)n * (n - 1) / 2)
            throw new InvalidOperationException("ProducerConsumer lost a value.");
    }

    /// <summary>Finds the primes below limit with a chain of filters, one task for each prime. 0 is the end marker.</summary>
    private static async Task Sieve(int limit)
    {
        var numbers = Channel.CreateBounded<int>(1);
        _ = Task.Run(async () =>
        {
            for (int i = 2; i < limit; i++)
                await numbers.Writer.WriteAsync(i);
            await numbers.Writer.WriteAsync(0);
        });
        var source = numbers.Reader;
        int primes = 0;
        while (await source.ReadAsync() is var prime and not 0)
        {
            primes++;
            var filtered = Channel.CreateBounded<int>(1);
            var input = source;
            _ = Task.Run(() => Filter(input, filtered.Writer, prime));
            source = filtered.Reader;
        }
        if (limit == 20_000 && primes != 2262)
            throw new InvalidOperationException($"Sieve found {primes} primes.");
    }

    private static async Task Filter(ChannelReader<int> source, ChannelWriter<int> filtered, int prime)
    {
        while (await source.ReadAsync() is var v and not 0)
        {
            if (v % prime != 0)
                await filtered.WriteAsync(v);
        }
        await filtered.WriteAsync(0);
    }

    /// <summary>Sums the numbers below leaves: each node starts ten children and adds their results.</summary>
    private static async Task Skynet(int leaves)
    {
        if (await SkynetNode(0, leaves) != (long)leaves * (leaves - 1) / 2)
            throw new InvalidOperationException("Skynet lost a leaf.");
    }

    private static async Task<long> SkynetNode(long first, int leaves)
    {
        if (leaves == 1)
            return first;
        int each = leaves / 10;
        var children = new Task<long>[10];
        for (int i = 0; i < 10; i++)
        {
            long from = first + (i * each);
            children[i] = Task.Run(() => SkynetNode(from, each));
        }
        long sum = 0;
        foreach (var child in children)
            sum += await child;
        return sum;
    }

    /// <summary>The same tree as the other programs build it: each child sends its sum to its parent through a channel.</summary>
    private static async Task SkynetOverChannels(int leaves)
    {
        var result = Channel.CreateBounded<long>(0);
        _ = Task.Run(() => SkynetNode(result.Writer, 0, leaves));
        if (await result.Reader.ReadAsync() != (long)leaves * (leaves - 1) / 2)
            throw new InvalidOperationException("Skynet lost a leaf.");
    }

    private static async Task SkynetNode(ChannelWriter<long> parent, long first, int leaves)
    {
        if (leaves == 1)
        {
            await parent.WriteAsync(first);
            return;
        }
        var children = Channel.CreateBounded<long>(0);
        int each = leaves / 10;
        for (int i = 0; i < 10; i++)
        {
            long from = first + (i * each);
            _ = Task.Run(() => SkynetNode(children.Writer, from, each));
        }
        long sum = 0;
        for (int i = 0; i < 10; i++)
            sum += await children.Reader.ReadAsync();
        await parent.WriteAsync(sum);
    }
}
