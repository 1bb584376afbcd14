using Gmp.Analysis.Reading.Nettrace;
using Gmp.Tracing;

namespace Gmp.Analysis.Reading;

/// <summary>The event that carries a batch: <see cref="GmpEventSource.BatchId"/>.</summary>
internal static class BatchEvent
{
    /// <summary>Takes its payload apart.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="header">Whose batch it is.</param>
    /// <param name="records">Its records, within <paramref name="payload"/>.</param>
    /// <returns>False if it is shorter than it says.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out BatchHeader header, out ReadOnlySpan<byte> records)
    {
        var walk = new ByteWalker(payload);
        records = default;
        bool isWhole = walk.Int32(out int scheduler) & walk.Int32(out int stream) & walk.Int32(out int generation) & walk.Int32(out int sequence)
            & walk.Int64(out long baseTime) & walk.Int32(out int length) && walk.Take(length, out records);
        header = new BatchHeader(scheduler, stream, generation, sequence, baseTime);
        return isWhole;
    }
}
