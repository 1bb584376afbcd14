using Gmp.Tracing;

namespace Gmp.Analysis.Tests.Crafting;

/// <summary>
/// Plays a process that is recorded: takes records, packs them as the runtime does, and puts the events into a <see cref="NettraceWriter"/>.
/// </summary>
internal sealed class Recorder : IBatchSink
{
    public const long Start = 5_000_000_000;

    private readonly Dictionary<(int Scheduler, int Stream), BatchBuffer> _buffers = [];
    private readonly HashSet<(int, int)> _dropNext = [];
    private long _now = Start;

    public Recorder(NettraceWriter? writer = null, bool hello = true, int generation = 1, string? schema = null, int formatVersion = EventTable.FormatVersion)
    {
        Writer = writer ?? new NettraceWriter();
        Generation = generation;
        if (hello)
            Hello(generation, schema ?? EventTable.SchemaText, formatVersion);
    }

    public NettraceWriter Writer { get; }

    public int Generation { get; }

    /// <summary>What the recorder adds at the end.</summary>
    public SampleScript Samples { get; } = new();

    /// <summary>Writes events as single transitions and not as batches.</summary>
    public bool AsTransitions { get; init; }

    /// <summary>The thread that the next events are written by; by default one for each stream.</summary>
    public long? Thread { get; set; }

    public void Hello(int generation, string schema, int formatVersion = EventTable.FormatVersion)
    {
        var payload = new MemoryStream();
        NettraceWriter.Int32(payload, formatVersion);
        NettraceWriter.Int32(payload, 4242);
        NettraceWriter.Int64(payload, Start);
        NettraceWriter.Int64(payload, 1_000_000_000);
        NettraceWriter.Int32(payload, generation);
        NettraceWriter.Int64(payload, new DateTime(2026, 1, 4, 12, 30, 15, DateTimeKind.Utc).Ticks);
        NettraceWriter.Utf16(payload, ".NET 10.0.0");
        NettraceWriter.Utf16(payload, schema);
        Writer.Event(GmpEventSource.ProviderName, GmpEventSource.HelloId, 1, Start, sorted: true, payload.ToArray());
    }

    /// <summary>A record, whose time is ns after <see cref="Start"/>.</summary>
    public void Put(int scheduler, int stream, long time, EventKind kind, ReadOnlySpan<long> numbers, string first = "", string second = "")
    {
        var spec = EventTable.Find(kind)!;
        _now = Math.Max(_now, Start + time);
        if (AsTransitions)
        {
            var payload = new MemoryStream();
            NettraceWriter.Int32(payload, scheduler);
            NettraceWriter.Int32(payload, stream);
            NettraceWriter.Int64(payload, Start + time);
            foreach (long number in numbers)
                NettraceWriter.Int64(payload, number);
            if (spec.StringCount > 0)
                NettraceWriter.Utf16(payload, first);
            if (spec.StringCount > 1)
                NettraceWriter.Utf16(payload, second);
            Writer.Event(GmpEventSource.ProviderName, spec.EventId, Thread ?? 10 + stream, Start + time, sorted: false, payload.ToArray());
            return;
        }
        Buffer(scheduler, stream).Put(spec, Start + time, numbers, first, second);
    }

    public void Put(int stream, long time, EventKind kind, params long[] numbers) => Put(1, stream, time, kind, numbers);

    /// <summary>Sends what a stream holds.</summary>
    public void Flush(int stream, int scheduler = 1) => Buffer(scheduler, stream).Flush();

    /// <summary>Sends what every stream holds, then a mark, as sysmon does.</summary>
    public void Mark(long time, int scheduler = 1)
    {
        foreach (var ((s, stream), buffer) in _buffers)
        {
            if (s == scheduler && stream != EventTable.NoP)
                buffer.Flush();
        }
        Put(scheduler, EventTable.NoP, time, EventKind.FlushMark, []);
        Flush(EventTable.NoP, scheduler);
    }

    /// <summary>What the stream holds is numbered and then dropped, as EventPipe does when its buffer is full.</summary>
    public void Lose(int stream, int scheduler = 1)
    {
        _dropNext.Add((scheduler, stream));
        Flush(stream, scheduler);
        _dropNext.Remove((scheduler, stream));
    }

    public byte[] ToArray(bool endMark = true)
    {
        foreach (var buffer in _buffers.Values)
            buffer.Flush();
        return endMark ? Samples.AddTo(Writer.ToArray()) : Writer.ToArray(endMark: false);
    }

    /// <summary>What is in the file so far: what the streams hold is not.</summary>
    public byte[] ToArrayWithoutFlush() => Writer.ToArray(endMark: false);

    private BatchBuffer Buffer(int scheduler, int stream)
    {
        if (_buffers.TryGetValue((scheduler, stream), out var buffer))
            return buffer;
        _buffers[(scheduler, stream)] = buffer = new BatchBuffer(this, scheduler, stream);
        buffer.BeginGeneration(Generation, Start);
        return buffer;
    }

    void IBatchSink.Emit(in BatchHeader header, ReadOnlySpan<byte> records)
    {
        long thread = Thread ?? 10 + header.Stream;
        if (_dropNext.Contains((header.Scheduler, header.Stream)))
        {
            Writer.Drop(thread, 1);
            return;
        }
        Writer.Event(GmpEventSource.ProviderName, GmpEventSource.BatchId, thread, _now++, sorted: true, Payload(header, records));
    }

    public static byte[] Payload(in BatchHeader header, ReadOnlySpan<byte> records)
    {
        var payload = new MemoryStream();
        NettraceWriter.Int32(payload, header.Scheduler);
        NettraceWriter.Int32(payload, header.Stream);
        NettraceWriter.Int32(payload, header.Generation);
        NettraceWriter.Int32(payload, header.Sequence);
        NettraceWriter.Int64(payload, header.BaseTime);
        NettraceWriter.Int32(payload, records.Length);
        payload.Write(records);
        return payload.ToArray();
    }
}
