using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>
/// Something that happens once, at a time (Go: time.Timer): the time is sent on <see cref="C"/>, or, made by
/// <see cref="AfterFunc(TimeSpan, Func{GoTask}, string?, string, int, string)"/>, a goroutine is started.
/// </summary>
/// <remarks>
/// <para>Go 1.23's rules. The channel acts as an unbuffered one: once <see cref="Stop"/> or <see cref="Reset"/> has returned, no value from before
/// is received, so the channel need not be drained. A timer that nobody refers to is garbage even if it was not stopped.</para>
/// <para>Made by goroutines; <see cref="Stop"/> and <see cref="Reset"/> are for any thread. A timer belongs to the scheduler of the goroutine that made
/// it and never fires after that has ended.</para>
/// </remarks>
public sealed class GoTimer
{
    private readonly RuntimeTimer _timer;

    /// <summary>Makes a timer that sends the time on <see cref="C"/> after <paramref name="duration"/> (Go: time.NewTimer).</summary>
    /// <param name="duration">From now on; zero and less mean at once.</param>
    /// <exception cref="InvalidOperationException">The caller is no goroutine.</exception>
    public GoTimer(TimeSpan duration) => _timer = new ChanTimer(M.OfGoroutine().Scheduler, RuntimeTimer.After(duration), period: 0);

    private GoTimer(RuntimeTimer timer) => _timer = timer;

    /// <summary>Where the time is sent. It is only to be received from.</summary>
    /// <exception cref="InvalidOperationException">The timer starts a goroutine instead; a Go timer's C is nil then.</exception>
    public Chan<DateTimeOffset> C => _timer is ChanTimer timer
        ? timer.Chan
        : throw new InvalidOperationException("A timer made by AfterFunc has no channel.");

    /// <summary>Starts a goroutine after <paramref name="duration"/> (Go: time.AfterFunc).</summary>
    /// <param name="duration">From now on; zero and less mean at once.</param>
    /// <param name="body">What the goroutine does.</param>
    /// <param name="name">Its name in dumps and traces.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>To stop it, or to set it anew: each time it is due it starts a goroutine.</returns>
    /// <exception cref="InvalidOperationException">The caller is no goroutine.</exception>
    [OverloadResolutionPriority(1)]
    public static GoTimer AfterFunc(
        TimeSpan duration, Func<GoTask> body, string? name = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(body);
        return Start(duration, body, name, CreationSite.Of(file, line, member));
    }

    /// <summary>Runs <paramref name="body"/>, which never waits, on a goroutine after <paramref name="duration"/>.</summary>
    /// <inheritdoc cref="AfterFunc(TimeSpan, Func{GoTask}, string?, string, int, string)"/>
    public static GoTimer AfterFunc(
        TimeSpan duration, Action body, string? name = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(body);
        return Start(duration, new GoBody.OfAction(body), name, CreationSite.Of(file, line, member));
    }

    /// <summary>Stops the timer.</summary>
    /// <returns>
    /// True if that kept it from happening: its value was not received, its goroutine not started. False if it has happened or was stopped before.
    /// A goroutine that was started may still run.
    /// </returns>
    public bool Stop() => _timer.Stop();

    /// <summary>Sets the timer anew, whatever became of it.</summary>
    /// <param name="duration">From now on; zero and less mean at once.</param>
    /// <returns>True if it was set and had not happened; see <see cref="Stop"/>.</returns>
    public bool Reset(TimeSpan duration) => _timer.Reset(RuntimeTimer.After(duration));

    private static GoTimer Start(TimeSpan duration, object body, string? name, CreationSite site)
    {
        var timer = new FuncTimer(M.OfGoroutine().Scheduler, body, name, site);
        timer.Reset(RuntimeTimer.After(duration));
        return new GoTimer(timer);
    }
}
