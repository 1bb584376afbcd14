using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>A condition and its lock as the contract sees them.</summary>
public interface ICondUnderTest
{
    GoCond Cond { get; }

    GoTask Lock();

    /// <summary>Unlocks what <see cref="Lock"/> locked.</summary>
    void Unlock();

    /// <summary>Whether somebody has it as <see cref="Lock"/> gives it.</summary>
    bool IsLocked { get; }

    /// <summary>Keeps those out who wait to lock.</summary>
    GoTask Block();

    void Unblock();
}

/// <summary>What holds for a condition, whichever lock it is with. Each kind inherits it.</summary>
public abstract class CondContract
{
    protected abstract ICondUnderTest Make();

    private static async GoTask UntilWaiting(int count) => await RuntimeTest.UntilWaiting(WaitReason.CondWait, count);

    [Fact]
    public void A_signal_wakes_the_one_that_waits_longest_and_no_other() => RuntimeTest.Run(1, async () =>
    {
        var subject = Make();
        var order = new List<int>();
        var ended = new WaitGroup();
        for (int i = 0; i < 4; i++)
        {
            int number = i;
            ended.Go(async () =>
            {
                await subject.Lock();
                await subject.Cond.Wait();
                order.Add(number);
                subject.Unlock();
            });
            await UntilWaiting(i + 1);
        }
        for (int i = 0; i < 4; i++)
        {
            subject.Cond.Signal();
            while (order.Count == i)
                await Yield();
            await UntilWaiting(3 - i);
            Assert.Equal(i + 1, order.Count);
        }
        await ended.Wait();
        Assert.Equal([0, 1, 2, 3], order);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_broadcast_wakes_all_that_wait() => RuntimeTest.Run(2, async () =>
    {
        var subject = Make();
        var ended = new WaitGroup();
        for (int i = 0; i < 5; i++)
        {
            ended.Go(async () =>
            {
                await subject.Lock();
                await subject.Cond.Wait();
                subject.Unlock();
            });
        }
        await UntilWaiting(5);
        subject.Cond.Broadcast();
        await ended.Wait();
        Assert.False(subject.IsLocked);
    });

    [Fact]
    public void A_signal_that_nobody_waits_for_is_lost() => RuntimeTest.Run(1, async () =>
    {
        var subject = Make();
        subject.Cond.Signal();
        subject.Cond.Broadcast();
        bool over = false;
        Go(async () =>
        {
            await subject.Lock();
            await subject.Cond.Wait();
            over = true;
            subject.Unlock();
        });
        await UntilWaiting(1);
        for (int i = 0; i < 100; i++)
            await Yield();
        Assert.False(over);
        subject.Cond.Signal();
        await UntilWaiting(0);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void The_lock_is_free_during_the_wait_and_held_after_it() => RuntimeTest.Run(1, async () =>
    {
        var subject = Make();
        bool over = false;
        var ended = new WaitGroup();
        ended.Go(async () =>
        {
            await subject.Lock();
            await subject.Cond.Wait();
            over = true;
            Assert.True(subject.IsLocked);
            subject.Unlock();
        });
        await UntilWaiting(1);
        Assert.False(subject.IsLocked);
        await subject.Block();
        subject.Cond.Signal();
        await UntilWaiting(0);
        for (int i = 0; i < 100; i++)
            await Yield();
        Assert.False(over);
        subject.Unblock();
        await ended.Wait();
        Assert.True(over);
        Assert.False(subject.IsLocked);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_wait_without_the_lock_throws() => RuntimeTest.Run(1, async () =>
    {
        var subject = Make();
        bool refused = false;
        try
        {
            await subject.Cond.Wait();
        }
        catch (SynchronizationLockException)
        {
            refused = true;
        }
        Assert.True(refused);
        Assert.False(subject.IsLocked);
    });

    [Fact]
    public void A_canceled_wait_has_the_lock_again_when_it_throws() => RuntimeTest.Run(1, async () =>
    {
        var subject = Make();
        using var source = new CancellationTokenSource();
        bool thrown = false;
        var ended = new WaitGroup();
        ended.Go(async () =>
        {
            await subject.Lock();
            try
            {
                await subject.Cond.Wait(source.Token);
            }
            catch (OperationCanceledException e)
            {
                thrown = e.CancellationToken == source.Token && subject.IsLocked;
            }
            subject.Unlock();
        });
        await UntilWaiting(1);
        await subject.Block();
        await source.CancelAsync();
        await UntilWaiting(0);
        for (int i = 0; i < 100; i++)
            await Yield();
        Assert.False(thrown);
        subject.Unblock();
        await ended.Wait();
        Assert.True(thrown);
        Assert.False(subject.IsLocked);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_token_that_was_canceled_before_throws_and_keeps_the_lock() => RuntimeTest.Run(1, async () =>
    {
        var subject = Make();
        await subject.Lock();
        bool thrown = false;
        try
        {
            await subject.Cond.Wait(new CancellationToken(canceled: true));
        }
        catch (OperationCanceledException)
        {
            thrown = true;
        }
        Assert.True(thrown);
        Assert.True(subject.IsLocked);
        subject.Unlock();
    });

    [Fact]
    public void A_signal_is_not_spent_on_a_canceled_waiter() => RuntimeTest.Run(1, async () =>
    {
        var subject = Make();
        using var source = new CancellationTokenSource();
        bool canceled = false, woken = false;
        var ended = new WaitGroup();
        ended.Go(async () => canceled = await WaitIsCanceled(subject, source.Token));
        await UntilWaiting(1);
        ended.Go(async () =>
        {
            await subject.Lock();
            await subject.Cond.Wait();
            woken = true;
            subject.Unlock();
        });
        await UntilWaiting(2);
        await source.CancelAsync();
        subject.Cond.Signal();
        await ended.Wait();
        Assert.True(canceled);
        Assert.True(woken);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_wait_that_was_signaled_is_not_canceled_any_more() => RuntimeTest.Run(1, async () =>
    {
        var subject = Make();
        using var source = new CancellationTokenSource();
        bool woken = false;
        var ended = new WaitGroup();
        ended.Go(async () =>
        {
            await subject.Lock();
            await subject.Cond.Wait(source.Token);
            woken = true;
            subject.Unlock();
        });
        await UntilWaiting(1);
        subject.Cond.Signal();
        await source.CancelAsync();
        await ended.Wait();
        Assert.True(woken);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_method_that_returns_Task_may_wait() => RuntimeTest.Run(2, async () =>
    {
        var subject = Make();
        await subject.Lock();
        Go(async () =>
        {
            await UntilWaiting(1);
            subject.Cond.Signal();
        });
        await WaitInTask();
        Assert.True(subject.IsLocked);
        subject.Unlock();

        async Task WaitInTask() => await subject.Cond.Wait();
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_signal_that_meets_a_token_wakes_that_waiter_or_the_next(int processors) => RuntimeTest.Run(processors, async () =>
    {
        var subject = Make();
        for (int round = 0; round < 200; round++)
        {
            using var source = new CancellationTokenSource();
            var first = new WaitGroup();
            var second = new WaitGroup();
            bool canceled = false;
            first.Go(async () => canceled = await WaitIsCanceled(subject, source.Token));
            await UntilWaiting(1);
            second.Go(async () => await WaitIsCanceled(subject, default));
            await UntilWaiting(2);
            var cancel = Task.Run(source.Cancel);
            subject.Cond.Signal();
            await first.Wait();
            // If the token was faster, the signal was the second one's, who must not need another.
            if (!canceled)
                subject.Cond.Signal();
            await second.Wait();
            await cancel;
        }
        Assert.False(subject.IsLocked);
    });

    private static async GoTask<bool> WaitIsCanceled(ICondUnderTest subject, CancellationToken token)
    {
        await subject.Lock();
        try
        {
            await subject.Cond.Wait(token);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        finally
        {
            subject.Unlock();
        }
    }
}
