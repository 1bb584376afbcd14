namespace Gmp.Tracing;

/// <summary>Where full batches go: the EventSource, or a test.</summary>
public interface IBatchSink
{
    /// <summary>Takes one batch. The bytes are valid only during the call. Called under the buffer's lock.</summary>
    /// <param name="header">Which stream it is and where in it.</param>
    /// <param name="records">Whole records, encoded as <see cref="EventTable"/> says.</param>
    void Emit(in BatchHeader header, ReadOnlySpan<byte> records);
}

/// <summary>What stands before the records of a batch.</summary>
/// <param name="Scheduler">The scheduler's number in its process, from 1.</param>
/// <param name="Stream">The P, or <see cref="EventTable.NoP"/>.</param>
/// <param name="Generation">Counts the sessions that were started; a new one repeats states, sites and names.</param>
/// <param name="Sequence">Counts the batches of this stream, over all generations; a gap is a loss.</param>
/// <param name="BaseTime">The first record's time is this plus its delta; in ticks of the clock that Hello describes.</param>
public readonly record struct BatchHeader(int Scheduler, int Stream, int Generation, int Sequence, long BaseTime);
