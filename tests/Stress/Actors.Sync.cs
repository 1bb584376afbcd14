using static Gmp.Goroutine;

namespace Gmp.Stress;

// Locks, the pool, and goroutines that start others.
internal sealed partial class Actors
{
    private async GoTask Mutex(Random random)
    {
        for (int i = random.Next(1, 100); i > 0; i--)
        {
            Interlocked.Increment(ref _expectedUnderMutex);
            using (await _mutex.Lock())
            {
                long before = _underMutex;
                if (random.Next(10) == 0)
                    await Yield();
                _underMutex = before + 1;
            }
        }
    }

    private async GoTask RWMutex(Random random)
    {
        for (int i = random.Next(1, 60); i > 0; i--)
        {
            if (random.Next(4) == 0)
            {
                using (await _rwMutex.Lock())
                {
                    _left++;
                    if (random.Next(4) == 0)
                        await Yield();
                    _right++;
                }
            }
            else
            {
                using (await _rwMutex.RLock())
                {
                    Expect(_left, _right, "left and right, for a reader");
                    if (random.Next(4) == 0)
                        await Yield();
                }
            }
        }
    }

    private async GoTask Semaphore(Random random)
    {
        for (int i = random.Next(1, 40); i > 0; i--)
        {
            int n = random.Next(1, 4);
            await _semaphore.Acquire(n);
            if (Interlocked.Add(ref _inSemaphore, n) > _semaphore.Size)
                _fail("more in the semaphore than it has units");
            await Yield();
            Interlocked.Add(ref _inSemaphore, -n);
            _semaphore.Release(n);
        }
    }

    private async GoTask Once(Random random)
    {
        int callers = random.Next(12), ran = 0, made = 0;
        var delay = Short(random);
        var once = new GoOnce();
        var value = new GoOnceValue<int>(async () =>
        {
            await Yield();
            return Interlocked.Increment(ref made);
        });
        var done = new WaitGroup();
        done.Add(callers);
        for (int i = 0; i < callers; i++)
        {
            TimeSpan? limit = random.Next(3) == 0 ? Short(random) : null;
            Spawn(async () =>
            {
                using var deadline = limit is { } time ? WithTimeout(time) : null;
                try
                {
                    await once.Do(Work, deadline?.Token ?? default);
                    if (!once.IsDone)
                        _fail("what is done once is not done when its caller goes on");
                }
                catch (OperationCanceledException) when (limit is not null)
                {
                }
                Expect(await value.Get(), 1, "the value that is made once");
                done.Done();
            });
        }
        await once.Do(Work);
        await done.Wait();
        Expect(ran, 1, "times that it was done once");
        Expect(await value.Get(), 1, "the value that is made once");

        async GoTask Work()
        {
            await Sleep(delay);
            Interlocked.Increment(ref ran);
        }
    }

    private async GoTask Condition(Random random)
    {
        int count = random.Next(1, 20), waiting = 0, told = 0;
        var mutex = new GoMutex();
        var condition = new GoCond(mutex);
        var done = new WaitGroup();
        done.Add(count);
        for (int i = 0; i < count; i++)
        {
            Spawn(async () =>
            {
                await mutex.Lock();
                waiting++;
                while (told == 0)
                    await condition.Wait();
                told--;
                mutex.Unlock();
                done.Done();
            });
        }
        for (int left = count; left > 0;)
        {
            using (await mutex.Lock())
            {
                if (random.Next(3) == 0)
                {
                    told += left;
                    left = 0;
                    condition.Broadcast();
                }
                else
                {
                    told++;
                    left--;
                    condition.Signal();
                }
            }
            await Yield();
        }
        await done.Wait();
        Expect(waiting, count, "that came to the condition");
        Expect(told, 0, "signals that nobody took");
    }

    private async GoTask Pool(Random random)
    {
        int tasks = random.Next(1, 60), ran = 0;
        var pool = new GoroutinePool(random.Next(1, 5));
        var done = new WaitGroup();
        done.Add(tasks);
        for (int i = 0; i < tasks; i++)
        {
            await pool.Submit(async () =>
            {
                await Yield();
                Interlocked.Increment(ref ran);
                done.Done();
            });
        }
        await done.Wait();
        if (!await pool.ReleaseTimeout(TimeSpan.FromSeconds(60)))
            _fail("the pool's workers did not end");
        Expect(ran, tasks, "tasks of the pool");
    }

    private async GoTask Tree(Random random)
    {
        int depth = random.Next(1, 8);
        var leaves = new Chan<int>(random.Next(4));
        Grow(depth);
        int sum = 0;
        for (int i = 1 << depth; i > 0; i--)
            sum += await leaves.Receive();
        Expect(sum, 1 << depth, "leaves");

        void Grow(int levels)
        {
            Spawn(async () =>
            {
                if (levels == 0)
                {
                    await leaves.Send(1);
                    return;
                }
                Grow(levels - 1);
                Grow(levels - 1);
            });
        }
    }

    private async GoTask Deep(Random random)
    {
        int depth = random.Next(1, 60);
        for (int i = random.Next(1, 10); i > 0; i--)
            Expect(await Down(depth), depth, "levels");

        static async GoTask<int> Down(int levels)
        {
            if (levels > 0)
                return 1 + await Down(levels - 1);
            await Yield();
            return 0;
        }
    }

    private static async GoTask Yielder(Random random)
    {
        for (int i = random.Next(1, 300); i > 0; i--)
        {
            if (random.Next(10) == 0)
                await Gosched();
            else
                await Yield();
        }
    }
}
