namespace Gmp.Analysis.Reading.Ordering;

/// <summary>Turns the target's ticks into ns since the first record.</summary>
internal sealed class TraceClock
{
    private const long NsPerSecond = 1_000_000_000;

    private long _frequency = NsPerSecond;
    private long _multiplier = 1;   // ns a tick, or 0 where that is not a whole number

    /// <summary>Ticks a second. Set before the first conversion; nonsense is ignored.</summary>
    public long Frequency
    {
        get => _frequency;
        set
        {
            if (value is <= 0 or > 4 * NsPerSecond)
                return;
            _frequency = value;
            _multiplier = NsPerSecond % value == 0 ? NsPerSecond / value : 0;
        }
    }

    /// <summary>The ticks of the first record, or null while there is none.</summary>
    public long? Origin { get; set; }

    /// <summary>A moment, as ns since the first record; never negative.</summary>
    public long SinceStart(long ticks) => Math.Max(0, ToNs(ticks - (Origin ?? ticks)));

    /// <summary>A length of time, in ns.</summary>
    public long ToNs(long ticks) =>
        _multiplier != 0 ? ticks * _multiplier : (ticks / _frequency * NsPerSecond) + (ticks % _frequency * NsPerSecond / _frequency);
}
