namespace Gmp;

/// <summary>How much of a long slice its thread was on a CPU, as far as sysmon watched it.</summary>
internal struct SliceWatch
{
    private long _startTime;
    private long _startCpu;
    private bool _isKnown;

    /// <summary>How long it was watched, ns; 0 where the platform does not tell CPU time.</summary>
    internal long ObservedNs;

    /// <summary>How much of that the thread was on a CPU, ns.</summary>
    internal long OnCpuNs;

    internal void Begin(long threadId, long now)
    {
        _startTime = now;
        _isKnown = ThreadCpuTime.TryRead(threadId, out _startCpu);
        ObservedNs = OnCpuNs = 0;
    }

    internal void Update(long threadId, long now)
    {
        if (!_isKnown || !ThreadCpuTime.TryRead(threadId, out long cpu))
            return;
        ObservedNs = Math.Max(0, Clock.ToNanoseconds(now - _startTime));
        OnCpuNs = Math.Clamp(cpu - _startCpu, 0, ObservedNs);
    }
}
