namespace Gmp;

/// <summary>
/// Sends the time on <see cref="C"/> again and again (Go: time.Ticker). Ticks that nobody came for are dropped but for one: a slow receiver gets
/// one at once and the next when it is due. Ticks do not drift.
/// </summary>
/// <remarks>
/// Made by goroutines; <see cref="Stop"/> and <see cref="Reset"/> are for any thread. A ticker that nobody refers to is garbage even if it was not
/// stopped, and one at whose channel nobody waits costs nothing.
/// </remarks>
public sealed class GoTicker
{
    private readonly ChanTimer _timer;

    /// <summary>Makes a ticker whose first tick comes after one period (Go: time.NewTicker).</summary>
    /// <param name="period">From tick to tick.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is not positive.</exception>
    /// <exception cref="InvalidOperationException">The caller is no goroutine.</exception>
    public GoTicker(TimeSpan period) => _timer = New(period);

    /// <summary>Where the time is sent: when the tick was due. It is only to be received from.</summary>
    public Chan<DateTimeOffset> C => _timer.Chan;

    /// <summary>Stops the ticks. No more is received afterwards; the channel stays open, as in Go, so that nobody takes the end for a tick.</summary>
    public void Stop() => _timer.Stop();

    /// <summary>Ticks on with another period, the first time after one period from now on; starts a stopped ticker again.</summary>
    /// <param name="period">From tick to tick.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is not positive.</exception>
    public void Reset(TimeSpan period)
    {
        CheckPeriod(period);
        _timer.Reset(RuntimeTimer.After(period), TicksOf(period));
    }

    internal static ChanTimer New(TimeSpan period)
    {
        CheckPeriod(period);
        return new ChanTimer(M.OfGoroutine().Scheduler, RuntimeTimer.After(period), TicksOf(period));
    }

    private static void CheckPeriod(TimeSpan period) => ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);

    // At least one: where the clock is coarse, the shortest spans are none.
    private static long TicksOf(TimeSpan period) => Math.Max(1, Clock.FromTimeSpan(period));
}
