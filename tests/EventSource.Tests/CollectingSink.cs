namespace Gmp.Tracing.Tests;

/// <summary>Keeps batches, and decodes them as a reader does: by number, each from its own base time.</summary>
internal sealed class CollectingSink : IBatchSink
{
    public List<(BatchHeader Header, byte[] Records)> Batches { get; } = [];

    // Called under the buffer's lock, so one at a time.
    public void Emit(in BatchHeader header, ReadOnlySpan<byte> records) => Batches.Add((header, records.ToArray()));

    public List<Decoded> Decode(BatchSchema? schema = null)
    {
        var all = new List<Decoded>();
        int number = 0;
        foreach (var (header, bytes) in Batches)
        {
            Assert.Equal(number++, header.Sequence);
            var records = new BatchDecoder(bytes, header.BaseTime, schema ?? BatchSchema.Current);
            while (records.MoveNext())
            {
                long[] numbers = new long[EventTable.MaxNumbers];
                for (int i = 0; i < numbers.Length; i++)
                    numbers[i] = records.Number(i);
                all.Add(new Decoded(header.Generation, records.Kind, records.Time, numbers, records.Text(0), records.Text(1)));
            }
            Assert.False(records.IsCorrupt);
            Assert.Equal(bytes.Length, records.Position);
        }
        return all;
    }
}

internal sealed record Decoded(int Generation, EventKind Kind, long Time, long[] Numbers, string First, string Second);
