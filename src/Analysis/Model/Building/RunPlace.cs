using System.Runtime.InteropServices;
using Gmp.Tracing;

namespace Gmp.Analysis.Model.Building;

/// <summary>What runs a goroutine: a P, or an M without one. It owns the last span of its lane.</summary>
internal sealed class RunPlace(Lane lane)
{
    /// <summary>The row that it draws.</summary>
    public Lane Lane { get; } = lane;

    /// <summary>The goroutine that runs here or is in a system call from here.</summary>
    public GoroutineInfo? Goroutine { get; set; }

    /// <summary>The slice of <see cref="Goroutine"/>.</summary>
    public OpenSlice Slice;

    /// <summary>True while the last span of the lane goes on.</summary>
    public bool IsSpanOpen { get; private set; }

    /// <summary>What the open span is.</summary>
    public SpanKind OpenKind { get; private set; }

    /// <summary>For a P: false until the trace says anything of it.</summary>
    public bool IsKnown { get; set; }

    /// <summary>Begins a span; not before the last one ended, nor before the trace.</summary>
    public void Open(long time, SpanKind kind, GoroutineInfo? goroutine)
    {
        var spans = Lane.Spans;
        long from = Math.Max(time, spans.Count > 0 ? spans[^1].End : 0);
        spans.Add(new Span(from, long.MaxValue, goroutine?.Index ?? -1, kind, SpanEnd.Open, WaitReason.None));
        OpenKind = kind;
        IsSpanOpen = true;
    }

    /// <summary>Ends the open span, if there is one.</summary>
    public void Close(long time, SpanEnd how, WaitReason reason = WaitReason.None)
    {
        if (!IsSpanOpen)
            return;
        ref var last = ref CollectionsMarshal.AsSpan(Lane.Spans)[^1];
        last = last with { End = Math.Max(time, last.Start), EndedBy = how, Reason = reason };
        IsSpanOpen = false;
    }

    /// <summary>Says how the last span ended, which was not known when it did.</summary>
    public void Explain(SpanEnd how, WaitReason reason)
    {
        if (IsSpanOpen || Lane.Spans.Count == 0)
            return;
        ref var last = ref CollectionsMarshal.AsSpan(Lane.Spans)[^1];
        last = last with { EndedBy = how, Reason = reason };
    }

    /// <summary>True while nobody runs the P.</summary>
    public bool IsIdle => Lane.Idle.Count > 0 && Lane.Idle[^1].End == long.MaxValue;

    /// <summary>Its M released it.</summary>
    public void BeginIdle(long time)
    {
        IsKnown = true;
        if (!IsIdle)
            Lane.Idle.Add(new IdlePeriod(time, long.MaxValue));
    }

    /// <summary>Somebody uses it.</summary>
    public void EndIdle(long time)
    {
        IsKnown = true;
        if (IsIdle)
            Lane.Idle[^1] = Lane.Idle[^1] with { End = Math.Max(time, Lane.Idle[^1].Start) };
    }
}
