using Gmp.Analysis.Reading;
using Gmp.Analysis.Reading.Nettrace;
using Gmp.Tracing;
using Microsoft.Diagnostics.Tracing;

namespace Gmp.Analysis.Tests.Rings;

/// <summary>What a ring of batches keeps, and that its files are what every reader of nettrace expects.</summary>
public class BatchRingTests
{
    private const long Ms = 1_000_000;
    private const long Start = 5_000_000_000;

    [Fact]
    public void A_file_holds_every_batch_byte_for_byte_for_our_reader_and_for_TraceEvent()
    {
        var ring = new BatchRing(BatchRing.LeastBytes);
        var told = new List<byte[]>();
        var sink = new Tee(ring, told);
        var streams = Enumerable.Range(-1, 4).Select(s => new BatchBuffer(sink, 1, s)).ToArray();
        foreach (var stream in streams)
            stream.BeginGeneration(2, Start);
        for (int i = 0; i < 20_000; i++)
            streams[i % 4].Put(EventKind.GoStart, Start + (i * 1000), (ulong)i);
        foreach (var stream in streams)
            stream.Flush();
        byte[] file = File(ring);

        var (ours, trace) = Ours(file);
        Assert.Equal(told, ours);
        Assert.Equal(told, OfTraceEvent(file));
        Assert.Equal((20_000L, 0L, 0L, 0L), (trace.Info.Records, trace.Info.BatchesLost, trace.Info.EventsLost, trace.Info.DamagedBytes));
        Assert.False(trace.Info.IsTruncated);
        Assert.Equal(Environment.ProcessId, trace.Info.ProcessId);
    }

    [Fact]
    public void The_oldest_goes_first_and_the_memory_stays_bounded()
    {
        var ring = new BatchRing(BatchRing.LeastBytes);
        var stream = new BatchBuffer(ring, 1, 0);
        stream.BeginGeneration(2, Start);
        for (int i = 0; i < 1_000_000; i++)
            stream.Put(EventKind.GoStart, Start + (i * 1000), 7);
        stream.Flush();
        Assert.InRange(ring.Length, BatchRing.LeastBytes / 2, BatchRing.LeastBytes);
        Assert.False(ring.HasWholeGeneration);
        byte[] file = File(ring);
        Assert.InRange(file.Length, BatchRing.LeastBytes / 2, BatchRing.LeastBytes + 64 * 1024);
        var trace = TraceFile.Load(new MemoryStream(file));
        // The last record is there, the first is not, and what was dropped is not called lost.
        Assert.InRange(trace.Info.DurationNs, 10 * Ms, 999 * Ms);
        Assert.Equal((0L, 0L), (trace.Info.BatchesLost, trace.Info.EventsLost));
        Assert.InRange(trace.Info.Records, BatchRing.LeastBytes / 6, BatchRing.LeastBytes / 3);
    }

    [Fact]
    public void A_file_begins_with_a_generation_that_is_whole()
    {
        var ring = new BatchRing(BatchRing.LeastBytes);
        var stream = new BatchBuffer(ring, 1, 0);
        int generation = 2, records = 0;
        stream.BeginGeneration(generation, Start);
        for (int i = 0; i < 3_000_000; i++)
        {
            if (ring.WantsGeneration)
            {
                stream.BeginGeneration(++generation, Start + (i * 100));
                stream.Put(EventKind.ProcStatus, Start + (i * 100), 1, 0);
                stream.Flush();
            }
            stream.Put(EventKind.GoStart, Start + (i * 100), (ulong)(i & 63));
            records++;
        }
        stream.Flush();
        Assert.True(ring.HasWholeGeneration);
        var (batches, trace) = Ours(File(ring));
        int first = BitConverter.ToInt32(batches[0], 8);
        Assert.InRange(first, generation - 5, generation);
        Assert.Equal((first, first), trace.Info.Generations);
        // Everything of the first generation: what it begins with stands first. And three quarters of the ring, but for a block.
        Assert.Equal((byte)EventKind.ProcStatus, batches[0][GmpEventSource.BatchPrefixBytes]);
        Assert.InRange(batches.Sum(b => b.Length), BatchRing.LeastBytes * 5 / 8, BatchRing.LeastBytes);
        Assert.Equal(generation - first + 1, trace.Info.RecordsByKind[(int)EventKind.ProcStatus]);
    }

    [Fact]
    public void While_a_file_is_written_what_it_holds_is_not_overwritten()
    {
        var ring = new BatchRing(BatchRing.LeastBytes);
        var stream = new BatchBuffer(ring, 1, 0);
        stream.BeginGeneration(2, Start);
        Fill(0);
        var slow = new SlowStream(() => Fill(1));
        ring.WriteTo(slow);
        var trace = TraceFile.Load(new MemoryStream(slow.ToArray()));
        Assert.Equal((0L, 0L, 0L), (trace.Info.CorruptBatches, trace.Info.DamagedBytes, trace.Info.BatchesLost));
        // Only what was there when the writing began: the other times are a second later.
        Assert.InRange(trace.Info.DurationNs, 1, 999 * Ms);
        Assert.InRange(ring.Length, 1, BatchRing.LeastBytes);

        void Fill(int second)
        {
            for (int i = 0; i < 500_000; i++)
                stream.Put(EventKind.GoStart, Start + (second * 1000 * Ms) + (i * 100), 7);
            stream.Flush();
        }
    }

    [Fact]
    public void An_empty_ring_gives_a_whole_file()
    {
        byte[] file = File(new BatchRing(BatchRing.LeastBytes));
        var trace = TraceFile.Load(new MemoryStream(file));
        Assert.True(trace.Info.HasHello);
        Assert.False(trace.Info.IsTruncated);
        Assert.Equal(0, trace.Info.Records);
        Assert.Empty(OfTraceEvent(file));
    }

    [Fact]
    public void Too_small_a_ring_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchRing(BatchRing.LeastBytes - 1));

    private static byte[] File(BatchRing ring)
    {
        var file = new MemoryStream();
        ring.WriteTo(file);
        return file.ToArray();
    }

    private static (List<byte[]> Batches, LoadedTrace Trace) Ours(byte[] file)
    {
        var batches = new Batches();
        var reader = new NettraceReader(batches);
        file.CopyTo(reader.Space(file.Length));
        reader.Fill(file.Length);
        reader.Complete();
        Assert.True(reader.HasEnded);
        return (batches.All, TraceFile.Load(new MemoryStream(file)));
    }

    private static List<byte[]> OfTraceEvent(byte[] file)
    {
        var batches = new List<byte[]>();
        int hellos = 0;
        using var source = new EventPipeEventSource(new MemoryStream(file));
        source.Dynamic.All += e =>
        {
            Assert.Equal(GmpEventSource.ProviderName, e.ProviderName);
            if ((int)e.ID == GmpEventSource.HelloId)
            {
                hellos++;
                Assert.Equal(EventTable.SchemaText, (string)e.PayloadByName("schema"));
                Assert.Equal(Environment.ProcessId, (int)e.PayloadByName("processId"));
            }
            else
            {
                batches.Add(e.EventData());
            }
        };
        Assert.True(source.Process());
        Assert.Equal((0, 1), (source.EventsLost, hellos));
        return batches;
    }

    private sealed class Batches : INettraceSink
    {
        public List<byte[]> All { get; } = [];

        public void OnTrace(in NettraceHeader header)
        {
        }

        public void OnEvent(in NettraceEvent e, ReadOnlySpan<byte> payload)
        {
            if (e.Type is { IsScheduler: true, Id: GmpEventSource.BatchId })
                All.Add(payload.ToArray());
        }

        public void OnSortedUpTo(long timestamp)
        {
        }
    }

    private sealed class Tee(BatchRing ring, List<byte[]> told) : IBatchSink
    {
        public void Emit(in BatchHeader header, ReadOnlySpan<byte> records)
        {
            told.Add(Crafting.Recorder.Payload(header, records));
            ring.Emit(header, records);
        }
    }

    // Lets something happen before each write.
    private sealed class SlowStream(Action before) : MemoryStream
    {
        private int _writes;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (buffer.Length > 1000 && _writes++ < 3)
                before();
            base.Write(buffer);
        }
    }
}
