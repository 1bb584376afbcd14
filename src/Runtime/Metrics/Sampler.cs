namespace Gmp;

/// <summary>
/// Chooses one of <see cref="Period"/> events on average, each with the same chance (Go: runtime/proc.go: gTrackingPeriod, every 8th transition
/// of a goroutine). The gaps are random: two goroutines that take turns would else always show the same one. One owner.
/// </summary>
internal struct Sampler
{
    /// <summary>One of so many is taken.</summary>
    internal const int Period = 8;

    private int _left;
    private uint _random;

    /// <summary>Whether this event is taken.</summary>
    internal bool Takes()
    {
        if (--_left > 0)
            return false;
        uint x = _random != 0 ? _random : (uint)Clock.Now | 1;
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        _random = x;
        bool isFirst = _left < 0;
        // 1 to 2 * Period - 1: Period in the middle.
        _left = 1 + (int)(x % ((2 * Period) - 1));
        // Where the row begins is no reason to be taken.
        return !isFirst;
    }
}
