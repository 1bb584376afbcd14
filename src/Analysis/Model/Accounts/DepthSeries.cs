namespace Gmp.Analysis.Model.Accounts;

/// <summary>
/// A number over time that changes too often to keep each change: its mean and its most in at most <see cref="MostBuckets"/> stretches of equal length,
/// which doubles as the trace grows.
/// </summary>
public sealed class DepthSeries
{
    /// <summary>The most stretches.</summary>
    public const int MostBuckets = 2048;

    private const long FirstBucketNs = 1 << 17;   // 0.13 ms

    private readonly List<Bucket> _buckets = [];
    private long _start;
    private long _time;
    private long _value;
    private long _area;    // of the open bucket, value x ns
    private long _most;

    /// <summary>How long a stretch is, ns.</summary>
    public long BucketNs { get; private set; } = FirstBucketNs;

    /// <summary>The stretches in order, without gaps, from the series' first moment; the one that goes on is not among them.</summary>
    public IReadOnlyList<Bucket> Buckets => _buckets;

    /// <summary>When the first stretch begins, ns since the trace's start.</summary>
    public long Start => _start - ((long)_buckets.Count * BucketNs);

    /// <summary>The number now.</summary>
    public long Value => _value;

    /// <summary>A stretch.</summary>
    /// <param name="Mean">The mean over its time.</param>
    /// <param name="Most">The most at any moment.</param>
    public readonly record struct Bucket(float Mean, int Most);

    /// <summary>The number becomes another.</summary>
    internal void Set(long time, long value)
    {
        if (time >= _start + BucketNs)
            CloseUpTo(time);
        _area += _value * Math.Max(0, time - _time);
        _time = Math.Max(_time, time);
        _value = value;
        if (value > _most)
            _most = value;
    }

    /// <summary>Forgets what was; the number stays.</summary>
    internal void Restart(long time)
    {
        _buckets.Clear();
        BucketNs = FirstBucketNs;
        (_start, _time, _area, _most) = (time, time, 0, _value);
    }

    private void CloseUpTo(long time)
    {
        while (time >= _start + BucketNs)
        {
            // A long stretch without change: coarser at once rather than bucket by bucket.
            while ((time - _start) / BucketNs > MostBuckets && _buckets.Count <= 1)
                Coarsen();
            long end = _start + BucketNs;
            _area += _value * Math.Max(0, end - _time);
            _buckets.Add(new Bucket((float)((double)_area / BucketNs), (int)Math.Min(int.MaxValue, _most)));
            (_start, _time, _area, _most) = (end, Math.Max(_time, end), 0, _value);
            if (_buckets.Count >= MostBuckets)
                Coarsen();
        }
    }

    // Pairs of buckets become one. With an odd number the last goes back into the open bucket.
    private void Coarsen()
    {
        int pairs = _buckets.Count / 2;
        if (_buckets.Count % 2 == 1)
        {
            var last = _buckets[^1];
            _area += (long)(last.Mean * (double)BucketNs);
            _most = Math.Max(_most, last.Most);
            _start -= BucketNs;
        }
        for (int i = 0; i < pairs; i++)
        {
            var (a, b) = (_buckets[2 * i], _buckets[(2 * i) + 1]);
            _buckets[i] = new Bucket((a.Mean + b.Mean) / 2, Math.Max(a.Most, b.Most));
        }
        _buckets.RemoveRange(pairs, _buckets.Count - pairs);
        BucketNs *= 2;
    }
}
