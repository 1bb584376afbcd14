using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>A lock as the contract sees it.</summary>
public interface ILockUnderTest
{
    GoTask Lock(CancellationToken token = default);

    Task LockInTask();

    bool TryLock();

    void Unlock();
}

/// <summary>What holds for everything that lets one in at a time. Each kind inherits it.</summary>
public abstract class LockContract
{
    /// <summary>Why its waiters wait, by number: the enum is not this assembly's to show.</summary>
    protected abstract WaitReason Reason { get; }

    protected abstract ILockUnderTest Make();

    /// <summary>Gives way until as many goroutines wait for the lock.</summary>
    protected async GoTask UntilWaiting(int count) => await RuntimeTest.UntilWaiting(Reason, count);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void One_goroutine_has_it_at_a_time(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Goroutines = 8, Each = 1500;
        var mutex = Make();
        var ended = new WaitGroup();
        int count = 0, inside = 0, together = 0;
        ended.Add(Goroutines);
        for (int i = 0; i < Goroutines; i++)
        {
            int number = i;
            Go(async () =>
            {
                for (int k = 0; k < Each; k++)
                {
                    await mutex.Lock();
                    if (Interlocked.Increment(ref inside) != 1)
                        Interlocked.Increment(ref together);
                    count++;
                    if (k % 50 == number)
                        await Yield();
                    Interlocked.Decrement(ref inside);
                    mutex.Unlock();
                }
                ended.Done();
            });
        }
        await ended.Wait();
        Assert.Equal(0, together);
        Assert.Equal(Goroutines * Each, count);
        Assert.True(mutex.TryLock());
    });

    [Fact]
    public void TryLock_takes_it_only_where_it_is_free() => RuntimeTest.Run(1, async () =>
    {
        var mutex = Make();
        Assert.True(mutex.TryLock());
        Assert.False(mutex.TryLock());
        mutex.Unlock();
        await mutex.Lock();
        Assert.False(mutex.TryLock());
    });

    [Fact]
    public void Those_who_wait_get_it_oldest_first() => RuntimeTest.Run(1, async () =>
    {
        var mutex = Make();
        var order = new List<int>();
        var ended = new WaitGroup();
        await mutex.Lock();
        for (int i = 0; i < 5; i++)
        {
            int number = i;
            ended.Add(1);
            Go(async () =>
            {
                await mutex.Lock();
                order.Add(number);
                mutex.Unlock();
                ended.Done();
            });
            await UntilWaiting(i + 1);
        }
        mutex.Unlock();
        await ended.Wait();
        Assert.Equal([0, 1, 2, 3, 4], order);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void Another_thread_may_unlock_what_a_goroutine_waits_for() => RuntimeTest.Run(2, async () =>
    {
        var mutex = Make();
        await mutex.Lock();
        var outside = new Thread(mutex.Unlock);
        Go(async () =>
        {
            await UntilWaiting(1);
            outside.Start();
        });
        await mutex.Lock();
        Assert.False(mutex.TryLock());
    });

    [Fact]
    public void A_method_that_returns_Task_may_wait_for_it() => RuntimeTest.Run(2, async () =>
    {
        var mutex = Make();
        await mutex.Lock();
        Go(async () =>
        {
            await UntilWaiting(1);
            mutex.Unlock();
        });
        await mutex.LockInTask();
        Assert.False(mutex.TryLock());
        mutex.Unlock();
        await mutex.LockInTask();
        Assert.False(mutex.TryLock());
    });

    [Fact]
    public void A_goroutine_that_must_give_way_does_so_before_it_takes_it() => RuntimeTest.Run(1, async () =>
    {
        var mutex = Make();
        bool ran = false, wasFree = false;
        Go(async () =>
        {
            ran = true;
            wasFree = mutex.TryLock();
            if (wasFree)
                mutex.Unlock();
        });
        M.Current!.PreemptRequested = true;
        await mutex.Lock();
        Assert.True(ran);
        Assert.True(wasFree);
        Assert.False(mutex.TryLock());
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void One_that_gave_way_waits_if_it_finds_it_locked() => RuntimeTest.Run(1, async () =>
    {
        var mutex = Make();
        bool unlocked = false;
        Go(async () =>
        {
            Assert.True(mutex.TryLock());
            await UntilWaiting(1);
            unlocked = true;
            mutex.Unlock();
        });
        M.Current!.PreemptRequested = true;
        await mutex.Lock();
        Assert.True(unlocked);
        Assert.False(mutex.TryLock());
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_token_that_was_canceled_before_throws_even_where_it_is_free() => RuntimeTest.Run(1, async () =>
    {
        var mutex = Make();
        var thrown = await Thrown(() => mutex.Lock(new CancellationToken(canceled: true)));
        Assert.True(thrown!.CancellationToken.IsCancellationRequested);
        Assert.True(mutex.TryLock());
    });

    [Fact]
    public void A_waiter_whose_token_is_canceled_throws_and_takes_nothing() => RuntimeTest.Run(2, async () =>
    {
        var mutex = Make();
        using var source = new CancellationTokenSource();
        await mutex.Lock();
        Go(async () =>
        {
            await UntilWaiting(1);
            await source.CancelAsync();
        });
        var thrown = await Thrown(() => mutex.Lock(source.Token));
        Assert.Equal(source.Token, thrown!.CancellationToken);
        mutex.Unlock();
        Assert.True(mutex.TryLock());
    });

    [Fact]
    public void A_token_that_is_canceled_once_it_is_locked_does_nothing() => RuntimeTest.Run(2, async () =>
    {
        var mutex = Make();
        using var source = new CancellationTokenSource();
        await mutex.Lock(source.Token);
        Go(async () =>
        {
            await UntilWaiting(1);
            mutex.Unlock();
        });
        await mutex.Lock(source.Token);
        await source.CancelAsync();
        Assert.False(mutex.TryLock());
        mutex.Unlock();
        Assert.True(mutex.TryLock());
    });

    [Fact]
    public void Those_behind_a_canceled_waiter_get_it() => RuntimeTest.Run(1, async () =>
    {
        var mutex = Make();
        using var source = new CancellationTokenSource();
        var ended = new WaitGroup();
        bool canceled = false, got = false;
        await mutex.Lock();
        ended.Add(2);
        Go(async () =>
        {
            canceled = await Thrown(() => mutex.Lock(source.Token)) is not null;
            ended.Done();
        });
        await UntilWaiting(1);
        Go(async () =>
        {
            await mutex.Lock();
            got = true;
            mutex.Unlock();
            ended.Done();
        });
        await UntilWaiting(2);
        await source.CancelAsync();
        mutex.Unlock();
        await ended.Wait();
        Assert.True(canceled);
        Assert.True(got);
        Assert.True(mutex.TryLock());
    }, RuntimeTest.OnePUndisturbed);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Tokens_that_race_with_unlocks_lose_no_waiter_and_no_lock(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Goroutines = 6, Each = 300;
        var mutex = Make();
        var ended = new WaitGroup();
        int locked = 0, counted = 0, canceled = 0;
        ended.Add(Goroutines);
        for (int i = 0; i < Goroutines; i++)
        {
            int number = i;
            Go(async () =>
            {
                for (int k = 0; k < Each; k++)
                {
                    using var source = new CancellationTokenSource();
                    var cancel = number % 2 == 0 ? source : null;
                    if (cancel is not null)
                        ThreadPool.UnsafeQueueUserWorkItem(static s => Cancel(s), cancel, preferLocal: false);
                    if (await Thrown(() => mutex.Lock(cancel?.Token ?? default)) is not null)
                    {
                        Interlocked.Increment(ref canceled);
                        continue;
                    }
                    counted++;
                    if (k % 3 == 0)
                        await Yield();
                    mutex.Unlock();
                    Interlocked.Increment(ref locked);
                }
                ended.Done();
            });
        }
        await ended.Wait();
        Assert.Equal(Goroutines * Each, locked + canceled);
        Assert.Equal(locked, counted);
        Assert.True(mutex.TryLock());

        static void Cancel(CancellationTokenSource source)
        {
            try
            {
                source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The lock came first.
            }
        }
    });

    protected static async GoTask<OperationCanceledException?> Thrown(Func<GoTask> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        try
        {
            await call();
            return null;
        }
        catch (OperationCanceledException e)
        {
            return e;
        }
    }
}
