using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>sync.Cond with a mutex, and what it is for.</summary>
public sealed class GoCondTests : CondContract
{
    protected override ICondUnderTest Make() => new Subject();

    private sealed class Subject : ICondUnderTest
    {
        private readonly GoMutex _mutex = new();

        public Subject() => Cond = new GoCond(_mutex);

        public GoCond Cond { get; }

        public bool IsLocked => _mutex.IsLocked;

        public async GoTask Lock() => await _mutex.Lock();

        public void Unlock() => _mutex.Unlock();

        public GoTask Block() => Lock();

        public void Unblock() => Unlock();
    }

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_queue_with_a_limit_loses_and_doubles_nothing(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Producers = 4, Consumers = 3, Each = 600, Limit = 3;
        var mutex = new GoMutex();
        var notEmpty = new GoCond(mutex);
        var notFull = new GoCond(mutex);
        var queue = new Queue<int>();
        var produced = new WaitGroup();
        var consumed = new WaitGroup();
        var seen = new int[Producers * Each];
        bool done = false;
        for (int i = 0; i < Producers; i++)
        {
            int first = i * Each;
            produced.Go(async () =>
            {
                for (int k = 0; k < Each; k++)
                {
                    using (await mutex.Lock())
                    {
                        while (queue.Count == Limit)
                            await notFull.Wait();
                        queue.Enqueue(first + k);
                        notEmpty.Signal();
                    }
                }
            });
        }
        for (int i = 0; i < Consumers; i++)
        {
            consumed.Go(async () =>
            {
                while (true)
                {
                    using (await mutex.Lock())
                    {
                        while (queue.Count == 0 && !done)
                            await notEmpty.Wait();
                        if (queue.Count == 0)
                            return;
                        seen[queue.Dequeue()]++;
                    }
                    // Without the lock, which is allowed.
                    notFull.Signal();
                }
            });
        }
        await produced.Wait();
        using (await mutex.Lock())
            done = true;
        notEmpty.Broadcast();
        await consumed.Wait();
        Assert.All(seen, count => Assert.Equal(1, count));
    });

    [Fact]
    public void A_wait_allocates_no_more_than_one_on_a_channel() => RuntimeTest.Run(1, async () =>
    {
        var ping = new Chan<int>();
        var pong = new Chan<int>();
        var mutex = new GoMutex();
        var cond = new GoCond(mutex);
        int turn = 0;
        Go(async () =>
        {
            while (true)
                await pong.Send(await ping.Receive());
        });
        Go(async () =>
        {
            await mutex.Lock();
            while (true)
            {
                turn = 1;
                cond.Signal();
                while (turn == 1)
                    await cond.Wait();
            }
        });
        async GoTask<long> WithChannels()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                await ping.Send(i);
                await pong.Receive();
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        async GoTask<long> WithCond()
        {
            using var scope = await mutex.Lock();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                while (turn == 0)
                    await cond.Wait();
                turn = 0;
                cond.Signal();
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // Code that the JIT has not optimized boxes awaiters, and a test has a context that flows: nothing is what both need, once both are optimized.
        while (await WithCond() > await WithChannels() + 500)
            await Sleep(TimeSpan.FromMilliseconds(1));
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void Threads_that_are_no_goroutines_may_signal() => RuntimeTest.Run(2, async () =>
    {
        var mutex = new GoMutex();
        var cond = new GoCond(mutex);
        var outside = new Thread(cond.Broadcast);
        Go(async () =>
        {
            await RuntimeTest.UntilWaiting(WaitReason.CondWait, 1);
            outside.Start();
        });
        using (await mutex.Lock())
            await cond.Wait();
        outside.Join();
    });
}

/// <summary>sync.Cond with the writer's side of a sync.RWMutex.</summary>
public sealed class GoCondOfWritersTests : CondContract
{
    protected override ICondUnderTest Make() => new Subject();

    private sealed class Subject : ICondUnderTest
    {
        private readonly GoRWMutex _mutex = new();

        public Subject() => Cond = new GoCond(_mutex);

        public GoCond Cond { get; }

        public bool IsLocked => _mutex.IsWriteLocked;

        public async GoTask Lock() => await _mutex.Lock();

        public void Unlock() => _mutex.Unlock();

        // Readers in, so that the second step of a writer's lock is what waits.
        public async GoTask Block() => await _mutex.RLock();

        public void Unblock() => _mutex.RUnlock();
    }
}

/// <summary>sync.Cond with sync.RWMutex.RLocker.</summary>
public sealed class GoCondOfReadersTests : CondContract
{
    protected override ICondUnderTest Make() => new Subject();

    private sealed class Subject : ICondUnderTest
    {
        private readonly GoRWMutex _mutex = new();

        public Subject() => Cond = GoCond.OfReaders(_mutex);

        public GoCond Cond { get; }

        public bool IsLocked => _mutex.IsReadLocked;

        public async GoTask Lock() => await _mutex.RLock();

        public void Unlock() => _mutex.RUnlock();

        public async GoTask Block() => await _mutex.Lock();

        public void Unblock() => _mutex.Unlock();
    }

    [Fact]
    public void Others_that_read_may_wait_too_and_all_read_together_again() => RuntimeTest.Run(2, async () =>
    {
        var mutex = new GoRWMutex();
        var cond = GoCond.OfReaders(mutex);
        var ended = new WaitGroup();
        var together = new Chan<int>();
        for (int i = 0; i < 3; i++)
        {
            ended.Go(async () =>
            {
                using (await mutex.RLock())
                {
                    await cond.Wait();
                    await together.Receive();
                }
            });
        }
        await RuntimeTest.UntilWaiting(WaitReason.CondWait, 3);
        using (await mutex.Lock())
            cond.Broadcast();
        await RuntimeTest.UntilWaiting(WaitReason.ChanReceive, 3);
        Assert.False(mutex.TryLock());
        together.Close();
        await ended.Wait();
        Assert.True(mutex.TryLock());
    });
}
