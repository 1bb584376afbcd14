using System.Diagnostics;
using System.Runtime.CompilerServices;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>What Go documents of time.Timer, time.AfterFunc and time.After, with the channels of Go 1.23.</summary>
public class GoTimerTests
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan s_late = TimeSpan.FromHours(1);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_timer_sends_the_time_once_when_its_duration_is_over(int processors) => RuntimeTest.Run(processors, async () =>
    {
        long begin = Stopwatch.GetTimestamp();
        var before = DateTimeOffset.UtcNow;
        var timer = new GoTimer(s_soon);
        var time = await timer.C.Receive();
        Assert.True(Stopwatch.GetElapsedTime(begin) >= s_soon);
        // The wall clock may be set while this runs: only that it is about now.
        Assert.InRange(time, before - TimeSpan.FromMinutes(1), DateTimeOffset.UtcNow + TimeSpan.FromMinutes(1));
        Assert.False(timer.C.TryReceive(out _));
        Assert.False(timer.Stop());
    });

    [Theory, InlineData(0), InlineData(-5), InlineData(long.MinValue)]
    public void A_duration_that_is_not_positive_is_over_at_once(long ticks) => RuntimeTest.Run(1, async () =>
    {
        Assert.True(new GoTimer(TimeSpan.FromTicks(ticks)).C.TryReceive(out _));
        await After(TimeSpan.FromTicks(ticks)).Receive();
    });

    [Fact]
    public void A_value_that_comes_late_is_the_time_at_which_it_was_due() => RuntimeTest.Run(1, async () =>
    {
        var timer = new GoTimer(s_soon);
        await Sleep(TimeSpan.FromMilliseconds(60));
        Assert.True(timer.C.TryReceive(out var time));
        Assert.True(DateTimeOffset.UtcNow - time > TimeSpan.FromMilliseconds(40));
    });

    [Fact]
    public void Stop_before_the_time_prevents_it_and_says_so() => RuntimeTest.Run(1, async () =>
    {
        var timer = new GoTimer(TimeSpan.FromMilliseconds(200));
        Assert.True(timer.Stop());
        Assert.False(timer.Stop());
        Assert.True(SpinUntil(TimeSpan.FromMilliseconds(5), () => timer.C.TryReceive(out _)) is false);
    });

    [Fact]
    public void Stop_after_the_time_takes_back_a_value_that_nobody_received() => RuntimeTest.Run(1, async () =>
    {
        var timer = new GoTimer(TimeSpan.Zero);
        Assert.True(timer.Stop());
        Assert.False(timer.C.TryReceive(out _));
    });

    [Fact]
    public void After_Reset_no_value_from_before_is_received() => RuntimeTest.Run(1, async () =>
    {
        var timer = new GoTimer(TimeSpan.Zero);
        Assert.True(timer.Reset(s_late));
        Assert.False(timer.C.TryReceive(out _));
        Assert.True(timer.Reset(TimeSpan.Zero));
        Assert.True(timer.C.TryReceive(out _));
    });

    [Fact]
    public void Reset_sets_a_timer_again_that_was_stopped_or_has_fired() => RuntimeTest.Run(1, async () =>
    {
        var timer = new GoTimer(s_late);
        Assert.True(timer.Stop());
        Assert.False(timer.Reset(s_soon));
        await timer.C.Receive();
        Assert.False(timer.Reset(s_soon));
        await timer.C.Receive();
    });

    [Fact]
    public void Reset_moves_the_time_for_one_who_waits_already() => RuntimeTest.Run(2, async () =>
    {
        var timer = new GoTimer(s_late);
        var received = new Chan<bool>(1);
        Go(async () =>
        {
            await timer.C.Receive();
            await received.Send(true);
        });
        await UntilWaiting(timer);
        Assert.True(timer.Reset(s_soon));
        Assert.True(await received.Receive());
    });

    [Fact]
    public void The_channel_looks_unbuffered_also_when_the_time_is_over() => RuntimeTest.Run(1, async () =>
    {
        var timer = new GoTimer(TimeSpan.Zero);
        Assert.Equal((0, 0), (timer.C.Capacity, timer.C.Count));
        Assert.True(timer.C.TryReceive(out _));
    });

    [Fact]
    public void Who_waits_longest_gets_the_value() => RuntimeTest.Run(1, async () =>
    {
        var timer = new GoTimer(s_late);
        var order = new List<int>();
        var ended = new WaitGroup();
        ended.Add(3);
        for (int i = 0; i < 3; i++)
        {
            int me = i;
            Go(async () =>
            {
                await timer.C.Receive();
                order.Add(me);
                ended.Done();
            });
            await Yield();
        }
        for (int i = 0; i < 3; i++)
        {
            timer.Reset(TimeSpan.Zero);
            // Those who wait go first, also before one who comes when it is due.
            Assert.False(timer.C.TryReceive(out _));
            while (order.Count == i)
                await Yield();
        }
        await ended.Wait();
        Assert.Equal([0, 1, 2], order);
    }, RuntimeTest.OnePUndisturbed);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void AfterFunc_runs_its_function_on_a_goroutine_of_its_own(int processors) => RuntimeTest.Run(processors, async () =>
    {
        var ran = new Chan<CurrentGoroutine>();
        long me = Current!.Value.Id;
        GoTimer.AfterFunc(s_soon, async () => await ran.Send(Current!.Value), "late");
        var goroutine = await ran.Receive();
        Assert.Equal("late", goroutine.Name);
        Assert.NotEqual(me, goroutine.Id);
        Assert.Contains("GoTimerTests.cs", goroutine.CreatedAt, StringComparison.Ordinal);
    });

    [Fact]
    public void AfterFunc_that_is_stopped_in_time_never_runs_and_Reset_runs_it_again() => RuntimeTest.Run(1, async () =>
    {
        int runs = 0;
        var ran = new Chan<int>();
        var timer = GoTimer.AfterFunc(s_late, async () => await ran.Send(++runs));
        Assert.True(timer.Stop());
        Assert.False(timer.Reset(s_soon));
        Assert.Equal(1, await ran.Receive());
        Assert.False(timer.Stop());
        timer.Reset(s_soon);
        Assert.Equal(2, await ran.Receive());
        Assert.Throws<InvalidOperationException>(() => timer.C);
    });

    [Fact]
    public void AfterFunc_inherits_AsyncLocal_values_from_who_called_it() => RuntimeTest.Run(1, async () =>
    {
        var local = new AsyncLocal<string> { Value = "caller's" };
        var seen = new Chan<string?>(2);
        GoTimer.AfterFunc(s_soon, async () => await seen.Send(local.Value));
        local.Value = "changed";
        Go(async () =>
        {
            // Runs on the thread just before the timer does.
            local.Value = "other's";
            await Sleep(s_soon);
        });
        Assert.Equal("caller's", await seen.Receive());
        Assert.Equal("changed", local.Value);
    });

    [Fact]
    public void Threads_that_are_no_goroutines_stop_and_reset_while_every_goroutine_sleeps() => RuntimeTest.Run(2, async () =>
    {
        var timer = new GoTimer(s_late);
        for (int round = 0; round < 20; round++)
        {
            var thread = new Thread(() =>
            {
                SpinWait.SpinUntil(() => timer.C.HasReceivers);
                Thread.Sleep(1);   // by now the Ms are asleep; if not, it is still right
                timer.Stop();
                timer.Reset(s_soon);
            });
            thread.Start();
            await timer.C.Receive();
            thread.Join();
        }
    });

    [Fact]
    public void Whoever_makes_a_timer_must_be_a_goroutine()
    {
        Assert.Throws<InvalidOperationException>(() => new GoTimer(s_soon));
        Assert.Throws<InvalidOperationException>(() => new GoTicker(s_soon));
        Assert.Throws<InvalidOperationException>(() => GoTimer.AfterFunc(s_soon, () => { }));
    }

    [Fact]
    public void Timers_that_nobody_waits_for_are_in_no_heap_and_are_garbage() => RuntimeTest.Run(1, async () =>
    {
        var scheduler = M.OfGoroutine().Scheduler;
        var chans = Abandon();
        Assert.Equal(0, scheduler.Ps[0].Timers.Count);
        for (int i = 0; i < 10 && chans.Any(c => c.TryGetTarget(out _)); i++)
        {
            await Yield();
            GC.Collect();
        }
        Assert.DoesNotContain(chans, c => c.TryGetTarget(out _));
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void After_is_the_timeout_of_a_select() => RuntimeTest.Run(1, async () =>
    {
        var never = new Chan<int>();
        var select = new Select();
        select.Receive(never);
        var timeout = select.Receive(After(s_soon));
        Assert.Equal(timeout.Index, await select.Next());
        Assert.True(timeout.Ok);
        // A second one in the same select, which is due before it is looked at.
        timeout.Chan = After(TimeSpan.Zero);
        Assert.Equal(timeout.Index, await select.Next());
        timeout.Chan = After(s_late);
        int none = select.Default();
        Assert.Equal(none, await select.Next());
    });

    [Fact]
    public void Timeouts_that_a_select_left_behind_do_not_fill_the_heap() => RuntimeTest.Run(1, async () =>
    {
        var heap = M.OfGoroutine().Scheduler.Ps[0].Timers;
        var numbers = new Chan<int>();
        Go(async () =>
        {
            for (int i = 0; i < 10_000; i++)
                await numbers.Send(i);
        });
        var select = new Select();
        var number = select.Receive(numbers);
        var timeout = select.Receive<DateTimeOffset>(null);
        int most = 0;
        for (int i = 0; i < 10_000; i++)
        {
            timeout.Chan = After(s_late);
            Assert.Equal(number.Index, await select.Next());
            most = Math.Max(most, heap.Count);
        }
        Assert.InRange(most, 1, 64);
    }, RuntimeTest.OnePUndisturbed);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Each_of_many_timers_is_received_or_stopped_but_never_both(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Goroutines = 50, Rounds = 100;
        int received = 0, stopped = 0;
        var ended = new WaitGroup();
        ended.Add(Goroutines);
        for (int i = 0; i < Goroutines; i++)
        {
            int me = i;
            Go(async () =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    var timer = new GoTimer(TimeSpan.FromMicroseconds(((me * 31) + (round * 17)) % 300));
                    var got = new Chan<bool>(1);
                    Go(async () =>
                    {
                        await timer.C.Receive();
                        await got.Send(true);
                    });
                    await Sleep(TimeSpan.FromMicroseconds((me * 13) % 300));
                    if (timer.Stop())
                    {
                        Interlocked.Increment(ref stopped);
                        // Its receiver waits for ever unless it is set again.
                        Assert.False(got.TryReceive(out _));
                        timer.Reset(TimeSpan.Zero);
                        await got.Receive();
                    }
                    else
                    {
                        Interlocked.Increment(ref received);
                        await got.Receive();
                    }
                }
                ended.Done();
            });
        }
        await ended.Wait();
        Assert.Equal(Goroutines * Rounds, received + stopped);
    });

    private static async GoTask UntilWaiting(GoTimer timer)
    {
        while (!timer.C.HasReceivers)
            await Yield();
    }

    private static bool SpinUntil(TimeSpan limit, Func<bool> condition)
    {
        long begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < limit)
        {
            if (condition())
                return true;
        }
        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference<Chan<DateTimeOffset>>> Abandon()
    {
        var chans = new List<WeakReference<Chan<DateTimeOffset>>>();
        for (int i = 0; i < 100; i++)
        {
            chans.Add(new(new GoTimer(s_late).C));
            chans.Add(new(new GoTicker(s_late).C));
            chans.Add(new(After(s_late)));
            chans.Add(new(Tick(s_late)));
        }
        return chans;
    }
}
