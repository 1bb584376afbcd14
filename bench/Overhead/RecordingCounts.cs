using System.Buffers.Binary;
using Gmp.Analysis.Reading.Nettrace;
using Gmp.Tracing;

namespace Bench.Overhead;

/// <summary>How many records are in a recording, and how many are missing. Nothing is kept, so a recording of any length can be counted.</summary>
internal sealed class RecordingCounts : INettraceSink
{
    private readonly Dictionary<(int Scheduler, int Stream), (int First, int Last, long Seen)> _streams = [];
    private long _eventsLost;

    private RecordingCounts()
    {
    }

    internal long Bytes { get; private set; }

    /// <summary>Records, as batches or as events of their own; those of Batches if there are both.</summary>
    internal long Records => Packed != 0 ? Packed : Single;

    internal long Packed { get; private set; }

    internal long Single { get; private set; }

    /// <summary>Events that the runtime dropped, and batches whose number is missing: what is counted twice is dropped twice.</summary>
    internal long Lost => _eventsLost + _streams.Values.Sum(s => s.Last - s.First + 1 - s.Seen);

    internal long Corrupt { get; private set; }

    /// <summary>Goroutines that a snapshot told of.</summary>
    internal long Told { get; private set; }

    /// <summary>From the first record of stream -1 to the end of the snapshot, in ticks; 0 if it did not end.</summary>
    internal long SnapshotTicks { get; private set; }

    private long _begin = long.MaxValue;

    internal static RecordingCounts Of(string path)
    {
        var counts = new RecordingCounts();
        var reader = new NettraceReader(counts);
        using var file = File.OpenRead(path);
        while (file.Read(reader.Space(256 * 1024)) is > 0 and int count)
            reader.Fill(count);
        reader.Complete();
        counts.Bytes = reader.Bytes;
        counts._eventsLost = reader.EventsLost;
        counts.Corrupt += reader.DamagedBytes;
        return counts;
    }

    void INettraceSink.OnTrace(in NettraceHeader header)
    {
    }

    void INettraceSink.OnSortedUpTo(long timestamp)
    {
    }

    void INettraceSink.OnEvent(in NettraceEvent e, ReadOnlySpan<byte> payload)
    {
        if (e.Type is not { IsScheduler: true } type)
            return;
        if (type.Id != GmpEventSource.BatchId)
        {
            Single += type.Id > GmpEventSource.FirstTransitionId ? 1 : 0;
            return;
        }
        var key = (BinaryPrimitives.ReadInt32LittleEndian(payload), BinaryPrimitives.ReadInt32LittleEndian(payload[4..]));
        int sequence = BinaryPrimitives.ReadInt32LittleEndian(payload[12..]);
        _streams[key] = _streams.TryGetValue(key, out var seen)
            ? (Math.Min(seen.First, sequence), Math.Max(seen.Last, sequence), seen.Seen + 1)
            : (sequence, sequence, 1);
        var records = new BatchDecoder(payload[GmpEventSource.BatchPrefixBytes..], BinaryPrimitives.ReadInt64LittleEndian(payload[16..]), BatchSchema.Current);
        while (records.MoveNext())
        {
            Packed++;
            if (key.Item2 != EventTable.NoP)
                continue;
            _begin = Math.Min(_begin, records.Time);
            Told += records.Kind == EventKind.GoStatus ? 1 : 0;
            if (records.Kind == EventKind.SnapshotEnd)
                SnapshotTicks = records.Time - _begin;
        }
        Corrupt += records.IsCorrupt ? 1 : 0;
    }
}
