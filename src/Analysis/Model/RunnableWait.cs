namespace Gmp.Analysis.Model;

/// <summary>A stretch in which a goroutine could have run and did not. 24 bytes; times are ns since the trace's start.</summary>
/// <remarks>Its fields are packed: times to two weeks, a length to nine hours (a longer one is told as that), Ps by number to <see cref="MostProcessors"/>.</remarks>
public readonly struct RunnableWait : IEquatable<RunnableWait>
{
    /// <summary>The global queue.</summary>
    public const short Global = -1;

    /// <summary>The trace does not say.</summary>
    public const short Unknown = -2;

    /// <summary>P numbers are below this.</summary>
    public const int MostProcessors = 1024;

    private const int PlaceBits = 11, CauseBits = 3, LengthBits = 45, StartBits = 50;
    private const long MostLength = (1L << LengthBits) - 1, MostStart = (1L << (StartBits - 1)) - 1;

    private readonly long _when;    // start, cause, queue
    private readonly long _howLong; // length, where it ran
    private readonly int _goroutine;
    private readonly int _waker;

    /// <summary>Makes one.</summary>
    /// <param name="start">When it became runnable; may be before 0.</param>
    /// <param name="end">When it ran.</param>
    /// <param name="goroutine">The index in <see cref="TraceModel.Goroutines"/>.</param>
    /// <param name="queue">The P whose queue it was put on, or <see cref="Global"/> or <see cref="Unknown"/>.</param>
    /// <param name="ranOn">The P that ran it, or <see cref="Unknown"/> if it still waits.</param>
    /// <param name="waker">Who made it runnable, by place in <see cref="TraceModel.Goroutines"/>, or -1.</param>
    /// <param name="cause">What made it runnable.</param>
    public RunnableWait(long start, long end, int goroutine, short queue, short ranOn, int waker = -1, RunnableCause cause = RunnableCause.Unknown)
    {
        long from = Math.Clamp(start, -MostStart, MostStart);
        _when = (from << (64 - StartBits)) | ((long)cause << PlaceBits) | (uint)(queue - Unknown);
        _howLong = (Math.Clamp(end - start, 0, MostLength) << PlaceBits) | (uint)(ranOn - Unknown);
        _goroutine = goroutine;
        _waker = waker;
    }

    /// <summary>When it became runnable; may be before 0.</summary>
    public long Start => _when >> (64 - StartBits);

    /// <summary>When it ran.</summary>
    public long End => Start + Length;

    /// <summary>How long, ns.</summary>
    public long Length => _howLong >> PlaceBits;

    /// <summary>The index in <see cref="TraceModel.Goroutines"/>.</summary>
    public int Goroutine => _goroutine;

    /// <summary>The P whose queue it was put on, or <see cref="Global"/> or <see cref="Unknown"/>.</summary>
    public short Queue => (short)((_when & ((1 << PlaceBits) - 1)) + Unknown);

    /// <summary>The P that ran it, or <see cref="Unknown"/> if it still waits.</summary>
    public short RanOn => (short)((_howLong & ((1 << PlaceBits) - 1)) + Unknown);

    /// <summary>Who made it runnable, by place in <see cref="TraceModel.Goroutines"/>; -1 for a timer, the poller, a thread that is no M, or nobody that the trace knows.</summary>
    public int Waker => _waker;

    /// <summary>What made it runnable.</summary>
    public RunnableCause Cause => (RunnableCause)((_when >> PlaceBits) & ((1 << CauseBits) - 1));

    /// <summary>Two are equal if all of them is.</summary>
    public static bool operator ==(RunnableWait left, RunnableWait right) => left.Equals(right);

    /// <summary>Two are equal if all of them is.</summary>
    public static bool operator !=(RunnableWait left, RunnableWait right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(RunnableWait other) =>
        (_when, _howLong, _goroutine, _waker) == (other._when, other._howLong, other._goroutine, other._waker);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RunnableWait other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_when, _howLong, _goroutine, _waker);
}
