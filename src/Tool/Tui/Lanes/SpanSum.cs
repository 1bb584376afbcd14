using Gmp.Analysis.Model;

namespace Gmp.Tool.Tui.Lanes;

/// <summary>
/// Spans added up: time by kind, and a candidate for the goroutine that had most of it. The candidate is kept by weighted majority vote
/// (Misra and Gries with one counter), the only small summary that can be merged: whoever has more than half the time is always the
/// candidate, and the candidate's weight is never more than its true time. Floats, since shares are all that is asked and 10 million spans
/// need 600 thousand of these.
/// </summary>
internal struct SpanSum
{
    public float Running;
    public float Syscall;
    public float Spinning;
    public float Weight;
    public int Goroutine;

    public static SpanSum Empty => new() { Goroutine = -1 };

    public void Add(in Span span, long from, long to)
    {
        float length = Math.Min(span.End, to) - Math.Max(span.Start, from);
        if (length <= 0)
            return;
        switch (span.Kind)
        {
            case SpanKind.Running:
                Running += length;
                break;
            case SpanKind.Syscall:
                Syscall += length;
                break;
            default:
                Spinning += length;
                return;
        }
        Vote(span.Goroutine, length);
    }

    public void Add(in SpanSum other)
    {
        Running += other.Running;
        Syscall += other.Syscall;
        Spinning += other.Spinning;
        Vote(other.Goroutine, other.Weight);
    }

    private void Vote(int goroutine, float weight)
    {
        if (goroutine == Goroutine)
        {
            Weight += weight;
        }
        else if (weight > Weight)
        {
            Goroutine = goroutine;
            Weight = weight - Weight;
        }
        else
        {
            Weight -= weight;
        }
    }
}
