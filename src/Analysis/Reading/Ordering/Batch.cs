namespace Gmp.Analysis.Reading.Ordering;

/// <summary>A batch that waits to be read. The bytes are rented from the array pool and given back by whoever reads the batch to its end.</summary>
/// <param name="Bytes">Holds the records from its start on.</param>
/// <param name="Length">How many of the bytes are the batch's.</param>
/// <param name="BaseTime">What the first record's delta counts from, in ticks.</param>
/// <param name="Generation">The session that its records were written for.</param>
/// <param name="Sequence">Its number in its stream.</param>
/// <param name="WrittenAt">The time of the event that carries it, in ticks: batches of one stream have it in the order of their numbers.</param>
internal readonly record struct Batch(byte[] Bytes, int Length, long BaseTime, int Generation, int Sequence, long WrittenAt)
{
    /// <summary>True if what stands before it in its stream is lost.</summary>
    public bool FollowsLoss { get; init; }
}
