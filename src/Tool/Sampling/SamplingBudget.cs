namespace Gmp.Tool.Sampling;

/// <summary>
/// How much sampling a recording may cost its target. A look stops every thread of the target some hundred times a second, so looks are short, new
/// hogs come first, a hog that was looked at is left alone for longer each time, and all together have a share of the time that is not exceeded.
/// </summary>
/// <typeparam name="TKey">What tells hogs apart: where they were created.</typeparam>
internal sealed class SamplingBudget<TKey>
    where TKey : notnull
{
    /// <summary>What a recording may spend at its start; it gets back to this in quiet times and not beyond.</summary>
    public static readonly TimeSpan Purse = TimeSpan.FromSeconds(2);

    /// <summary>What it earns: this part of the time that passes.</summary>
    public const double Share = 0.05;

    /// <summary>After a look that showed something, the next one waits so long, then twice as long, up to the longest.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5), LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>After a look that came too late for its hog.</summary>
    public static readonly TimeSpan FirstPauseAfterNothing = TimeSpan.FromSeconds(0.5), LongestPauseAfterNothing = TimeSpan.FromMinutes(1);

    // A hog a site: thousands of sites are none that a person would look at.
    private const int MostKeys = 4096;

    private readonly Dictionary<TKey, (TimeSpan NotBefore, TimeSpan Pause, bool Seen)> _keys = [];
    private TimeSpan _purse = Purse;
    private TimeSpan _countedAt;

    /// <summary>True if a look at this hog may begin.</summary>
    /// <param name="key">The hog.</param>
    /// <param name="now">Since the recording's start.</param>
    public bool MayLook(TKey key, TimeSpan now)
    {
        Earn(now);
        if (_purse <= TimeSpan.Zero)
            return false;
        if (!_keys.TryGetValue(key, out var known))
            return _keys.Count < MostKeys;
        // Half of the purse is kept for hogs that nobody has looked at.
        return now >= known.NotBefore && (!known.Seen || _purse >= Purse / 2);
    }

    /// <summary>A look ended, whose hogs are judged when the records of its time have come.</summary>
    /// <param name="length">How long the target was sampled.</param>
    /// <param name="now">Since the recording's start.</param>
    public void Spend(TimeSpan length, TimeSpan now)
    {
        Earn(now);
        _purse -= length;
    }

    /// <summary>A look at this hog ended.</summary>
    /// <param name="key">The hog.</param>
    /// <param name="samples">How many samples it gave.</param>
    /// <param name="now">Since the recording's start.</param>
    public void Looked(TKey key, int samples, TimeSpan now)
    {
        var known = _keys.GetValueOrDefault(key);
        bool seen = samples > 0;
        // What was seen once is not new again because a later look came too late.
        var (first, longest) = seen || known.Seen ? (FirstPause, LongestPause) : (FirstPauseAfterNothing, LongestPauseAfterNothing);
        var pause = known.Pause < first ? first : TimeSpan.FromTicks(Math.Min(longest.Ticks, known.Pause.Ticks * 2));
        _keys[key] = (now + pause, pause, seen || known.Seen);
    }

    private void Earn(TimeSpan now)
    {
        var earned = (now - _countedAt) * Share;
        _countedAt = now;
        _purse = _purse + earned > Purse ? Purse : _purse + earned;
    }
}
