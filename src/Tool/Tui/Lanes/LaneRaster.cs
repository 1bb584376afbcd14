using Gmp.Analysis.Model;

namespace Gmp.Tool.Tui.Lanes;

/// <summary>
/// Turns a lane into buckets. The cost is one short search a bucket, which goes on from the bucket before, and a sum over the pyramid: it grows
/// with the width of the screen and the logarithm of the spans in view. Calls need the model's gate while the trace is live.
/// </summary>
internal static class LaneRaster
{
    // A candidate whose certain share is less than this may have as little as that; it would be a lie to colour the bucket with it.
    private const float LeastCertainShare = 1f / 3;

    /// <summary>Fills <paramref name="buckets"/>, which divide <paramref name="window"/> evenly. Nothing is shown from <paramref name="now"/> on.</summary>
    /// <returns>How much of the part of the window that lies in the trace was filled by runs and system calls, 0 to 1.</returns>
    public static double Fill(Lane lane, LanePyramid pyramid, TimeWindow window, long now, Span<Bucket> buckets)
    {
        Segments<Span> spans = lane.Spans;
        int next = lane.FirstSpanEndingAfter(window.Start);
        int guess = 0;
        double busy = 0;
        for (int i = 0; i < buckets.Length; i++)
        {
            long from = window.Start + (window.Length * i / buckets.Length);
            long to = Math.Min(window.Start + (window.Length * (i + 1) / buckets.Length), now);
            if (to <= from)
            {
                buckets[i] = default;
                continue;
            }
            int after = pyramid.FirstStartingAt(to, next, next + guess);
            guess = after - next;
            if (after == next)
            {
                buckets[i] = new Bucket(BucketKind.Idle, -1, 0, next, 0);
                continue;
            }
            SpanSum sum = SpanSum.Empty;
            // Only the first and the last span can reach over an edge.
            sum.Add(spans[next], from, to);
            if (after - next > 1)
            {
                sum.Add(spans[after - 1], from, to);
                pyramid.AddTo(ref sum, next + 1, after - 1);
            }
            busy += sum.Running + sum.Syscall;
            buckets[i] = Judge(sum, to - from, next, after - next);
            next = spans[after - 1].End > to ? after - 1 : after;
        }
        long seen = Math.Min(window.End, now) - window.Start;
        return seen > 0 ? Math.Min(1, busy / seen) : 0;
    }

    private static Bucket Judge(SpanSum sum, float length, int first, int count)
    {
        float active = sum.Running + sum.Syscall;
        float filled = active + sum.Spinning;
        if (filled <= 0)
            return new Bucket(BucketKind.Idle, -1, 0, first, count);
        if (sum.Spinning > 3 * active)
            return new Bucket(BucketKind.Spinning, -1, ShareOf(sum.Spinning / length), first, count);
        BucketKind kind = sum.Running >= sum.Syscall ? BucketKind.Running : BucketKind.Syscall;
        int goroutine = sum.Weight >= LeastCertainShare * active ? sum.Goroutine : -1;
        return new Bucket(kind, goroutine, ShareOf(active / length), first, count);
    }

    private static byte ShareOf(float share) => (byte)Math.Clamp((int)MathF.Ceiling(share * 4 - 0.02f), 1, 4);
}
