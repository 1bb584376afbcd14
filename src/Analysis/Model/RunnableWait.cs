namespace Gmp.Analysis.Model;

/// <summary>A stretch in which a goroutine could have run and did not. 32 bytes; times are ns since the trace's start.</summary>
/// <param name="Start">When it became runnable; may be before 0.</param>
/// <param name="End">When it ran.</param>
/// <param name="Goroutine">The index in <see cref="TraceModel.Goroutines"/>.</param>
/// <param name="Queue">The P whose queue it was put on, or <see cref="Global"/> or <see cref="Unknown"/>.</param>
/// <param name="RanOn">The P that ran it, or <see cref="Unknown"/> if it still waits.</param>
public readonly record struct RunnableWait(long Start, long End, int Goroutine, short Queue, short RanOn)
{
    /// <summary>Who made it runnable, by place in <see cref="TraceModel.Goroutines"/>; -1 for a timer, the poller, a thread that is no M, or nobody that the trace knows.</summary>
    public int Waker { get; init; } = -1;

    /// <summary>What made it runnable.</summary>
    public RunnableCause Cause { get; init; }

    /// <summary>The global queue.</summary>
    public const short Global = -1;

    /// <summary>The trace does not say.</summary>
    public const short Unknown = -2;

    /// <summary>How long, ns.</summary>
    public long Length => End - Start;
}
