using static Gmp.Goroutine;

namespace Gmp.Stress;

// Time, calls that block, hogs, what is foreign, and locked threads.
internal sealed partial class Actors
{
    private static async GoTask Sleeper(Random random)
    {
        for (int i = random.Next(1, 10); i > 0; i--)
            await Sleep(Short(random));
    }

    private async GoTask Timer(Random random)
    {
        var timer = new GoTimer(Short(random));
        if (random.Next(2) == 0)
        {
            timer.Stop();
            timer.Reset(Short(random));
        }
        await timer.C.Receive();
        var ticker = new GoTicker(TimeSpan.FromMilliseconds(1 + random.Next(3)));
        for (int i = random.Next(1, 4); i > 0; i--)
            await ticker.C.Receive();
        ticker.Stop();
        // Stopped or not, none of these may keep anything.
        var other = new GoTimer(TimeSpan.FromHours(1));
        if (!other.Stop())
            _fail("a timer of an hour was due at once");
        int fired = 0;
        var done = new Chan<int>(1);
        GoTimer.AfterFunc(Short(random), () => done.TrySend(Interlocked.Increment(ref fired)));
        Expect(await done.Receive(), 1, "times that AfterFunc ran");
    }

    private async GoTask SystemCall(Random random)
    {
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            int time = random.Next(3);
            Expect(await Syscall(() => Nap(time)), time, "the result of a call");
        }
    }

    private async GoTask BlockingCall(Random random)
    {
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int time = random.Next(3);
            Expect(await Blocking(() => Nap(time)), time, "the result of a call");
        }
    }

    private static int Nap(int milliseconds)
    {
        Thread.Sleep(milliseconds);
        return milliseconds;
    }

    private static async GoTask Hog(Random random)
    {
        // Few are longer than a slice, or there is time for nothing else.
        Spin(TimeSpan.FromMilliseconds(random.Next(8) == 0 ? random.Next(10, 30) : random.Next(3)));
        await Yield();
        Spin(TimeSpan.FromMilliseconds(random.Next(2)));
    }

    private async GoTask Foreign(Random random)
    {
        for (int i = random.Next(1, 8); i > 0; i--)
        {
            int value = random.Next();
            switch (random.Next(4))
            {
                case 0: await Task.Delay(random.Next(3)); break;
                case 1: Expect(await Task.Run(() => value), value, "the result of a Task"); break;
                case 2: await Task.Yield(); break;
                default: Expect(await ValueTask.FromResult(value).ConfigureAwait(false), value, "the result of a ValueTask"); break;
            }
        }
    }

    private async GoTask AsyncTask(Random random)
    {
        int count = random.Next(1, 5);
        Expect(await Count(count), count, "steps of an async Task");

        static async Task<int> Count(int count)
        {
            for (int i = 0; i < count; i++)
            {
                await Task.Delay(1);
                await Sleep(TimeSpan.FromMilliseconds(1));
            }
            return count;
        }
    }

    private async GoTask Locked(Random random)
    {
        LockOSThread();
        int thread = Environment.CurrentManagedThreadId;
        for (int i = random.Next(1, 10); i > 0; i--)
        {
            if (random.Next(2) == 0)
                await Yield();
            else
                await Sleep(Short(random));
            Expect(Environment.CurrentManagedThreadId, thread, "the thread of a locked goroutine");
        }
        UnlockOSThread();
    }

    private static async GoTask EndsLocked(Random random)
    {
        LockOSThread();
        for (int i = random.Next(3); i > 0; i--)
            await Yield();
    }
}
