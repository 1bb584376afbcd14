namespace Gmp;

/// <summary>How much of a long slice its thread was on a CPU, and how much of the rest it slept, as far as sysmon watched it.</summary>
internal struct SliceWatch
{
    private long _startTime;
    private long _startCpu;
    private bool _isKnown;

    // The last look at whether it sleeps.
    private long _lookedAt;
    private long _turnsThen;
    private TimeSpan _pausedThen;
    private bool _sleptThen;

    /// <summary>How long it was watched, ns; 0 where the platform does not tell CPU time.</summary>
    internal long ObservedNs;

    /// <summary>How much of that the thread was on a CPU, ns.</summary>
    internal long OnCpuNs;

    /// <summary>How much of that the thread slept in the kernel, ns: what was seen for certain, so rather less than it was. Only while somebody records.</summary>
    internal long SleptNs;

    internal void Begin(long threadId, long now)
    {
        _startTime = now;
        _isKnown = ThreadCpuTime.TryRead(threadId, out _startCpu);
        _sleptThen = false;
        ObservedNs = OnCpuNs = SleptNs = 0;
    }

    internal void Update(long threadId, long now)
    {
        if (!_isKnown || !ThreadCpuTime.TryRead(threadId, out long cpu))
            return;
        ObservedNs = Math.Max(0, Clock.ToNanoseconds(now - _startTime));
        OnCpuNs = Math.Clamp(cpu - _startCpu, 0, ObservedNs);
    }

    /// <summary>
    /// As <see cref="Update"/>, and looks whether the thread sleeps. The time between two looks counts if it sleeps at both, has not been on a CPU between them and no
    /// collection stopped everybody meanwhile: one that waits for a CPU does not sleep, and one that is stopped sleeps for no fault of its own.
    /// </summary>
    /// <returns>True if it has slept since the last look.</returns>
    internal bool Look(long threadId, long now)
    {
        long before = OnCpuNs;
        Update(threadId, now);
        // What computes is not looked at any closer.
        if (!_isKnown || (_sleptThen && OnCpuNs != before) || !ThreadSleep.TryRead(threadId, out bool sleeps, out long turns))
        {
            _sleptThen = false;
            return false;
        }
        var paused = GC.GetTotalPauseDuration();
        bool slept = _sleptThen && sleeps && turns == _turnsThen && paused == _pausedThen;
        if (slept)
            SleptNs = Math.Min(SleptNs + Math.Max(0, Clock.ToNanoseconds(now - _lookedAt)), ObservedNs - OnCpuNs);
        (_lookedAt, _turnsThen, _pausedThen, _sleptThen) = (now, turns, paused, sleeps);
        return slept;
    }
}
