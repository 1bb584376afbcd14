using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>golang.org/x/sync/semaphore: with one unit it is a lock as any other; what many units mean is here.</summary>
public sealed class GoSemaphoreTests : LockContract
{
    protected override WaitReason Reason => WaitReason.SemAcquire;

    protected override ILockUnderTest Make() => new Subject();

    private sealed class Subject : ILockUnderTest
    {
        private readonly GoSemaphore _semaphore = new(1);

        public async GoTask Lock(CancellationToken token) => await _semaphore.Acquire(token);

        public async Task LockInTask() => await _semaphore.Acquire();

        public bool TryLock() => _semaphore.TryAcquire();

        public void Unlock() => _semaphore.Release();
    }

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void No_more_units_are_taken_than_there_are(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Size = 5, Goroutines = 8, Each = 600;
        var semaphore = new GoSemaphore(Size);
        var ended = new WaitGroup();
        int taken = 0, wrong = 0;
        for (int i = 0; i < Goroutines; i++)
        {
            int number = i;
            ended.Go(async () =>
            {
                for (int k = 0; k < Each; k++)
                {
                    int n = (k + number) % (Size + 1);
                    using (await semaphore.Acquire(n))
                    {
                        if (Interlocked.Add(ref taken, n) > Size)
                            Interlocked.Increment(ref wrong);
                        if (k % 3 == 0)
                            await Yield();
                        Interlocked.Add(ref taken, -n);
                    }
                }
            });
        }
        await ended.Wait();
        Assert.Equal(0, wrong);
        Assert.Equal(Size, semaphore.Available);
        Assert.True(semaphore.TryAcquire(Size));
    });

    [Fact]
    public void Nobody_overtakes_one_that_waits_for_more() => RuntimeTest.Run(1, async () =>
    {
        var semaphore = new GoSemaphore(4);
        var order = new List<string>();
        var ended = new WaitGroup();
        await semaphore.Acquire(2);
        ended.Go(async () =>
        {
            using (await semaphore.Acquire(4))
                order.Add("great");
        });
        await UntilWaiting(1);
        Assert.Equal(2, semaphore.Available);
        Assert.False(semaphore.TryAcquire(1));
        ended.Go(async () =>
        {
            using (await semaphore.Acquire(1))
                order.Add("small");
        });
        await UntilWaiting(2);
        semaphore.Release(1);
        await UntilWaiting(2);
        semaphore.Release(1);
        await ended.Wait();
        Assert.Equal(["great", "small"], order);
        Assert.Equal(4, semaphore.Available);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_release_serves_all_for_whom_there_is_enough() => RuntimeTest.Run(1, async () =>
    {
        var semaphore = new GoSemaphore(6);
        await semaphore.Acquire(6);
        int served = 0, waiting = 0;
        foreach (int n in (int[])[2, 1, 3, 1])
        {
            Go(async () =>
            {
                await semaphore.Acquire(n);
                served++;
            });
            await UntilWaiting(++waiting);
        }
        semaphore.Release(4);
        while (served != 2)
            await Yield();
        await UntilWaiting(2);
        Assert.Equal(1, semaphore.Available);
        semaphore.Release(2);
        while (served != 3)
            await Yield();
        await UntilWaiting(1);
        Assert.Equal(0, semaphore.Available);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void When_the_first_is_canceled_those_behind_it_go_on() => RuntimeTest.Run(1, async () =>
    {
        var semaphore = new GoSemaphore(4);
        using var source = new CancellationTokenSource();
        var ended = new WaitGroup();
        bool canceled = false;
        int served = 0;
        await semaphore.Acquire(2);
        ended.Go(async () => canceled = await Thrown(async () => await semaphore.Acquire(4, source.Token)) is not null);
        await UntilWaiting(1);
        for (int i = 0; i < 2; i++)
        {
            ended.Go(async () =>
            {
                await semaphore.Acquire(1);
                served++;
            });
        }
        await UntilWaiting(3);
        await source.CancelAsync();
        await ended.Wait();
        Assert.True(canceled);
        Assert.Equal(2, served);
        Assert.Equal(0, semaphore.Available);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void One_that_wants_more_than_there_are_waits_for_its_token_and_holds_up_nobody() => RuntimeTest.Run(1, async () =>
    {
        var semaphore = new GoSemaphore(2);
        using var source = new CancellationTokenSource();
        var ended = new WaitGroup();
        bool canceled = false;
        Assert.False(semaphore.TryAcquire(3));
        ended.Go(async () => canceled = await Thrown(async () => await semaphore.Acquire(3, source.Token)) is not null);
        await UntilWaiting(1);
        using (await semaphore.Acquire(2))
            Assert.Equal(0, semaphore.Available);
        await UntilWaiting(1);
        await source.CancelAsync();
        await ended.Wait();
        Assert.True(canceled);
        Assert.Equal(2, semaphore.Available);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void More_released_than_taken_throws_and_changes_nothing() => RuntimeTest.Run(1, async () =>
    {
        var semaphore = new GoSemaphore(3);
        Assert.Throws<SemaphoreFullException>(() => semaphore.Release(1));
        await semaphore.Acquire(2);
        Assert.Throws<SemaphoreFullException>(() => semaphore.Release(3));
        Assert.Equal(1, semaphore.Available);
        Go(async () => await semaphore.Acquire(2));
        await UntilWaiting(1);
        Assert.Throws<SemaphoreFullException>(() => semaphore.Release(3));
        await UntilWaiting(1);
        semaphore.Release(2);
        await UntilWaiting(0);
        Assert.Equal(1, semaphore.Available);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GoSemaphore(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GoSemaphore(long.MaxValue));
        var semaphore = new GoSemaphore(long.MaxValue >> 1);
        Assert.True(semaphore.TryAcquire(semaphore.Size));
        semaphore.Release(semaphore.Size);
        Assert.Throws<ArgumentOutOfRangeException>(() => semaphore.TryAcquire(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => semaphore.Release(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => semaphore.Acquire(-1, CancellationToken.None));
    }

    [Fact]
    public void Free_units_cost_no_allocation() => RuntimeTest.Run(1, async () =>
    {
        var semaphore = new GoSemaphore(2);
        using (await semaphore.Acquire())
        {
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            using (await semaphore.Acquire(2))
            {
            }
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }, RuntimeTest.OnePUndisturbed);
}
