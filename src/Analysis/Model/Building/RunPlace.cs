using Gmp.Tracing;

namespace Gmp.Analysis.Model.Building;

/// <summary>What runs a goroutine: a P, or an M without one. It owns the last span of its lane.</summary>
internal sealed class RunPlace(Lane lane)
{
    private readonly Segments<Span> _spans = lane.Spans;
    private bool _mayTouchGap;

    /// <summary>The row that it draws.</summary>
    public Lane Lane { get; } = lane;

    /// <summary>True for a P.</summary>
    public bool IsProcessor { get; } = lane.Kind == LaneKind.Processor;

    /// <summary>The goroutine that runs here or is in a system call from here.</summary>
    public GoroutineInfo? Goroutine { get; set; }

    /// <summary>The slice of <see cref="Goroutine"/>.</summary>
    public OpenSlice Slice;

    /// <summary>True while the last span of the lane goes on.</summary>
    public bool IsSpanOpen { get; private set; }

    /// <summary>What the open span is.</summary>
    public SpanKind OpenKind { get; private set; }

    /// <summary>For a P: false until the trace says anything of it.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>A goroutine stopped here, and what the P does next is not known yet.</summary>
    public bool HasStopped { get; set; }

    /// <summary>Why that goroutine stopped: what it waits for, or <see cref="WaitReason.None"/>.</summary>
    public WaitReason StoppedFor { get; set; }

    /// <summary>What the P seems to do next.</summary>
    public Accounts.NextStep Step { get; set; }

    /// <summary>For a P: its state, null before the trace says.</summary>
    public ProcStatus? Status { get; set; }

    /// <summary>The trace says what it does.</summary>
    public void BecomeKnown(long time)
    {
        if (!IsKnown)
            EndGap(time);
    }

    // Told late: what was unknown up to the record's time is known since when it began.
    private void ShortenGap(long from)
    {
        _mayTouchGap = false;
        if (Lane.Gaps.Count > 0 && Lane.Gaps[^1].End > from)
            Lane.Gaps[^1] = Lane.Gaps[^1] with { End = Math.Max(from, Lane.Gaps[^1].Start) };
    }

    private void EndGap(long time)
    {
        IsKnown = true;
        _mayTouchGap = true;
        if (Lane.Gaps.Count > 0 && Lane.Gaps[^1].End == long.MaxValue)
            Lane.Gaps[^1] = Lane.Gaps[^1] with { End = Math.Max(time, Lane.Gaps[^1].Start) };
    }

    /// <summary>What it does from here on is not in the trace.</summary>
    public void BecomeUnknown(long time)
    {
        IsKnown = false;
        Status = null;
        if (Lane.Gaps.Count > 0 && Lane.Gaps[^1].End == long.MaxValue)
            return;
        // What is drawn already may reach beyond the last record of the stream: others tell of this P, too.
        long from = Math.Max(time, Lane.Spans.Count > 0 ? Lane.Spans[^1].End : 0);
        Lane.Gaps.Add(new IdlePeriod(Math.Max(from, Lane.Idle.Count > 0 ? Lane.Idle[^1].End : 0), long.MaxValue));
    }

    /// <summary>What is over is forgotten.</summary>
    public void Restart()
    {
        Span? open = IsSpanOpen ? _spans.Last : null;
        _spans.Clear();
        if (open is { } span)
            _spans.Add(span);
        Lane.Idle.RemoveAll(p => p.End != long.MaxValue);
        Lane.Gaps.RemoveAll(p => p.End != long.MaxValue);
        _mayTouchGap = false;
    }

    /// <summary>Begins a span; not before the last one ended, nor before the trace.</summary>
    public void Open(long time, SpanKind kind, GoroutineInfo? goroutine)
    {
        BecomeKnown(time);
        long from = Math.Max(time, _spans.Count > 0 ? _spans.Last.End : 0);
        if (_mayTouchGap)
            ShortenGap(from);
        _spans.Add(new Span(from, long.MaxValue, goroutine?.Index ?? -1, kind, SpanEnd.Open, WaitReason.None));
        OpenKind = kind;
        IsSpanOpen = true;
    }

    /// <summary>Ends the open span, if there is one.</summary>
    public void Close(long time, SpanEnd how, WaitReason reason = WaitReason.None)
    {
        if (!IsSpanOpen)
            return;
        _spans.Last.Close(time, how, reason);
        IsSpanOpen = false;
    }

    /// <summary>Says how the last span ended, which was not known when it did.</summary>
    public void Explain(SpanEnd how, WaitReason reason)
    {
        if (IsSpanOpen || _spans.Count == 0)
            return;
        _spans.Last.Explain(how, reason);
    }

    /// <summary>True while nobody runs the P.</summary>
    public bool IsIdle { get; private set; }

    /// <summary>Its M released it.</summary>
    public void BeginIdle(long time)
    {
        BecomeKnown(time);
        if (IsIdle)
            return;
        IsIdle = true;
        Lane.Idle.Add(new IdlePeriod(time, long.MaxValue));
    }

    /// <summary>Somebody uses it.</summary>
    public void EndIdle(long time)
    {
        BecomeKnown(time);
        if (!IsIdle)
            return;
        IsIdle = false;
        Lane.Idle[^1] = Lane.Idle[^1] with { End = Math.Max(time, Lane.Idle[^1].Start) };
    }
}
