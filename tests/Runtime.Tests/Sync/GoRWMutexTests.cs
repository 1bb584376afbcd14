using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>sync.RWMutex: to its writers it is a lock as any other; what its readers see is here.</summary>
public sealed class GoRWMutexTests : LockContract
{
    protected override WaitReason Reason => WaitReason.RWMutexLock;

    protected override ILockUnderTest Make() => new Subject();

    private sealed class Subject : ILockUnderTest
    {
        private readonly GoRWMutex _mutex = new();

        public async GoTask Lock(CancellationToken token) => await _mutex.Lock(token);

        public async Task LockInTask() => await _mutex.Lock();

        public bool TryLock() => _mutex.TryLock();

        public void Unlock() => _mutex.Unlock();
    }

    private static async GoTask UntilReadersWait(int count) => await RuntimeTest.UntilWaiting(WaitReason.RWMutexRLock, count);

    [Fact]
    public void Readers_share_it_and_keep_writers_out() => RuntimeTest.Run(1, async () =>
    {
        var mutex = new GoRWMutex();
        await mutex.RLock();
        await mutex.RLock();
        Assert.True(mutex.TryRLock());
        Assert.False(mutex.TryLock());
        for (int i = 0; i < 3; i++)
            mutex.RUnlock();
        Assert.True(mutex.TryLock());
        Assert.False(mutex.TryRLock());
        mutex.Unlock();
        Assert.True(mutex.TryRLock());
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Nobody_is_with_a_writer(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Goroutines = 8, Each = 1000;
        var mutex = new GoRWMutex();
        var ended = new WaitGroup();
        int writes = 0, readers = 0, writers = 0, wrong = 0;
        ended.Add(Goroutines);
        for (int i = 0; i < Goroutines; i++)
        {
            int number = i;
            Go(async () =>
            {
                for (int k = 0; k < Each; k++)
                {
                    if ((k + number) % 5 == 0)
                    {
                        using (await mutex.Lock())
                        {
                            if (Interlocked.Increment(ref writers) != 1 || Volatile.Read(ref readers) != 0)
                                Interlocked.Increment(ref wrong);
                            writes++;
                            if (k % 20 == 0)
                                await Yield();
                            Interlocked.Decrement(ref writers);
                        }
                    }
                    else
                    {
                        using (await mutex.RLock())
                        {
                            Interlocked.Increment(ref readers);
                            if (Volatile.Read(ref writers) != 0)
                                Interlocked.Increment(ref wrong);
                            if (k % 7 == 0)
                                await Yield();
                            Interlocked.Decrement(ref readers);
                        }
                    }
                }
                ended.Done();
            });
        }
        await ended.Wait();
        Assert.Equal(0, wrong);
        Assert.Equal(Goroutines * Each / 5, writes);
        Assert.True(mutex.TryLock());
    });

    [Fact]
    public void New_readers_wait_behind_a_writer_that_waits() => RuntimeTest.Run(1, async () =>
    {
        var mutex = new GoRWMutex();
        var order = new List<string>();
        var ended = new WaitGroup();
        ended.Add(2);
        await mutex.RLock();
        Go(async () =>
        {
            await mutex.Lock();
            order.Add("writer");
            mutex.Unlock();
            ended.Done();
        });
        await UntilWaiting(1);
        Assert.False(mutex.TryRLock());
        Go(async () =>
        {
            await mutex.RLock();
            order.Add("reader");
            mutex.RUnlock();
            ended.Done();
        });
        await UntilReadersWait(1);
        mutex.RUnlock();
        await ended.Wait();
        Assert.Equal(["writer", "reader"], order);
        Assert.True(mutex.TryLock());
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void All_readers_that_waited_for_a_writer_go_before_the_next_one() => RuntimeTest.Run(1, async () =>
    {
        var mutex = new GoRWMutex();
        var order = new List<string>();
        var ended = new WaitGroup();
        var letGo = new Chan<int>();
        int readers = 0, most = 0;
        async GoTask Read()
        {
            await mutex.RLock();
            most = Math.Max(most, ++readers);
            order.Add("reader");
            await letGo.Receive();
            readers--;
            mutex.RUnlock();
            ended.Done();
        }

        ended.Add(4);
        await mutex.Lock();
        Go(Read);
        Go(Read);
        await UntilReadersWait(2);
        Go(async () =>
        {
            await mutex.Lock();
            order.Add("writer");
            mutex.Unlock();
            ended.Done();
        });
        await UntilWaiting(1);
        Go(Read);
        await UntilReadersWait(3);
        mutex.Unlock();
        await RuntimeTest.UntilWaiting(WaitReason.ChanReceive, 3);
        letGo.Close();
        await ended.Wait();
        Assert.Equal(["reader", "reader", "reader", "writer"], order);
        Assert.Equal(3, most);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void Readers_go_on_when_the_writer_that_they_wait_behind_is_canceled() => RuntimeTest.Run(1, async () =>
    {
        var mutex = new GoRWMutex();
        using var source = new CancellationTokenSource();
        var ended = new WaitGroup();
        bool canceled = false, read = false;
        ended.Add(2);
        await mutex.RLock();
        Go(async () =>
        {
            canceled = await Thrown(async () => await mutex.Lock(source.Token)) is not null;
            ended.Done();
        });
        await UntilWaiting(1);
        Go(async () =>
        {
            await mutex.RLock();
            read = true;
            mutex.RUnlock();
            ended.Done();
        });
        await UntilReadersWait(1);
        await source.CancelAsync();
        await ended.Wait();
        Assert.True(read);
        Assert.True(canceled);
        mutex.RUnlock();
        Assert.True(mutex.TryLock());
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_reader_whose_token_is_canceled_leaves_no_trace() => RuntimeTest.Run(1, async () =>
    {
        var mutex = new GoRWMutex();
        using var source = new CancellationTokenSource();
        await mutex.Lock();
        Go(async () =>
        {
            await UntilReadersWait(1);
            await source.CancelAsync();
        });
        Assert.NotNull(await Thrown(async () => await mutex.RLock(source.Token)));
        mutex.Unlock();
        Assert.True(mutex.TryLock());
        mutex.Unlock();
        Assert.NotNull(await Thrown(async () => await mutex.RLock(source.Token)));
        Assert.True(mutex.TryLock());
    }, RuntimeTest.OnePUndisturbed);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Tokens_that_race_with_readers_and_writers_leave_it_free(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Goroutines = 6, Each = 300;
        var mutex = new GoRWMutex();
        var ended = new WaitGroup();
        int writers = 0, readers = 0, wrong = 0;
        ended.Add(Goroutines);
        for (int i = 0; i < Goroutines; i++)
        {
            int number = i;
            Go(async () =>
            {
                for (int k = 0; k < Each; k++)
                {
                    using var source = new CancellationTokenSource();
                    bool writes = (k + number) % 2 == 0;
                    if (k % 3 != 0)
                        source.CancelAfter(TimeSpan.FromTicks(k % 5 * 100));
                    if (await Thrown(async () => { if (writes) await mutex.Lock(source.Token); else await mutex.RLock(source.Token); }) is not null)
                        continue;
                    ref int mine = ref writes ? ref writers : ref readers;
                    if ((Interlocked.Increment(ref mine) != 1 && writes) || Volatile.Read(ref writes ? ref readers : ref writers) != 0)
                        Interlocked.Increment(ref wrong);
                    if (k % 4 == 0)
                        await Yield();
                    if (writes)
                    {
                        Interlocked.Decrement(ref writers);
                        mutex.Unlock();
                    }
                    else
                    {
                        Interlocked.Decrement(ref readers);
                        mutex.RUnlock();
                    }
                }
                ended.Done();
            });
        }
        await ended.Wait();
        Assert.Equal(0, wrong);
        Assert.True(mutex.TryLock());
    });

    [Fact]
    public void A_reader_that_must_give_way_does_so_before_it_reads() => RuntimeTest.Run(1, async () =>
    {
        var mutex = new GoRWMutex();
        bool wasFree = false;
        Go(async () =>
        {
            wasFree = mutex.TryLock();
            await UntilReadersWait(1);
            mutex.Unlock();
        });
        M.Current!.PreemptRequested = true;
        await mutex.RLock();
        Assert.True(wasFree);
        Assert.False(mutex.TryLock());
        mutex.RUnlock();
        Assert.True(mutex.TryLock());
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_method_that_returns_Task_may_wait_to_read() => RuntimeTest.Run(2, async () =>
    {
        var mutex = new GoRWMutex();
        await mutex.Lock();
        Go(async () =>
        {
            await UntilReadersWait(1);
            mutex.Unlock();
        });
        await Read();
        Assert.False(mutex.TryLock());

        async Task Read() => await mutex.RLock();
    });

    [Fact]
    public void Unlocks_of_what_is_not_locked_throw_and_leave_it_usable() => RuntimeTest.Run(1, async () =>
    {
        var mutex = new GoRWMutex();
        Assert.Throws<SynchronizationLockException>(mutex.Unlock);
        Assert.Throws<SynchronizationLockException>(mutex.RUnlock);
        await mutex.RLock();
        Assert.Throws<SynchronizationLockException>(mutex.Unlock);
        mutex.RUnlock();
        Assert.Throws<SynchronizationLockException>(mutex.RUnlock);
        await mutex.Lock();
        Assert.Throws<SynchronizationLockException>(mutex.RUnlock);
        mutex.Unlock();
        Assert.True(mutex.TryLock());
    });
}
