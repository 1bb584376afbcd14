using Gmp;
using static Gmp.Goroutine;

/// <summary>A goroutine that throws, three calls deep and with causes, whose creator has ended.</summary>
internal static class Bomb
{
    internal static async GoTask Start()
    {
        var gone = new WaitGroup();
        gone.Add(1);
        Go(async () =>
        {
            Go(() => Outer(gone), "bomb\u001b[31m");
            gone.Done();
        }, "short-lived");
        await new Chan<int>().Receive();
    }

    private static async GoTask Outer(WaitGroup gone)
    {
        await gone.Wait();
        // Its creator is done, and after this it has ended.
        await Sleep(TimeSpan.FromMilliseconds(50));
        await Middle();
    }

    private static async GoTask Middle()
    {
        try
        {
            await Inner();
        }
        catch (AggregateException e)
        {
            throw new InvalidDataException("boom\ngoroutine 99 [running]:", e);
        }
    }

    private static async GoTask<int> Inner()
    {
        await Yield();
        throw new AggregateException("both", new FormatException("first"), new TimeoutException("second", new IOException("disk")));
    }
}
