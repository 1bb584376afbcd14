namespace Gmp.Analysis.Model.Building;

/// <summary>A slice that goes on.</summary>
internal struct OpenSlice
{
    private const long None = long.MinValue;

    private const long MostObservedNs = 366L * 24 * 3600 * 1_000_000_000;

    private long _start;
    private long _ran;
    private long _since;      // of the stretch that runs now, or None in a system call
    private long _heldUntil;  // or None while it holds the P
    private long _observed;
    private long _onCpu;
    private long _slept;
    private int _processor;
    private int _machine;     // and 1, so that 0 is none
    private bool _reported;
    private bool _startsBefore;

    /// <summary>Begins one.</summary>
    /// <param name="time">When.</param>
    /// <param name="processor">The P, or -1.</param>
    /// <param name="startsBefore">True if it is only known that it ran by then: the recording met it in its middle.</param>
    public void Begin(long time, int processor, bool startsBefore)
    {
        // Field by field, in place: this is done for every switch.
        _start = time;
        _ran = 0;
        _since = time;
        _heldUntil = processor < 0 ? time : None;
        _observed = 0;
        _onCpu = 0;
        _slept = 0;
        _processor = processor;
        _machine = 0;
        _reported = false;
        _startsBefore = startsBefore;
    }

    /// <summary>True if it is worth a look, however short it is: sysmon reported it, or saw its thread sleep.</summary>
    public readonly bool IsNotable => _reported || _slept > 0;

    /// <summary>How long it ran up to a moment, as <see cref="At"/> tells it.</summary>
    public readonly long RunNs(long time) => _ran + (_since == None ? 0 : Math.Max(0, Math.Max(time, _start) - _since));

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

    /// <summary>The M whose thread runs it became known.</summary>
    public void RunBy(long machine) => _machine = machine is >= 0 and < int.MaxValue ? (int)machine + 1 : _machine;

    /// <summary>sysmon says how much of it the thread was on a CPU. The last word covers most.</summary>
    public void Report(long time, long machine, long observedNs, long onCpuNs)
    {
        _reported = true;
        RunBy(machine);
        if (observedNs <= 0)
            return;
        long watchedSince = time - Math.Min(observedNs, MostObservedNs);
        if (_startsBefore && watchedSince < _start && _since == _start)
        {
            // sysmon saw more of it than the recording.
            _heldUntil = _heldUntil == _start ? watchedSince : _heldUntil;
            _start = _since = watchedSince;
        }
        _observed = observedNs;
        _onCpu = onCpuNs;
    }

    /// <summary>sysmon says that the thread sleeps, and how much of the slice it has. Sums, as in <see cref="Report"/>.</summary>
    public void Sleeps(long machine, long observedNs, long onCpuNs, long sleptNs)
    {
        RunBy(machine);
        _slept = Math.Clamp(sleptNs, 0, MostObservedNs);
        (_observed, _onCpu) = (Math.Clamp(observedNs, 0, MostObservedNs), Math.Clamp(onCpuNs, 0, MostObservedNs));
    }

    /// <summary>As it stands at a moment.</summary>
    public readonly Slice At(long time, GoroutineInfo goroutine, bool isOpen)
    {
        long end = Math.Max(time, _start);
        long ran = _ran + (_since == None ? 0 : Math.Max(0, end - _since));
        long heldUntil = _heldUntil == None ? end : Math.Clamp(_heldUntil, _start, end);
        return new Slice(goroutine.Scheduler, goroutine.Index, _processor, _start, end, ran, heldUntil, _observed, _onCpu, _reported, isOpen) { Machine = _machine - 1, SleptNs = _slept };
    }
}
