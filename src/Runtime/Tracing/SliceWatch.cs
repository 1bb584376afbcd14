namespace Gmp;

/// <summary>How much of a long slice its thread was on a CPU, and how much of the rest it slept, as far as sysmon watched it.</summary>
internal struct SliceWatch
{
    private long _startTime;
    private long _startCpu;
    private long _lookedAt;     // the last look at whether it sleeps
    private long _cpuThen;
    private long _queuedThen;
    private bool _isKnown;
    private bool _isLookedAt;

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
        _isLookedAt = false;
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
    /// As <see cref="Update"/>, and looks whether the thread sleeps. Of the time since the last look that counts as sleep which it was neither on a CPU nor waited
    /// for one, and that only if it sleeps now: while it waits for a CPU the kernel does not tell since when.
    /// </summary>
    /// <returns>True if it has slept since the last look.</returns>
    internal bool Look(long threadId, long now)
    {
        long passed = _isLookedAt ? Clock.ToNanoseconds(now - _lookedAt) : 0;
        Update(threadId, now);
        // What computes is not looked at any closer.
        if (!_isKnown || (_isLookedAt && OnCpuNs - _cpuThen > passed / 2))
        {
            _isLookedAt = false;
            return false;
        }
        if (!ThreadSleep.TryRead(threadId, out bool sleeps, out long queued))
            return false;
        bool slept = _isLookedAt && sleeps;
        if (slept)
            SleptNs += Math.Max(0, passed - (OnCpuNs - _cpuThen) - (queued - _queuedThen));
        (_lookedAt, _cpuThen, _queuedThen, _isLookedAt) = (now, OnCpuNs, queued, true);
        return slept;
    }
}
