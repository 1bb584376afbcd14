namespace Gmp;

/// <summary>
/// A timer that sends the time on a channel (Go 1.23: the timers behind time.NewTimer and time.NewTicker). The channel is unbuffered and the timer
/// holds no value: it knows when it is due, and a receive that comes after that takes the value it asks for.
/// </summary>
/// <remarks>
/// <para>So nothing is left over after a stop or a reset, and the timer is in a heap only while somebody waits at the channel. A timeout
/// that is made and stopped costs no heap; one that nobody refers to any more is garbage, a ticker too.</para>
/// <para>The race is between a receiver that queues and the timer that is not in a heap, or is about to be swept out of one. The receiver queues
/// first and then comes here (<see cref="ReceiverQueued"/>), under the gate; whoever leaves the timer outside looks for receivers under the
/// gate. One of the two sees the other.</para>
/// </remarks>
internal sealed class ChanTimer : RuntimeTimer, IChanTimer<DateTimeOffset>
{
    /// <summary>Makes one that is set.</summary>
    internal ChanTimer(Scheduler scheduler, long when, long period)
        : base(scheduler)
    {
        Chan = new Chan<DateTimeOffset> { Timer = this };
        When = when;
        Period = period;
    }

    internal Chan<DateTimeOffset> Chan { get; }

    public bool IsDue
    {
        get
        {
            long when = Volatile.Read(ref When);
            return when != 0 && when <= Clock.Now;
        }
    }

    protected override bool IsWatched => Chan.HasReceivers;

    public bool TryTake(M? m, out DateTimeOffset value)
    {
        value = default;
        if (!IsDue)
            return false;
        long now = Clock.Now;
        Gate.Enter();
        if (When == 0 || now < When)
        {
            Gate.Exit();
            return false;
        }
        var time = TimeOfDue(now);
        // Who waits already goes before the caller.
        bool isHanded = Chan.Offer(time, out var receiver);
        Advance(now);
        LeaveGate(Enter());
        receiver?.Scheduler.Ready(receiver, m);
        if (isHanded)
            return false;
        value = time;
        return true;
    }

    public void ReceiverQueued()
    {
        Gate.Enter();
        LeaveGate(!HasEntry && Enter());
    }

    protected override void Fire(long now)
    {
        // If nobody waits any more, it stays due: the next receive finds it so.
        if (Chan.Offer(TimeOfDue(now), out var receiver))
            Advance(now);
        LeaveGate(Enter());
        receiver?.Scheduler.Ready(receiver);
    }

    // When it was due, not when somebody came for it (Go: sendTime).
    private DateTimeOffset TimeOfDue(long now) => DateTimeOffset.UtcNow.AddTicks(-Clock.ToNanoseconds(now - When) / 100);

    // A receiver that comes late gets one tick for all that it missed.
    private void Advance(long now)
    {
        LeaveHeap();
        When = Period == 0 ? 0 : When + (Period * (1 + ((now - When) / Period)));
    }

    private bool Enter() => When != 0 && IsWatched && Scheduler.AddTimer(this);
}

/// <summary>What a timer's channel asks of its timer.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
internal interface IChanTimer<T>
{
    /// <summary>Whether a receive would not wait; a moment's truth.</summary>
    bool IsDue { get; }

    /// <summary>For a receive that finds nothing in the channel: takes the timer's value if it is due and nobody waits before.</summary>
    /// <param name="m">The caller's M, or null.</param>
    /// <param name="value">The value.</param>
    bool TryTake(M? m, out T value);

    /// <summary>A receiver has been queued. Outside the channel's gate.</summary>
    void ReceiverQueued();
}
