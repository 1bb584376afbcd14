using Gmp.Tracing;

namespace Gmp.Analysis.Model;

/// <summary>What fills a stretch of a lane.</summary>
public enum SpanKind : byte
{
    /// <summary>A goroutine runs.</summary>
    Running = 0,
    /// <summary>A goroutine is in a system call and the P is still attached.</summary>
    Syscall = 1,
    /// <summary>The M looks for work.</summary>
    Spinning = 2,
}

/// <summary>How a span ended.</summary>
public enum SpanEnd : byte
{
    /// <summary>Not yet, or the trace ended first.</summary>
    Open = 0,
    /// <summary>The goroutine waits; <see cref="Span.Reason"/> says for what.</summary>
    Blocked = 1,
    /// <summary>It yielded.</summary>
    Yielded = 2,
    /// <summary>It was preempted at a scheduling point.</summary>
    Preempted = 3,
    /// <summary>It ended.</summary>
    Destroyed = 4,
    /// <summary>sysmon took the P: the goroutine goes on without one (a hog), in the lane of its M.</summary>
    Retaken = 5,
    /// <summary>It entered or left a system call.</summary>
    Syscall = 6,
    /// <summary>The trace does not say (a loss, a contradiction that was repaired).</summary>
    Unknown = 7,
}

/// <summary>A stretch of a lane, 24 bytes. Times are ns since the trace's first record.</summary>
/// <remarks>Four fields, so that the JIT keeps one in registers: millions are written a second.</remarks>
public struct Span : IEquatable<Span>
{
    private readonly long _start;
    private long _end;
    private readonly int _goroutine;
    private int _what;   // kind, then how it ended, then the reason: a byte each

    /// <summary>Makes one.</summary>
    /// <param name="start">When it began.</param>
    /// <param name="end">When it ended; <see cref="long.MaxValue"/> while it has not.</param>
    /// <param name="goroutine">The index in <see cref="TraceModel.Goroutines"/>, or -1.</param>
    /// <param name="kind">What fills it.</param>
    /// <param name="endedBy">How it ended.</param>
    /// <param name="reason">For <see cref="SpanEnd.Blocked"/>.</param>
    public Span(long start, long end, int goroutine, SpanKind kind, SpanEnd endedBy, WaitReason reason)
    {
        _start = start;
        _end = end;
        _goroutine = goroutine;
        _what = (int)kind | ((int)endedBy << 8) | ((int)reason << 16);
    }

    /// <summary>When it began.</summary>
    public readonly long Start => _start;

    /// <summary>When it ended; <see cref="long.MaxValue"/> while it has not.</summary>
    public readonly long End => _end;

    /// <summary>The index in <see cref="TraceModel.Goroutines"/>, or -1.</summary>
    public readonly int Goroutine => _goroutine;

    /// <summary>What fills it.</summary>
    public readonly SpanKind Kind => (SpanKind)(_what & 0xFF);

    /// <summary>How it ended.</summary>
    public readonly SpanEnd EndedBy => (SpanEnd)((_what >> 8) & 0xFF);

    /// <summary>For <see cref="SpanEnd.Blocked"/>.</summary>
    public readonly WaitReason Reason => (WaitReason)((_what >> 16) & 0xFF);

    /// <summary>Two are equal if all of them is.</summary>
    public static bool operator ==(Span left, Span right) => left.Equals(right);

    /// <summary>Two are equal if all of them is.</summary>
    public static bool operator !=(Span left, Span right) => !left.Equals(right);

    /// <inheritdoc/>
    public readonly bool Equals(Span other) =>
        (_start, _end, _goroutine, _what) == (other._start, other._end, other._goroutine, other._what);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Span other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(_start, _end, _goroutine, _what);

    /// <summary>It ends, where it stands.</summary>
    internal void Close(long end, SpanEnd endedBy, WaitReason reason)
    {
        _end = Math.Max(end, _start);
        Explain(endedBy, reason);
    }

    /// <summary>It is known now how it ended.</summary>
    internal void Explain(SpanEnd endedBy, WaitReason reason) => _what = (_what & 0xFF) | ((int)endedBy << 8) | ((int)reason << 16);
}
