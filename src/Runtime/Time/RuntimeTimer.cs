namespace Gmp;

/// <summary>
/// Something that happens at a time and can be stopped or set anew before (Go: runtime/time.go: timer). Sleeps without a token are no timers:
/// the goroutine itself is in the heap.
/// </summary>
/// <remarks>
/// All of it under <see cref="Gate"/>, which is taken before the heap's gate and never after, and under which nobody takes the scheduler's
/// lock. The race is between who stops the timer and
/// who has just taken its entry off the heap: the entry counts only while its order number is the timer's own, which is decided here, under
/// the gate. A timer has one entry that counts, or none.
/// </remarks>
internal abstract class RuntimeTimer(Scheduler scheduler)
{
    internal readonly Scheduler Scheduler = scheduler;

    internal SpinGate Gate;

    /// <summary>When it is due, in ticks; 0 while it is not set.</summary>
    internal long When;

    /// <summary>How often it is due after that, in ticks; 0 for once.</summary>
    internal long Period;

    private Timers? _heap;
    private long _order;

    /// <summary>The number of the entry that counts; 0 if there is none. The heap reads it without the gate.</summary>
    internal long Order => Volatile.Read(ref _order);

    /// <summary>A time to be due, from a duration from now on; zero and less mean at once.</summary>
    internal static long After(TimeSpan duration) => Clock.Now + Clock.FromTimeSpan(duration < TimeSpan.Zero ? TimeSpan.Zero : duration);

    /// <summary>By the heap, under both gates.</summary>
    internal void EnteredHeap(Timers heap, long order)
    {
        _heap = heap;
        Volatile.Write(ref _order, order);
    }

    /// <summary>Its entry was due and is off the heap: happens, unless it was stopped or set anew meanwhile.</summary>
    internal void Expire(long order, long now)
    {
        Gate.Enter();
        if (_order != order)
        {
            Gate.Exit();
            return;
        }
        Volatile.Write(ref _order, 0);
        Fire(now);
    }

    /// <summary>Its entry was taken off a heap whose P goes: enters another.</summary>
    /// <returns>True if it is the first there.</returns>
    internal bool MoveTo(Timers target, long order)
    {
        Gate.Enter();
        bool isFirst = _order == order && target.Add(this);
        Gate.Exit();
        return isFirst;
    }

    /// <summary>Under the heap's gate, in its sweep: parts with the entry if nobody would notice what happens.</summary>
    /// <remarks>The gates are in the wrong order here, so it is only tried: a timer that somebody is busy with stays.</remarks>
    internal bool LeaveIfUnwatched(long order)
    {
        if (IsWatched || !Gate.TryEnter())
            return false;
        // Asked again under the gate: who begins to watch does so before it takes the gate, to see whether there is an entry.
        bool leaves = !IsWatched && _order == order;
        if (leaves)
            Volatile.Write(ref _order, 0);
        Gate.Exit();
        return leaves;
    }

    /// <summary>Whether anybody would notice. False only for a channel's timer while nobody waits at the channel.</summary>
    protected virtual bool IsWatched => true;

    protected bool HasEntry => _order != 0;

    /// <summary>What happens. Under the gate, which it leaves.</summary>
    /// <param name="now">The time.</param>
    protected abstract void Fire(long now);

    /// <summary>Parts with the entry, if there is one. Before <see cref="When"/> is changed. Under the gate.</summary>
    protected void LeaveHeap()
    {
        if (_order == 0)
            return;
        Volatile.Write(ref _order, 0);
        _heap!.Drop(When);
    }

    /// <summary>Leaves the gate, and says that it is the first of its heap now, if it is.</summary>
    protected void LeaveGate(bool isFirst)
    {
        long when = When;
        Gate.Exit();
        if (isFirst)
            Scheduler.EarlierTimer(when);
    }

    /// <summary>Stops it.</summary>
    /// <returns>True if it was set: what would have happened does not.</returns>
    internal bool Stop()
    {
        Gate.Enter();
        bool wasSet = When != 0;
        LeaveHeap();
        When = 0;
        Gate.Exit();
        return wasSet;
    }

    /// <summary>Sets it, anew if it was set.</summary>
    /// <param name="when">When it is due, in ticks.</param>
    /// <param name="period">How often after that; 0 for once.</param>
    /// <returns>True if it was set before, and that is void now.</returns>
    internal bool Reset(long when, long period = 0)
    {
        Gate.Enter();
        bool wasSet = When != 0;
        LeaveHeap();
        When = when;
        Period = period;
        LeaveGate(IsWatched && Scheduler.AddTimer(this));
        return wasSet;
    }
}
