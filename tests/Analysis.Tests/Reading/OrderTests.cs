using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;
using Gmp.Tracing;

namespace Gmp.Analysis.Tests.Reading;

/// <summary>Batches arrive in any order; records leave in the order of time, and what is missing is counted.</summary>
public class OrderTests
{
    private static LoadedTrace Load(byte[] bytes) => TraceFile.Load(new MemoryStream(bytes));

    /// <summary>Batches with one GoStart or GoStop each, written into the file in the order of <paramref name="order"/>.</summary>
    private static byte[] Shuffled(int[] order, Func<int, bool> sorted, int generation = 1, int offset = 0)
    {
        var sink = new Kept();
        var buffer = new BatchBuffer(sink, 1, 0);
        buffer.BeginGeneration(generation, Recorder.Start);
        for (int i = 0; i < order.Length; i++)
        {
            buffer.Put(i % 2 == 0 ? EventTable.Find(EventKind.GoStart)! : EventTable.Find(EventKind.GoStop)!, Recorder.Start + (i * 1000),
                i % 2 == 0 ? [7] : [7, (long)StopReason.Yield, (long)RunQueueKind.Local]);
            buffer.Flush();
        }
        var recorder = new Recorder(generation: generation);
        foreach (int i in order)
        {
            if (i < 0)
                continue;
            var header = sink.Batches[i].Header with { Sequence = sink.Batches[i].Header.Sequence + offset };
            // Each by its own thread, written a moment after its record.
            recorder.Writer.Event(GmpEventSource.ProviderName, GmpEventSource.BatchId, 100 + i, Recorder.Start + (i * 1000) + 10, sorted(i),
                Recorder.Payload(header, sink.Batches[i].Records));
        }
        return recorder.ToArray();
    }

    private sealed class Kept : IBatchSink
    {
        public List<(BatchHeader Header, byte[] Records)> Batches { get; } = [];

        public void Emit(in BatchHeader header, ReadOnlySpan<byte> records) => Batches.Add((header, records.ToArray()));
    }

    [Fact]
    public void Batches_of_one_stream_are_put_in_order_by_their_numbers()
    {
        var trace = Load(Shuffled([3, 0, 2, 1, 5, 4], sorted: _ => false));
        Assert.Equal(6, trace.Info.Records);
        Assert.Equal(0, trace.Info.BatchesLost);
        Assert.Equal(0, trace.Info.LateRecords);
        Assert.Equal(0, trace.Info.RepairedRecords);
        Assert.Equal(3, trace.Model.Lanes[0].Spans.Count);
    }

    [Fact]
    public void A_number_that_never_comes_is_a_loss_of_its_stream()
    {
        var trace = Load(Shuffled([0, 1, -1, -1, 4, 5], sorted: _ => true));
        Assert.Equal(2, trace.Info.BatchesLost);
        Assert.Equal(2, trace.Info.Schedulers[0].BatchesLostByStream[0]);
        Assert.Equal(4, trace.Info.Records);
    }

    [Fact]
    public void A_number_that_is_missing_at_the_start_is_a_loss_in_a_process_first_session_only()
    {
        Assert.Equal(1, Load(Shuffled([-1, 1, 2, 3], sorted: _ => true)).Info.BatchesLost);
        Assert.Equal(0, Load(Shuffled([0, 1, 2, 3], sorted: _ => true, generation: 3, offset: 50)).Info.BatchesLost);
    }

    [Fact]
    public void A_batch_that_comes_twice_is_read_once()
    {
        var trace = Load(Shuffled([0, 1, 1, 2], sorted: _ => true));
        Assert.Equal(3, trace.Info.Records);
        Assert.Equal(1, trace.Info.CorruptBatches);
    }

    /// <summary>A file that grows: what the recorder has written so far is fed when the test says so.</summary>
    private sealed class Growing
    {
        private int _fed;

        public TraceIngest Ingest { get; } = new();

        public Recorder Recorder { get; } = new();

        public void Feed()
        {
            Recorder.Writer.EndBlock();
            byte[] bytes = Recorder.ToArrayWithoutFlush();
            bytes.AsSpan(_fed).CopyTo(Ingest.Reader.Space(bytes.Length));
            Ingest.Reader.Fill(bytes.Length - _fed);
            _fed = bytes.Length;
            Ingest.Advance();
        }
    }

    [Fact]
    public void Records_wait_for_a_flush_mark_and_for_proof_that_the_file_holds_what_was_written_before_it()
    {
        var file = new Growing();
        file.Recorder.Put(0, 1000, EventKind.GoStart, 1);
        file.Recorder.Flush(0);
        file.Recorder.Put(1, 1500, EventKind.GoStart, 2);   // P1 has not flushed
        file.Feed();
        Assert.Equal(0, file.Ingest.Info.Records);
        file.Recorder.Mark(2000);                            // flushes P1, then says so
        file.Recorder.Put(0, 3000, EventKind.GoBlock, 1, (long)WaitReason.Sleep, 0);
        file.Recorder.Flush(0);                              // sorted: proves the mark
        file.Feed();
        Assert.Equal(3, file.Ingest.Info.Records);           // two starts and the mark itself; the block waits for the next mark
        Assert.Equal([0, 1], file.Ingest.Model.Lanes.Select(l => l.Id));
        Assert.Equal(1000, file.Ingest.Model.Duration);
        file.Ingest.Complete();
        Assert.Equal(4, file.Ingest.Info.Records);
        Assert.Equal(0, file.Ingest.Info.LateRecords);
    }

    [Fact]
    public void A_record_from_before_what_was_released_is_read_with_the_time_that_was_reached()
    {
        var file = new Growing();
        file.Recorder.Put(0, 1000, EventKind.GoStart, 1);
        file.Recorder.Mark(5000);
        file.Recorder.Put(0, 6000, EventKind.GoBlock, 1, (long)WaitReason.Sleep, 0);
        file.Recorder.Flush(0);
        file.Feed();
        Assert.Equal(2, file.Ingest.Info.Records);
        file.Recorder.Put(1, 4000, EventKind.GoStart, 2);   // its M was suspended between the clock and the buffer
        file.Recorder.Flush(1);
        file.Feed();
        file.Ingest.Complete();
        Assert.Equal(1, file.Ingest.Info.LateRecords);
        Assert.Equal(4, file.Ingest.Info.Records);
        Assert.Equal(4000, file.Ingest.Model.FindLane(Model.LaneKind.Processor, 1, 1)!.Spans.Single().Start);   // 5000, since the first at 1000
    }

    [Fact]
    public void Leftovers_of_an_earlier_session_are_not_of_this_recording()
    {
        var recorder = new Recorder(generation: 4);
        recorder.Writer.Event(GmpEventSource.ProviderName, GmpEventSource.BatchId, 9, Recorder.Start + 5, true,
            Recorder.Payload(new(1, 0, Generation: 3, Sequence: 17, Recorder.Start - 3_600_000_000_000), [(byte)EventKind.GoStart, 0, 7]));
        recorder.Put(1, 1000, EventKind.GoStart, 1);
        recorder.Put(1, 2000, EventKind.GoDestroy, 1);
        var trace = Load(recorder.ToArray());
        Assert.Equal(1, trace.Info.EarlierRecords);
        Assert.Equal(2, trace.Info.Records);
        Assert.Equal(1000, trace.Info.DurationNs);
        Assert.Single(trace.Model.Goroutines);
        Assert.Equal((4, 4), trace.Info.Generations);
    }

    [Fact]
    public void At_the_same_time_what_has_no_P_comes_first_then_Ps_by_number()
    {
        var recorder = new Recorder();
        // In the file, and by its numbers, P1 stands first: only the rule puts the wake-up before the start.
        recorder.Put(1, 1000, EventKind.GoStart, 2);
        recorder.Put(0, 1000, EventKind.GoStart, 1);
        recorder.Put(-1, 1000, EventKind.GoUnblock, 1, 0, (long)RunQueueKind.Global);
        var trace = Load(recorder.ToArray());
        Assert.Equal([1L, 2L], trace.Model.Goroutines.Select(g => g.Id));
        Assert.Equal(0, trace.Info.RepairedRecords);
        Assert.Equal(GoStatus.Running, trace.Model.Goroutines[0].Status);
    }

    [Fact]
    public void Many_streams_merge_in_order_of_time()
    {
        var random = new Random(3);
        var recorder = new Recorder();
        long[] clock = new long[60];
        long total = 0;
        for (int i = 0; i < 30_000; i++)
        {
            int p = random.Next(clock.Length);
            clock[p] = Math.Max(clock[p], total) + random.Next(3);
            total = clock[p];
            recorder.Put(p, total, (i & 1) == 0 ? EventKind.MSpinBegin : EventKind.GlobalGet, 1);
            if (random.Next(500) == 0)
                recorder.Mark(total);
        }
        var trace = Load(recorder.ToArray());
        Assert.Equal(0, trace.Info.LateRecords);
        Assert.Equal(0, trace.Info.BatchesLost);
        Assert.Equal(30_000, trace.Info.RecordsByKind[(int)EventKind.MSpinBegin] + trace.Info.RecordsByKind[(int)EventKind.GlobalGet]);
        Assert.Equal(60, trace.Model.Lanes.Count);
    }
}
