using Gmp.Tracing;

namespace Gmp.Analysis.Reading.Ordering;

/// <summary>Says how records are decoded and which are read at all, and counts the others.</summary>
internal sealed class RecordFilter(TraceInfo info)
{
    private const long SaneSeconds = 366L * 24 * 3600;

    private long _origin;
    private long _sane;
    private int _firstGeneration;
    private bool _hasOrigin;

    /// <summary>What the trace's records look like.</summary>
    public BatchSchema Schema { get; set; } = BatchSchema.Current;

    /// <summary>The target's introduction: what was written before it and for earlier sessions is not of this recording.</summary>
    public void StartsAt(long time, int generation, long frequency)
    {
        if (_firstGeneration > 0 && generation >= _firstGeneration)
            return;
        _firstGeneration = generation;
        SetOrigin(time, frequency);
    }

    /// <summary>The session that a batch belongs to is an earlier one, whose leftovers a P sends when it meets the new one.</summary>
    public bool IsOld(int generation) => generation < _firstGeneration;

    /// <summary>True for the time of a record that is older than this recording.</summary>
    public bool IsBefore(long time) => time < _origin;

    /// <summary>False for a time that is off by more than a year: damage that would make the trace endless.</summary>
    public bool IsSane(long time)
    {
        if (!_hasOrigin)
            SetOrigin(time, info.ClockFrequency);
        return unchecked((ulong)(time - _origin + _sane)) <= (ulong)(2 * _sane);
    }

    public void SkippedOld() => info.EarlierRecords++;

    public void Corrupt() => info.CorruptBatches++;

    private void SetOrigin(long time, long frequency)
    {
        _origin = time;
        _sane = SaneSeconds * Math.Clamp(frequency, 1, 4_000_000_000);
        _hasOrigin = true;
    }
}
