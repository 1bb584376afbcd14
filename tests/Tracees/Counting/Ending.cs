using static Gmp.Goroutine;

namespace Gmp.Tests.Counting;

/// <summary>Ways to end a process with records that nobody has sent yet.</summary>
internal static class Ending
{
    internal static async GoTask Run(string how, int goroutines)
    {
        for (int i = 0; i < goroutines; i++)
            Go(async () => await new Chan<int>().Receive());
        // All have run and wait.
        await Yield();
        switch (how)
        {
            case "panic":
                Go(() => throw new InvalidOperationException("boom"));
                await new Chan<int>().Receive();
                break;
            case "deadlock":
                await new Chan<int>().Receive();
                break;
            case "thread":
                new Thread(() => throw new InvalidOperationException("boom")).Start();
                await Blocking(() => Thread.Sleep(Timeout.Infinite));
                break;
            case "return":
                break;
            default:
                throw new ArgumentException($"There is no ending {how}.");
        }
    }
}
