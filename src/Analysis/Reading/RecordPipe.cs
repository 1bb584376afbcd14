using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Gmp.Analysis.Reading.Ordering;
using Gmp.Tracing;

namespace Gmp.Analysis.Reading;

/// <summary>
/// Carries ordered records from the thread that reads a file to one that builds the model: reading and ordering take about as long as building, so a second core
/// nearly halves the time. For whole files only: who follows a live trace wants each record at once.
/// </summary>
/// <remarks>
/// Records travel in chunks, with their texts copied, since the bytes of a batch are reused as soon as it is read. The reader owns a chunk until it is in
/// <see cref="_full"/>, the builder from there to <see cref="_free"/>; the collections' locks order the writes of one before the reads of the other.
/// </remarks>
internal sealed class RecordPipe : IDisposable
{
    private const int ChunkRecords = 512;
    private const int Chunks = 16;

    /// <summary>How far ahead of the record that is built the next goroutines are fetched into the cache.</summary>
    private const int FetchAhead = 6;

    private readonly BlockingCollection<Chunk> _full = new(Chunks);
    private readonly BlockingCollection<Chunk> _free = new(Chunks);
    private readonly Thread _builder;
    private Chunk _filling = new();
    private volatile ExceptionDispatchInfo? _failure;

    /// <summary>What an entry of a chunk is.</summary>
    private enum Entry : byte
    {
        Record,
        Loss,
        Tail,
    }

    private struct Head
    {
        public long Ticks;
        public IRecordSink Sink;
        public int Generation;
        public short Stream;
        public Entry Entry;
    }

    private sealed class Chunk
    {
        public readonly Head[] Heads = new Head[ChunkRecords];
        public readonly BatchCursor[] Records = new BatchCursor[ChunkRecords];
        public byte[] Texts = [];
        public int TextBytes;
        public int Count;
    }

    public RecordPipe()
    {
        for (int i = 1; i < Chunks; i++)
            _free.Add(new Chunk());
        _builder = new Thread(Build) { IsBackground = true, Name = "gmp-trace model" };
        _builder.Start();
    }

    /// <summary>Where a reader puts what is meant for a sink.</summary>
    /// <param name="sink">Who gets it, on the builder's thread.</param>
    public Inlet To(IRecordSink sink) => new(this, sink);

    /// <summary>Nothing will follow: waits until everything was built.</summary>
    /// <exception cref="Exception">What building threw.</exception>
    public void Complete()
    {
        if (_filling.Count > 0)
            Send();
        _full.CompleteAdding();
        _builder.Join();
        _failure?.Throw();
    }

    /// <summary>Ends the builder's thread, whatever it has left.</summary>
    public void Dispose()
    {
        _full.CompleteAdding();
        _builder.Join();
        _full.Dispose();
        _free.Dispose();
    }

    private ref BatchCursor Put(Entry entry, IRecordSink sink, int stream, int generation, long ticks)
    {
        if (_filling.Count == ChunkRecords)
            Send();
        var chunk = _filling;
        int at = chunk.Count++;
        ref var head = ref chunk.Heads[at];
        (head.Ticks, head.Generation, head.Stream, head.Entry) = (ticks, generation, (short)stream, entry);
        if (head.Sink != sink)
            head.Sink = sink;
        return ref chunk.Records[at];
    }

    private void Send()
    {
        _full.Add(_filling);
        _filling = _free.Take();
        _failure?.Throw();
    }

    private void Build()
    {
        foreach (var chunk in _full.GetConsumingEnumerable())
        {
            try
            {
                // After a failure chunks only go round, so that the reader does not wait for ever before it hears of it.
                if (_failure is null)
                    Build(chunk);
            }
            catch (Exception e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }
            chunk.Count = 0;
            chunk.TextBytes = 0;
            _free.Add(chunk);
        }
    }

    private static void Build(Chunk chunk)
    {
        for (int i = 0; i < chunk.Count; i++)
        {
            ref var head = ref chunk.Heads[i];
            if (i + FetchAhead < chunk.Count)
                chunk.Heads[i + FetchAhead].Sink.Expect(chunk.Records[i + FetchAhead].Number(0));
            switch (head.Entry)
            {
                case Entry.Record:
                    head.Sink.Record(head.Stream, head.Generation, head.Ticks, in chunk.Records[i]);
                    break;
                case Entry.Loss:
                    head.Sink.Loss(head.Stream, head.Ticks);
                    break;
                default:
                    head.Sink.BeginTail();
                    break;
            }
        }
    }

    /// <summary>The reader's end, for one scheduler.</summary>
    internal sealed class Inlet(RecordPipe pipe, IRecordSink sink) : IRecordSink
    {
        public void Record(int stream, int generation, long ticks, in BatchCursor fields)
        {
            ref var copy = ref pipe.Put(Entry.Record, sink, stream, generation, ticks);
            fields.CopyTo(ref copy, ref pipe._filling.Texts, ref pipe._filling.TextBytes);
        }

        public void Loss(int stream, long lastTicks) => pipe.Put(Entry.Loss, sink, stream, 0, lastTicks);

        public void BeginTail() => pipe.Put(Entry.Tail, sink, 0, 0, 0);
    }
}
