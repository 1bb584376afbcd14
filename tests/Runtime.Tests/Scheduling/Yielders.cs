using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>Goroutines that give way all the time and count how many of them run at once.</summary>
internal sealed class Yielders
{
    private readonly WaitGroup _ended = new();
    private int _running;
    private int _most;
    private bool _measures;
    private bool _stops;

    /// <summary>Starts them.</summary>
    internal Yielders(int count)
    {
        for (int i = 0; i < count; i++)
            _ended.Go(Run);
    }

    /// <summary>The most that were seen to run at once while the caller gave way so many times.</summary>
    internal async GoTask<int> MostAtOnce(int yields)
    {
        Volatile.Write(ref _most, 0);
        Volatile.Write(ref _measures, true);
        for (int i = 0; i < yields; i++)
            await Yield();
        Volatile.Write(ref _measures, false);
        return Volatile.Read(ref _most);
    }

    /// <summary>Lets them end.</summary>
    internal async GoTask End()
    {
        Volatile.Write(ref _stops, true);
        await _ended.Wait();
    }

    /// <summary>Three goroutines, a, b and c, that are started in this order and give way once: in which order their two steps were.</summary>
    internal static async GoTask<string[]> OrderOfThree()
    {
        var order = new List<string>();
        var ended = new WaitGroup();
        for (char c = 'a'; c <= 'c'; c++)
        {
            char name = c;
            ended.Go(async () =>
            {
                order.Add($"{name}1");
                await Yield();
                order.Add($"{name}2");
            });
        }
        await ended.Wait();
        return [.. order];
    }

    private async GoTask Run()
    {
        while (!Volatile.Read(ref _stops))
        {
            int now = Interlocked.Increment(ref _running);
            if (Volatile.Read(ref _measures))
                _most = Math.Max(_most, now);
            Thread.SpinWait(20);
            Interlocked.Decrement(ref _running);
            await Yield();
        }
    }
}
