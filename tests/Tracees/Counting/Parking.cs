using static Gmp.Goroutine;

namespace Gmp.Tests.Counting;

/// <summary>Many goroutines that wait for ever, and a pair that goes on.</summary>
internal static class Parking
{
    internal static async GoTask Run(int goroutines)
    {
        var never = new Chan<int>();
        var parked = new WaitGroup();
        parked.Add(goroutines);
        for (int i = 0; i < goroutines; i++)
        {
            Go(async () =>
            {
                parked.Done();
                await never.Receive();
            });
        }
        await parked.Wait();
        var ping = new Chan<int>();
        Go(async () =>
        {
            while (true)
                await ping.Send(1);
        }, "pinger");
        Go(async () =>
        {
            while (true)
                await ping.Receive();
        }, "ponger");
        Console.WriteLine("parked");
        await Blocking(() => Console.In.ReadLine());
    }
}
