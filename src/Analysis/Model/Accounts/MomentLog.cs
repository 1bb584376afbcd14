namespace Gmp.Analysis.Model.Accounts;

/// <summary>Something rare that happened to a P, or several such things close together. Times are ns since the trace's start.</summary>
/// <param name="Time">When, or when the first of them did.</param>
/// <param name="End">When the last of them did.</param>
/// <param name="Processor">The P.</param>
/// <param name="Other">Who else took part in the first of them: the P that was stolen from, the M that the P went to; -1 for nobody.</param>
/// <param name="Count">How many there were.</param>
public readonly record struct Moment(long Time, long End, short Processor, int Other, int Count);

/// <summary>
/// Moments to draw: each, as long as they are few. When there are too many, those of one P within a stretch become one, and the stretch doubles until they are
/// few again: fine enough for a picture of the whole trace. None vanishes.
/// </summary>
public sealed class MomentLog
{
    /// <summary>The most moments that are kept.</summary>
    public const int Most = 8192;

    private const long FirstGapNs = 1000;

    private readonly List<Moment> _moments = [];
    private readonly Dictionary<short, int> _lastOf = [];

    /// <summary>Moments of one P within this of the first of them are one, ns; 0 while each is kept.</summary>
    public long GapNs { get; private set; }

    /// <summary>What is kept; those of one P are in order of time.</summary>
    public IReadOnlyList<Moment> Moments => _moments;

    internal void Add(long time, int processor, int other)
    {
        if (!Join(new Moment(time, time, (short)processor, other, 1)) && _moments.Count > Most)
            Thin();
    }

    private bool Join(in Moment moment)
    {
        if (_lastOf.TryGetValue(moment.Processor, out int last) && moment.Time - _moments[last].Time < GapNs)
        {
            var kept = _moments[last];
            _moments[last] = kept with { End = Math.Max(kept.End, moment.End), Count = kept.Count + moment.Count };
            return true;
        }
        _lastOf[moment.Processor] = _moments.Count;
        _moments.Add(moment);
        return false;
    }

    // To a half at most, so that it is not done again soon.
    private void Thin()
    {
        while (_moments.Count > Most / 2)
        {
            GapNs = Math.Max(FirstGapNs, GapNs * 2);
            Moment[] all = [.. _moments];
            _moments.Clear();
            _lastOf.Clear();
            foreach (var moment in all)
                _ = Join(moment);
        }
    }
}
