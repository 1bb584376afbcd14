using System.Runtime.InteropServices;
using Gmp.Analysis.Model;

namespace Gmp.Tool.Tui.Lanes;

/// <summary>
/// Sums over 16, 256, 4096, ... spans of one lane, so that what a column shows costs a few dozen steps however many spans fall into it.
/// It is over span indices and not over time buckets: nothing has to be chosen in advance, a lane of one span takes no room, and a live
/// lane only ever appends. Calls need the model's gate while the trace is live.
/// </summary>
internal sealed class LanePyramid(Lane lane)
{
    private const int Fanout = 16;

    private readonly List<List<SpanSum>> _levels = [];

    // Where each block of 16 spans starts. Searching these and then one block touches a tenth of the memory that searching the spans does,
    // and on a long lane every probe is a cache miss.
    private readonly List<long> _starts = [];

    /// <summary>Takes in the spans that were closed since the last call.</summary>
    public void Grow()
    {
        Segments<Span> spans = lane.Spans;
        // The last span may still be open, and whoever builds the model may replace it.
        int closed = spans.Count - 1;
        int built = _levels.Count == 0 ? 0 : _levels[0].Count * Fanout;
        // Closed spans stay as they are. If they did not (a repair rewrote them), the sums are worth nothing.
        if (built > 0 && (built > spans.Count || spans[built - Fanout].Start != _starts[^1]))
        {
            _levels.Clear();
            _starts.Clear();
            built = 0;
        }
        for (; built + Fanout <= closed; built += Fanout)
        {
            SpanSum sum = SpanSum.Empty;
            for (int i = built; i < built + Fanout; i++)
                sum.Add(spans[i], long.MinValue / 2, long.MaxValue / 2);
            Append(0, sum);
            _starts.Add(spans[built].Start);
        }
    }

    /// <summary>Adds the whole spans <paramref name="from"/> to <paramref name="to"/> (not included) to <paramref name="sum"/>; they must be closed.</summary>
    public void AddTo(ref SpanSum sum, int from, int to)
    {
        Segments<Span> spans = lane.Spans;
        // Level -1 is the spans themselves; each round takes the ragged ends of a level and leaves whole blocks to the one above.
        for (int level = -1; from < to; level++)
        {
            int above = level + 1 < _levels.Count ? _levels[level + 1].Count : 0;
            int wholeFrom = (from + Fanout - 1) / Fanout;
            int wholeTo = Math.Min(to / Fanout, above);
            if (wholeFrom >= wholeTo)
            {
                Take(ref sum, spans, level, from, to);
                return;
            }
            Take(ref sum, spans, level, from, wholeFrom * Fanout);
            Take(ref sum, spans, level, wholeTo * Fanout, to);
            (from, to) = (wholeFrom, wholeTo);
        }
    }

    /// <summary>The index of the first span that starts at <paramref name="time"/> or later.</summary>
    /// <param name="time">ns since the trace's start.</param>
    /// <param name="from">It is known not to be before this one.</param>
    /// <param name="guess">Where to look first: neighbouring buckets hold about as many spans.</param>
    public int FirstStartingAt(long time, int from, int guess)
    {
        Segments<Span> spans = lane.Spans;
        ReadOnlySpan<long> starts = CollectionsMarshal.AsSpan(_starts);
        // The block before the first one that starts at that time or later holds the answer, or the answer is that block's first.
        int block = Search(starts, Math.Min(from / Fanout, starts.Length), guess / Fanout, time);
        int low = Math.Max(from, (block - 1) * Fanout);
        int high = block < starts.Length ? Math.Max(low, block * Fanout) : spans.Count;
        while (low < high)
        {
            int middle = (int)(((uint)low + (uint)high) / 2);
            if (spans[middle].Start < time)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>From the guess on in steps that double, then by halves.</summary>
    private static int Search(ReadOnlySpan<long> starts, int from, int guess, long time)
    {
        int low = from, high = starts.Length, step = 1, probe = Math.Clamp(guess, from, high);
        if (probe < high && starts[probe] < time)
        {
            while (probe < high && starts[probe] < time)
            {
                low = probe + 1;
                probe += step;
                step *= 2;
            }
            high = Math.Min(probe, high);
        }
        else
        {
            while (probe > low && starts[probe - 1] >= time)
            {
                high = probe - 1;
                probe -= step;
                step *= 2;
            }
            low = Math.Max(low, probe);
        }
        while (low < high)
        {
            int middle = (int)(((uint)low + (uint)high) / 2);
            if (starts[middle] < time)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private void Take(ref SpanSum sum, Segments<Span> spans, int level, int from, int to)
    {
        if (level < 0)
        {
            for (int i = from; i < to; i++)
                sum.Add(spans[i], long.MinValue / 2, long.MaxValue / 2);
            return;
        }
        foreach (ref readonly SpanSum part in CollectionsMarshal.AsSpan(_levels[level])[from..to])
            sum.Add(part);
    }

    private void Append(int level, SpanSum sum)
    {
        if (level == _levels.Count)
            _levels.Add([]);
        List<SpanSum> sums = _levels[level];
        sums.Add(sum);
        if (sums.Count % Fanout != 0)
            return;
        SpanSum parent = SpanSum.Empty;
        foreach (ref readonly SpanSum part in CollectionsMarshal.AsSpan(sums)[^Fanout..])
            parent.Add(part);
        Append(level + 1, parent);
    }
}
