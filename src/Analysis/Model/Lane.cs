namespace Gmp.Analysis.Model;

/// <summary>What a lane stands for.</summary>
public enum LaneKind : byte
{
    /// <summary>A logical processor.</summary>
    Processor = 0,
    /// <summary>A thread while it runs a goroutine without a P: a hog after the handoff.</summary>
    Machine = 1,
}

/// <summary>
/// A row of the timeline: the spans of one P, or of one M while it had no P, in order of time and without overlap.
/// Reading needs <see cref="TraceModel.Gate"/> while the trace is live.
/// </summary>
public sealed class Lane
{
    internal Lane(LaneKind kind, int scheduler, int id) => (Kind, Scheduler, Id) = (kind, scheduler, id);

    /// <summary>P or M.</summary>
    public LaneKind Kind { get; }

    /// <summary>The scheduler's number in its process.</summary>
    public int Scheduler { get; }

    /// <summary>The P's or M's number.</summary>
    public int Id { get; }

    /// <summary><c>P0</c>, or <c>M3</c> for a thread without a P.</summary>
    public string Label => (Kind == LaneKind.Processor ? "P" : "M") + Id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The spans; the last may be open.</summary>
    public Segments<Span> Spans { get; } = new();

    /// <summary>For a P: when nobody ran it, in order of time. The last may be open.</summary>
    public IReadOnlyList<IdlePeriod> IdlePeriods => Idle;

    /// <summary>For a P: when the trace does not say what it did (before it first meets it, and after a loss), in order of time. The last may be open.</summary>
    public IReadOnlyList<IdlePeriod> UnknownPeriods => Gaps;

    internal List<IdlePeriod> Idle { get; } = [];

    internal List<IdlePeriod> Gaps { get; } = [];

    /// <summary>The index of the first span that ends after <paramref name="time"/>, or the count. Logarithmic.</summary>
    public int FirstSpanEndingAfter(long time)
    {
        int low = 0, high = Spans.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Spans[middle].End > time)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}
