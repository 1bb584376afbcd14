using Gmp;
using static Gmp.Goroutine;

/// <summary>Each is a goroutine's body. Those that compute lose their P on the way, since a slice is short.</summary>
internal static class Corners
{
    internal static readonly Func<GoTask>[] All =
    [
        HogThatCalls, HogThatStartsAndReadies, HogThatEnds, FailingCalls, CallsKeptForLater, BlockingCalls, LockedAndEnds, LockedThatMeets, Fault, Timers, Crowd,
    ];

    private static void Compute(int milliseconds)
    {
        long until = Environment.TickCount64 + milliseconds;
        while (Environment.TickCount64 < until)
        {
        }
    }

    private static async GoTask HogThatCalls()
    {
        Compute(8);
        await Syscall(() => Thread.Sleep(3));
        Compute(8);
        await Blocking(() => Thread.Sleep(1));
        Compute(8);
        await Yield();
    }

    private static async GoTask HogThatStartsAndReadies()
    {
        var first = new Chan<int>(8);
        var second = new Chan<int>();
        Go(async () =>
        {
            await second.Receive();
            await first.Send(1);
        });
        Compute(8);
        Go(async () => await first.Send(2));
        await second.Send(1);
        Compute(8);
        await first.Receive();
        await first.Receive();
    }

    private static async GoTask HogThatEnds()
    {
        await Yield();
        Compute(8);
    }

    private static async GoTask FailingCalls()
    {
        for (int i = 0; i < 3; i++)
        {
            try
            {
                await Syscall<int>(() =>
                {
                    Thread.Sleep(8);
                    throw new IOException("on purpose");
                });
            }
            catch (IOException)
            {
                // Without a P, most likely: whatever comes next must queue.
                if (i == 1)
                    await Yield();
                else if (i == 2)
                    Go(static () => { });
            }
        }
        await new Chan<int>(1).Send(1);
        try
        {
            await Blocking<int>(() => throw new IOException("on purpose"));
        }
        catch (IOException)
        {
            // And this one ends so.
        }
    }

    private static async GoTask CallsKeptForLater()
    {
        // Awaited late: in between the goroutine runs on without a P, and calls again.
        var one = Syscall(() => Thread.Sleep(6));
        var two = Syscall(() => Thread.Sleep(6));
        await one;
        await two;
    }

    private static async GoTask BlockingCalls()
    {
        for (int i = 0; i < 4; i++)
        {
            await Blocking(() => Thread.Sleep(1));
            await Syscall(() => Thread.Sleep(i));
        }
    }

    private static async GoTask LockedAndEnds()
    {
        LockOSThread();
        await Yield();
        await Sleep(TimeSpan.FromMilliseconds(1));
    }

    private static async GoTask LockedThatMeets()
    {
        var meet = new Chan<int>();
        LockOSThread();
        Go(async () =>
        {
            LockOSThread();
            for (int i = 0; i < 5; i++)
                await meet.Send(i);
            UnlockOSThread();
        });
        for (int i = 0; i < 5; i++)
            await meet.Receive();
        Compute(8);
        UnlockOSThread();
        await Yield();
    }

    private static async GoTask Fault()
    {
        Go(() => throw new InvalidOperationException("on purpose"));
        await Yield();
        Go(async () =>
        {
            await Syscall(() => Thread.Sleep(3));
            throw new InvalidOperationException("on purpose");
        });
    }

    private static async GoTask Timers()
    {
        var fired = new Chan<int>(4);
        for (int i = 0; i < 4; i++)
            GoTimer.AfterFunc(TimeSpan.FromMilliseconds(i), () => Go(async () => await fired.Send(1)));
        for (int i = 0; i < 4; i++)
            await fired.Receive();
        await Task.Delay(2);
    }

    private static async GoTask Crowd()
    {
        var all = new WaitGroup();
        var mutex = new GoMutex();
        for (int i = 0; i < 600; i++)
        {
            all.Add(1);
            Go(async () =>
            {
                await mutex.Lock();
                mutex.Unlock();
                await Yield();
                all.Done();
            });
        }
        await all.Wait();
    }
}
