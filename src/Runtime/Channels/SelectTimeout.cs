namespace Gmp;

/// <summary>The case of a <see cref="Select"/> that happens when no other has within a time. It costs nothing where the select need not wait.</summary>
public sealed class SelectTimeout
{
    internal SelectTimeout(int index, TimeSpan duration)
    {
        Index = index;
        Duration = duration;
    }

    /// <summary>Its number in the select: what <c>await select.Next()</c> gives when the time is over.</summary>
    public int Index { get; }

    /// <summary>
    /// How long each wait lasts at most, from its begin. Zero and less: as a default. <see cref="Timeout.InfiniteTimeSpan"/> switches it off. Set it
    /// between two waits.
    /// </summary>
    public TimeSpan Duration { get; set; }

    internal bool IsOff => Duration == Timeout.InfiniteTimeSpan;
}

/// <summary>The timer of a select's waits, kept from one to the next.</summary>
internal sealed class SelectTimer(Scheduler scheduler, SelectWait wait) : RuntimeTimer(scheduler)
{
    private uint _number;

    /// <summary>Sets it for the wait that begins.</summary>
    internal void Start(TimeSpan duration)
    {
        // Nobody else looks at it now: it is stopped.
        _number = wait.Number;
        Reset(Clock.Now + Clock.FromTimeSpan(duration));
    }

    protected override void Fire(long now)
    {
        uint number = _number;
        When = 0;
        Gate.Exit();
        // The wait may be over, and another one begun: then the number is not its.
        if (wait.TryClaim(number, SelectWait.TimedOut, out var parked))
            parked?.Scheduler.Ready(parked);
    }
}
