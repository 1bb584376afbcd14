using System.Diagnostics;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>What Go documents of time.Ticker and time.Tick.</summary>
public class GoTickerTests
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan s_late = TimeSpan.FromHours(1);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_ticker_ticks_again_and_again_and_does_not_run_ahead(int processors) => RuntimeTest.Run(processors, async () =>
    {
        const int Ticks = 20;
        long begin = Stopwatch.GetTimestamp();
        var ticker = new GoTicker(s_period);
        for (int i = 1; i <= Ticks; i++)
        {
            await ticker.C.Receive();
            Assert.True(Stopwatch.GetElapsedTime(begin) >= s_period * i);
        }
    });

    [Fact]
    public void Ticks_that_nobody_came_for_are_dropped_but_for_one() => RuntimeTest.Run(1, async () =>
    {
        var ticker = new GoTicker(TimeSpan.FromMilliseconds(50));
        await Sleep(TimeSpan.FromMilliseconds(220));
        Assert.True(ticker.C.TryReceive(out _));
        long begin = Stopwatch.GetTimestamp();
        bool again = ticker.C.TryReceive(out _);
        // Unless this thread was stopped for the rest of a period, which a busy machine may do.
        Assert.True(!again || Stopwatch.GetElapsedTime(begin) > TimeSpan.FromMilliseconds(1));
    });

    [Fact]
    public void After_a_drop_ticks_come_in_step_with_the_first() => RuntimeTest.Run(1, async () =>
    {
        long period = Clock.FromTimeSpan(s_period);
        long first = Clock.Now + period;
        var timer = new ChanTimer(M.OfGoroutine().Scheduler, first, period);
        while (Clock.Now < first + (period * 7 / 2))
            Thread.SpinWait(50);
        Assert.True(timer.TryTake(M.Current, out _));
        Assert.Equal(0, (timer.When - first) % period);
        Assert.True(timer.When > first + (3 * period));
    }, RuntimeTest.OnePUndisturbed);

    [Fact]
    public void After_Stop_no_tick_comes_and_the_channel_stays_open() => RuntimeTest.Run(1, async () =>
    {
        var ticker = new GoTicker(s_period);
        await ticker.C.Receive();
        await Sleep(s_period * 2);
        ticker.Stop();
        Assert.False(ticker.C.TryReceive(out _));
        await Sleep(s_period * 2);
        Assert.False(ticker.C.TryReceive(out _));
        Assert.False(ticker.C.IsClosed);
    });

    [Fact]
    public void Reset_gives_another_period_and_starts_a_stopped_ticker() => RuntimeTest.Run(1, async () =>
    {
        var ticker = new GoTicker(s_late);
        ticker.Reset(s_period);
        await ticker.C.Receive();
        await ticker.C.Receive();
        ticker.Stop();
        ticker.Reset(s_period);
        await ticker.C.Receive();
        ticker.Reset(s_late);
        Assert.False(ticker.C.TryReceive(out _));
    });

    [Fact]
    public void Each_tick_goes_to_one_receiver() => RuntimeTest.Run(2, async () =>
    {
        const int Ticks = 30, Receivers = 5;
        long begin = Stopwatch.GetTimestamp();
        var ticks = Tick(s_period);
        var taken = new Chan<int>();
        for (int i = 0; i < Receivers; i++)
        {
            int me = i;
            Go(async () =>
            {
                await foreach (var _ in ticks)
                    await taken.Send(me);
            });
        }
        var by = new HashSet<int>();
        for (int i = 1; i <= Ticks; i++)
        {
            by.Add(await taken.Receive());
            Assert.True(Stopwatch.GetElapsedTime(begin) >= s_period * i);
        }
        Assert.Equal(Receivers, by.Count);
    });

    [Theory, InlineData(0), InlineData(-1)]
    public void A_period_that_is_not_positive_is_refused(long ticks) => RuntimeTest.Run(1, async () =>
    {
        var period = TimeSpan.FromTicks(ticks);
        Assert.Throws<ArgumentOutOfRangeException>(() => new GoTicker(period));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tick(period));
        var ticker = new GoTicker(s_late);
        Assert.Throws<ArgumentOutOfRangeException>(() => ticker.Reset(period));
    });
}
