using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using Gmp.Tracing;

namespace Gmp.Tests;

/// <summary>A record of a scheduler as the process itself saw it leave.</summary>
internal sealed record TracedRecord(int Stream, long Time, EventKind Kind, long[] Numbers);

/// <summary>Listens to this process's batches. While it lives every scheduler of the process is recorded, so its tests run one after the other.</summary>
internal sealed class RecordListener : EventListener
{
    private readonly ConcurrentQueue<(int Scheduler, int Stream, int Sequence, long Base, byte[] Bytes)> _batches = new();

    /// <summary>What a scheduler wrote so far, by stream and in each in the order of writing. No batch between two that came may be missing.</summary>
    internal List<TracedRecord> Records(int scheduler)
    {
        var records = new List<TracedRecord>();
        foreach (var stream in _batches.Where(b => b.Scheduler == scheduler).GroupBy(b => b.Stream).OrderBy(s => s.Key))
        {
            int? sequence = null;
            foreach (var batch in stream.OrderBy(b => b.Sequence))
            {
                Assert.True(sequence is null || batch.Sequence == sequence + 1, $"stream {stream.Key}: batch {batch.Sequence} after {sequence}");
                sequence = batch.Sequence;
                var decoder = new BatchDecoder(batch.Bytes, batch.Base, BatchSchema.Current);
                while (decoder.MoveNext())
                {
                    long[] numbers = new long[EventTable.MaxNumbers];
                    for (int i = 0; i < numbers.Length; i++)
                        numbers[i] = decoder.Number(i);
                    records.Add(new TracedRecord(stream.Key, decoder.Time, decoder.Kind, numbers));
                }
                Assert.False(decoder.IsCorrupt);
            }
        }
        return records;
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == GmpEventSource.ProviderName)
            EnableEvents(eventSource, EventLevel.Informational, GmpEventSource.Keywords.Batches);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventId != GmpEventSource.BatchId)
            return;
        var p = eventData.Payload!;
        _batches.Enqueue(((int)p[0]!, (int)p[1]!, (int)p[3]!, (long)p[4]!, (byte[])p[5]!));
    }
}
