using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.Tracing;
using System.Text;

namespace Gmp.Tracing;

/// <summary>
/// Writes a .nettrace file of version 4, as .NET's EventPipe does, with the events of one thread in the order in which they come.
/// </summary>
/// <remarks>
/// The format: a row of objects, each with its type's name; blocks start at a multiple of four of the file; an event is a header of flags and varints,
/// of which what the event before had is left out, and its payload. One thread at a time.
/// </remarks>
internal sealed class NettraceWriter(Stream output)
{
    /// <summary>A block is sent when it has come to this: about as much as the runtime's own.</summary>
    private const int FullBlock = 128 * 1024;

    private const byte NullTag = 1, BeginTag = 5, EndTag = 6;
    private const int BlockHeaderBytes = 20;
    private const int CaptureThread = 1;

    // Of an event's header.
    private const byte HasMetadata = 1, HasSequence = 2, HasThread = 4, IsSorted = 64, HasSize = 128;

    // Of a metadata record's field.
    private const int Int32Code = 9, Int64Code = 11, StringCode = 18;

    private readonly ArrayBufferWriter<byte> _block = new(FullBlock + (64 * 1024));
    private long _position;
    private int _sequence;
    private int _lastMetadata;
    private int _lastSize;
    private long _lastTime;
    private long _firstTime;
    private int _eventsInBlock;

    /// <summary>Writes what stands first: the moment that times count from and the definitions of the events.</summary>
    public void Begin(TraceOrigin origin, long ticks)
    {
        var utc = origin.UtcOf(ticks);
        Write("Nettrace"u8);
        Int32(20);
        Write("!FastSerialization.1"u8);
        Begin("Trace"u8, 4);
        foreach (int part in (ReadOnlySpan<int>)[utc.Year, utc.Month, (int)utc.DayOfWeek, utc.Day, utc.Hour, utc.Minute, utc.Second, utc.Millisecond])
            Int16((short)part);
        Int64(ticks);
        Int64(origin.Frequency);
        Int32(nint.Size);
        Int32(origin.ProcessId);
        Int32(Environment.ProcessorCount);
        Int32(0);   // no CPU samples
        Write([EndTag]);
        _lastTime = ticks;
        Define(GmpEventSource.HelloId, nameof(GmpEventSource.Hello), (long)(GmpEventSource.Keywords.Transitions | GmpEventSource.Keywords.Batches
            | GmpEventSource.Keywords.Status | GmpEventSource.Keywords.Heartbeat | GmpEventSource.Keywords.Flush),
            ("formatVersion", Int32Code), ("processId", Int32Code), ("timestamp", Int64Code), ("frequency", Int64Code), ("generation", Int32Code),
            ("utcTicks", Int64Code), ("runtime", StringCode), ("schema", StringCode));
        // The runtime has no way to describe an array of bytes, and leaves the fields out.
        Define(GmpEventSource.BatchId, nameof(GmpEventSource.Batch), (long)GmpEventSource.Keywords.Batches);
    }

    /// <summary>Writes an event of the provider.</summary>
    /// <param name="id">The event's id, which is also the number of its definition in this file.</param>
    /// <param name="time">When it was written, in ticks; not before the last one's.</param>
    /// <param name="payload">Its fields.</param>
    public void Event(int id, long time, ReadOnlySpan<byte> payload)
    {
        time = Math.Max(time, _lastTime);
        if (_eventsInBlock++ == 0)
        {
            _firstTime = time;
            (_lastMetadata, _lastSize, _lastTime) = (0, 0, 0);
        }
        // Who reads the file without its beginning in mind finds thread and number at each block's start.
        byte flags = IsSorted;
        flags |= id != _lastMetadata ? HasMetadata : (byte)0;
        flags |= _eventsInBlock == 1 ? (byte)(HasSequence | HasThread) : (byte)0;
        flags |= payload.Length != _lastSize ? HasSize : (byte)0;
        _block.Write([flags]);
        if ((flags & HasMetadata) != 0)
            Var((ulong)id);
        if ((flags & HasSequence) != 0)
        {
            Var((ulong)_sequence);   // what is added to 0; the event itself adds one
            Var(CaptureThread);
            Var(0);
        }
        if ((flags & HasThread) != 0)
            Var(CaptureThread);
        Var((ulong)(time - _lastTime));
        if ((flags & HasSize) != 0)
            Var((ulong)payload.Length);
        _block.Write(payload);
        _sequence++;
        (_lastMetadata, _lastSize, _lastTime) = (id, payload.Length, time);
        if (_block.WrittenCount >= FullBlock)
            EndEvents();
    }

    /// <summary>Writes what stands last.</summary>
    public void End()
    {
        EndEvents();
        // What number the thread has come to: nothing is lost.
        Span<byte> point = stackalloc byte[24];
        BinaryPrimitives.WriteInt64LittleEndian(point, _lastTime);
        BinaryPrimitives.WriteInt32LittleEndian(point[8..], 1);
        BinaryPrimitives.WriteInt64LittleEndian(point[12..], CaptureThread);
        BinaryPrimitives.WriteInt32LittleEndian(point[20..], _sequence);
        Block("SPBlock"u8, [], point);
        Write([NullTag]);
        output.Flush();
    }

    private void Define(int id, string name, long keywords, params ReadOnlySpan<(string Name, int Type)> fields)
    {
        var record = new ArrayBufferWriter<byte>();
        Int32To(record, id);
        TextTo(record, GmpEventSource.ProviderName);
        Int32To(record, id);
        TextTo(record, name);
        BinaryPrimitives.WriteInt64LittleEndian(record.GetSpan(8), keywords);
        record.Advance(8);
        Int32To(record, 0);   // version
        Int32To(record, (int)EventLevel.Informational);
        Int32To(record, fields.Length);
        foreach (var field in fields)
        {
            Int32To(record, field.Type);
            TextTo(record, field.Name);
        }
        _block.Write([HasSize]);
        Var(0);
        Var((ulong)record.WrittenCount);
        _block.Write(record.WrittenSpan);
        EndBlock("MetadataBlock"u8, _lastTime, _lastTime);
    }

    private void EndEvents()
    {
        if (_eventsInBlock == 0)
            return;
        EndBlock("EventBlock"u8, _firstTime, _lastTime);
        _eventsInBlock = 0;
    }

    private void EndBlock(ReadOnlySpan<byte> type, long first, long last)
    {
        Span<byte> header = stackalloc byte[BlockHeaderBytes];
        BinaryPrimitives.WriteInt16LittleEndian(header, BlockHeaderBytes);
        BinaryPrimitives.WriteInt16LittleEndian(header[2..], 1);   // headers of events are shortened
        BinaryPrimitives.WriteInt64LittleEndian(header[4..], first);
        BinaryPrimitives.WriteInt64LittleEndian(header[12..], last);
        Block(type, header, _block.WrittenSpan);
        _block.ResetWrittenCount();
    }

    private void Block(ReadOnlySpan<byte> type, ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
    {
        Begin(type, 2);
        Int32(header.Length + body.Length);
        ReadOnlySpan<byte> padding = [0, 0, 0];
        Write(padding[..(int)(-_position & 3)]);
        Write(header);
        Write(body);
        Write([EndTag]);
    }

    private void Begin(ReadOnlySpan<byte> type, int version)
    {
        Write([BeginTag, BeginTag, NullTag]);
        Int32(version);
        Int32(version);
        Int32(type.Length);
        Write(type);
        Write([EndTag]);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        _position += bytes.Length;
    }

    private void Int16(short value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(short)];
        BinaryPrimitives.WriteInt16LittleEndian(bytes, value);
        Write(bytes);
    }

    private void Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        Write(bytes);
    }

    private void Int64(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Write(bytes);
    }

    private void Var(ulong value)
    {
        var bytes = _block.GetSpan(10);
        int count = 0;
        for (; value >= 0x80; value >>= 7)
            bytes[count++] = (byte)(value | 0x80);
        bytes[count++] = (byte)value;
        _block.Advance(count);
    }

    private static void Int32To(ArrayBufferWriter<byte> record, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record.GetSpan(sizeof(int)), value);
        record.Advance(sizeof(int));
    }

    /// <summary>UTF-16, ended by a zero.</summary>
    internal static void TextTo(ArrayBufferWriter<byte> record, string text)
    {
        int count = Encoding.Unicode.GetBytes(text, record.GetSpan((text.Length + 1) * sizeof(char)));
        record.Advance(count);
        record.Write<byte>([0, 0]);
    }
}
