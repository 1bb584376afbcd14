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
/// <param name="Start">When it began.</param>
/// <param name="End">When it ended; <see cref="long.MaxValue"/> while it has not.</param>
/// <param name="Goroutine">The index in <see cref="TraceModel.Goroutines"/>, or -1.</param>
/// <param name="Kind">What fills it.</param>
/// <param name="EndedBy">How it ended.</param>
/// <param name="Reason">For <see cref="SpanEnd.Blocked"/>.</param>
public readonly record struct Span(long Start, long End, int Goroutine, SpanKind Kind, SpanEnd EndedBy, WaitReason Reason);
