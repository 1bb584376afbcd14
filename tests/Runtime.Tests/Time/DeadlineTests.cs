using System.Diagnostics;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>CancellationToken is the context of goroutines: deadlines, cancellation that is handed down, and sleeps that heed it.</summary>
public class DeadlineTests
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan s_late = TimeSpan.FromHours(1);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_deadline_ends_a_sleep(int processors) => RuntimeTest.Run(processors, async () =>
    {
        long begin = Stopwatch.GetTimestamp();
        using var deadline = WithTimeout(s_soon);
        var canceled = await CanceledSleep(deadline.Token);
        Assert.Equal(deadline.Token, canceled.CancellationToken);
        Assert.True(Stopwatch.GetElapsedTime(begin) >= s_soon);
    });

    [Fact]
    public void CancelAfter_ends_a_sleep() => RuntimeTest.Run(1, async () =>
    {
        using var source = new CancellationTokenSource();
        source.CancelAfter(s_soon);
        await CanceledSleep(source.Token);
    });

    [Fact]
    public void A_canceled_parent_cancels_its_children() => RuntimeTest.Run(2, async () =>
    {
        using var parent = new CancellationTokenSource();
        using var child = WithTimeout(s_late, parent.Token);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(child.Token);
        var ended = new Chan<bool>(2);
        foreach (var token in new[] { child.Token, linked.Token })
        {
            Go(async () =>
            {
                await CanceledSleep(token);
                await ended.Send(true);
            });
        }
        await Sleep(s_soon);
        Assert.False(child.IsCancellationRequested);
        parent.Cancel();
        Assert.True(await ended.Receive());
        Assert.True(await ended.Receive());
    });

    [Fact]
    public void A_deadline_that_is_disposed_in_time_leaves_no_timer_and_cancels_nothing() => RuntimeTest.Run(1, async () =>
    {
        var heap = M.OfGoroutine().Scheduler.Ps[0].Timers;
        for (int i = 0; i < 1000; i++)
        {
            using var deadline = WithTimeout(s_late);
            Assert.NotEqual(Timers.Never, heap.Next);
        }
        Assert.Equal(Timers.Never, heap.Next);
        var short1 = WithTimeout(s_soon);
        var token = short1.Token;
        short1.Dispose();
        await Sleep(s_soon * 2);
        Assert.False(token.IsCancellationRequested);
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void A_sleep_that_is_over_before_its_token_ends_well() => RuntimeTest.Run(1, async () =>
    {
        using var source = new CancellationTokenSource();
        await Sleep(s_soon, source.Token);
        source.Cancel();
        await Sleep(TimeSpan.Zero, CancellationToken.None);
        await Sleep(s_soon, CancellationToken.None);
    });

    [Fact]
    public void A_token_that_was_canceled_before_ends_a_sleep_at_once() => RuntimeTest.Run(1, async () =>
    {
        var token = new CancellationToken(canceled: true);
        await CanceledSleep(token);
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await Sleep(TimeSpan.Zero, token));
    });

    [Fact]
    public void A_canceled_sleep_is_no_pending_timer() => RuntimeTest.Run(1, async () =>
    {
        using var source = new CancellationTokenSource();
        GoTimer.AfterFunc(s_soon, source.Cancel);
        await CanceledSleep(source.Token);
        Assert.Equal(Timers.Never, M.OfGoroutine().Scheduler.NextTimer());
    });

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Sleeps_that_end_and_are_canceled_at_the_same_time_end_once(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Goroutines = 200, Rounds = 20;
        int ended = 0, canceled = 0;
        var all = new WaitGroup();
        all.Add(Goroutines);
        for (int i = 0; i < Goroutines; i++)
        {
            Go(async () =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    var duration = TimeSpan.FromMicroseconds(50 + (round * 10));
                    using var source = WithTimeout(duration);
                    try
                    {
                        await Sleep(duration, source.Token);
                        Interlocked.Increment(ref ended);
                    }
                    catch (OperationCanceledException)
                    {
                        Interlocked.Increment(ref canceled);
                    }
                }
                all.Done();
            });
        }
        await all.Wait();
        Assert.Equal(Goroutines * Rounds, ended + canceled);
    });

    [Fact]
    public void A_thread_that_is_no_goroutine_cancels_a_sleep_while_all_sleep() => RuntimeTest.Run(1, async () =>
    {
        using var source = new CancellationTokenSource();
        var thread = new Thread(() =>
        {
            Thread.Sleep(5);
            source.Cancel();
        });
        thread.Start();
        await CanceledSleep(source.Token);
        thread.Join();
    });

    private static async GoTask<OperationCanceledException> CanceledSleep(CancellationToken token)
    {
        try
        {
            await Sleep(s_late, token);
        }
        catch (OperationCanceledException e)
        {
            return e;
        }
        throw new InvalidOperationException("The sleep was not canceled.");
    }
}
