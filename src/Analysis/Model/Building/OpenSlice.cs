namespace Gmp.Analysis.Model.Building;

/// <summary>A slice that goes on.</summary>
internal struct OpenSlice
{
    private const long None = long.MinValue;

    private long _start;
    private long _ran;
    private long _since;      // of the stretch that runs now, or None in a system call
    private long _heldUntil;  // or None while it holds the P
    private long _observed;
    private long _onCpu;
    private int _processor;
    private bool _reported;

    /// <summary>Begins one.</summary>
    /// <param name="time">When.</param>
    /// <param name="processor">The P, or -1.</param>
    public static OpenSlice At(long time, int processor) =>
        new() { _start = time, _since = time, _processor = processor, _heldUntil = processor < 0 ? time : None };

    /// <summary>It entered a system call.</summary>
    public void Pause(long time)
    {
        if (_since == None)
            return;
        _ran += Math.Max(0, time - _since);
        _since = None;
    }

    /// <summary>It came back from one.</summary>
    public void Resume(long time)
    {
        if (_since == None)
            _since = time;
    }

    /// <summary>The P was taken.</summary>
    public void LoseProcessor(long time) => _heldUntil = _heldUntil == None ? time : _heldUntil;

    /// <summary>sysmon says how much of it the thread was on a CPU. The last word covers most.</summary>
    public void Report(long observedNs, long onCpuNs)
    {
        _reported = true;
        if (observedNs <= 0)
            return;
        _observed = observedNs;
        _onCpu = onCpuNs;
    }

    /// <summary>As it stands at a moment.</summary>
    public readonly Slice At(long time, GoroutineInfo goroutine, bool isOpen)
    {
        long end = Math.Max(time, _start);
        long ran = _ran + (_since == None ? 0 : Math.Max(0, end - _since));
        long heldUntil = _heldUntil == None ? end : Math.Clamp(_heldUntil, _start, end);
        return new Slice(goroutine.Scheduler, goroutine.Index, _processor, _start, end, ran, heldUntil, _observed, _onCpu, _reported, isOpen);
    }
}
