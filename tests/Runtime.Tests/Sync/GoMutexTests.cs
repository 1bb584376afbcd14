using System.Diagnostics;
using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>sync.Mutex: the contract, and its two modes.</summary>
public sealed class GoMutexTests : LockContract
{
    protected override WaitReason Reason => WaitReason.MutexLock;

    protected override ILockUnderTest Make() => new Subject();

    private sealed class Subject : ILockUnderTest
    {
        private readonly GoMutex _mutex = new();

        public async GoTask Lock(CancellationToken token) => await _mutex.Lock(token);

        public async Task LockInTask() => await _mutex.Lock();

        public bool TryLock() => _mutex.TryLock();

        public void Unlock() => _mutex.Unlock();
    }

    [Fact]
    public void Unlock_of_an_unlocked_mutex_throws_and_leaves_it_usable() => RuntimeTest.Run(1, async () =>
    {
        var mutex = new GoMutex();
        Assert.Throws<SynchronizationLockException>(mutex.Unlock);
        await mutex.Lock();
        Assert.True(mutex.IsLocked);
        mutex.Unlock();
        Assert.Throws<SynchronizationLockException>(mutex.Unlock);
        Assert.False(mutex.IsLocked);
    });

    [Fact]
    public void Disposing_of_the_scope_unlocks() => RuntimeTest.Run(2, async () =>
    {
        var mutex = new GoMutex();
        using (await mutex.Lock())
        {
            await Yield();
            Assert.True(mutex.IsLocked);
        }
        Assert.False(mutex.IsLocked);
        default(GoMutex.Scope).Dispose();
    });

    [Fact]
    public void A_free_mutex_costs_no_allocation() => RuntimeTest.Run(1, async () =>
    {
        var mutex = new GoMutex();
        await mutex.Lock();
        mutex.Unlock();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            using (await mutex.Lock())
            {
            }
            await mutex.Lock(CancellationToken.None);
            mutex.Unlock();
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void An_unlock_leaves_it_to_whoever_comes_first() => RuntimeTest.Run(1, async () =>
    {
        var mutex = new GoMutex();
        await mutex.Lock();
        Go(async () => await mutex.Lock());
        await UntilWaiting(1);
        mutex.Unlock();
        Assert.True(mutex.TryLock());
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_waiter_that_was_overtaken_stays_first() => RuntimeTest.Run(1, async () =>
    {
        var mutex = new GoMutex();
        var order = new List<string>();
        var ended = new WaitGroup();
        await mutex.Lock();
        async GoTask Take(string name)
        {
            await mutex.Lock();
            order.Add(name);
            mutex.Unlock();
            ended.Done();
        }

        ended.Add(2);
        Go(() => Take("first"));
        await UntilWaiting(1);
        Go(() => Take("second"));
        await UntilWaiting(2);
        mutex.Unlock();
        Assert.True(mutex.TryLock());
        // The first was readied, finds the mutex locked and waits again.
        await UntilWaiting(2);
        mutex.Unlock();
        await ended.Wait();
        Assert.Equal(["first", "second"], order);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void One_that_waited_for_more_than_a_millisecond_is_handed_the_lock() => RuntimeTest.Run(1, async () =>
    {
        var mutex = new GoMutex();
        bool got = false;
        var ended = new WaitGroup();
        await mutex.Lock();
        ended.Add(1);
        Go(async () =>
        {
            await mutex.Lock();
            got = true;
            mutex.Unlock();
            ended.Done();
        });
        await UntilWaiting(1);
        LetAMillisecondPass();
        // Overtaken once more, it makes the mutex fair.
        mutex.Unlock();
        Assert.True(mutex.TryLock());
        await UntilWaiting(1);
        mutex.Unlock();
        Assert.False(mutex.TryLock());
        Assert.True(mutex.IsLocked);
        Assert.False(got);
        await ended.Wait();
        Assert.True(got);

        // It was the last one, so the mutex is in normal mode again.
        await mutex.Lock();
        Go(async () => await mutex.Lock());
        await UntilWaiting(1);
        mutex.Unlock();
        Assert.True(mutex.TryLock());
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void While_it_is_fair_newcomers_queue_behind_all() => RuntimeTest.Run(1, async () =>
    {
        var mutex = new GoMutex();
        var order = new List<string>();
        var ended = new WaitGroup();
        async GoTask Take(string name)
        {
            await mutex.Lock();
            order.Add(name);
            mutex.Unlock();
            ended.Done();
        }

        ended.Add(3);
        await mutex.Lock();
        Go(() => Take("first"));
        await UntilWaiting(1);
        Go(() => Take("second"));
        await UntilWaiting(2);
        LetAMillisecondPass();
        mutex.Unlock();
        Assert.True(mutex.TryLock());
        await UntilWaiting(2);
        mutex.Unlock();
        // Handed to the first, which has not run yet.
        Go(() => Take("newcomer"));
        await ended.Wait();
        Assert.Equal(["first", "second", "newcomer"], order);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_fair_mutex_whose_waiters_are_canceled_is_free_again() => RuntimeTest.Run(1, async () =>
    {
        var mutex = new GoMutex();
        using var source = new CancellationTokenSource();
        var ended = new WaitGroup();
        bool canceled = false;
        await mutex.Lock();
        ended.Add(1);
        Go(async () =>
        {
            canceled = await Thrown(async () => await mutex.Lock(source.Token)) is not null;
            ended.Done();
        });
        await UntilWaiting(1);
        LetAMillisecondPass();
        mutex.Unlock();
        Assert.True(mutex.TryLock());
        await UntilWaiting(1);
        await source.CancelAsync();
        mutex.Unlock();
        await ended.Wait();
        Assert.True(canceled);
        Assert.True(mutex.TryLock());
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_call_that_was_not_awaited_takes_no_part() => RuntimeTest.Run(1, async () =>
    {
        var mutex = new GoMutex();
        var other = new GoMutex();
        await mutex.Lock();
        await other.Lock();
        _ = LockIt(mutex);
        bool refused = false;
        try
        {
            await other.Lock();
        }
        catch (InvalidOperationException)
        {
            refused = true;
        }
        Assert.True(refused);
        mutex.Unlock();
        Assert.True(mutex.TryLock());

        static async GoTask LockIt(GoMutex mutex) => await mutex.Lock();
    }, RuntimeTest.OnePUndisturbed);

    private static void LetAMillisecondPass()
    {
        long begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) <= TimeSpan.FromMilliseconds(1.5))
            Thread.SpinWait(100);
    }
}
