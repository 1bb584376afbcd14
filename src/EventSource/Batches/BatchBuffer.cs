using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Gmp.Tracing;

/// <summary>
/// The records of one stream until they are flushed. One writer (the M that owns the P), and any thread that flushes from outside.
/// </summary>
/// <remarks>
/// A record is: kind (a byte), ticks since the record before (LEB128), fields. The writer fills the buffer and then publishes its
/// new length; whoever flushes sends what is published and not yet sent, under the lock. Races closed:
/// <list type="bullet">
/// <item>flusher reads a half-written record: it reads only below <c>_length</c>, which is stored with release after the bytes;</item>
/// <item>writer reuses bytes that a flusher sends: the writer resets only under the lock, when the buffer is full or the generation
/// changed, so it waits for one flush at most;</item>
/// <item>two flushers: the lock.</item>
/// </list>
/// Each batch carries the absolute time of its start, so a lost one costs only itself.
/// </remarks>
public sealed unsafe class BatchBuffer
{
    /// <summary>Bytes a stream gathers before its writer flushes: 8 KB keeps a P's pause under 30 us, 99 times in 100.</summary>
    public const int Capacity = 8 * 1024;

    /// <summary>The most UTF-8 bytes of a string that a record carries; longer ones are cut.</summary>
    public const int MaxStringBytes = 512;

    // The longest record: kind, delta, all numbers, all strings with their lengths.
    private const int MaxRecord = 1 + 10 + (EventTable.MaxNumbers * 10) + (EventTable.MaxStrings * (MaxStringBytes + 2));

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Capacity + MaxRecord, pinned: true);
    private readonly byte* _start;
    private readonly IBatchSink _sink;
    private readonly int _scheduler;
    private readonly int _stream;
    private readonly Lock _flushing = new();

    private long _lastTime;      // writer only: the time of the last record
    private int _length;         // published by the writer, read by flushers
    private int _generation;     // written under the lock
    private int _flushed;        // under the lock
    private long _flushedTime;   // under the lock: the time that the first unsent record's delta counts from
    private int _sequence;       // under the lock

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="sink">Where batches go.</param>
    /// <param name="scheduler">The scheduler's number.</param>
    /// <param name="stream">The P, or <see cref="EventTable.NoP"/>.</param>
    public BatchBuffer(IBatchSink sink, int scheduler, int stream)
    {
        _sink = sink;
        _scheduler = scheduler;
        _stream = stream;
        _start = (byte*)Unsafe.AsPointer(ref _bytes[0]);
    }

    /// <summary>The generation of the records that the writer puts now. Writer only.</summary>
    public int Generation => _generation;

    /// <summary>The time of the last record; a record with an earlier one is written with this. Writer only.</summary>
    public long LastTime => _lastTime;

    /// <summary>
    /// Begins a generation: sends what the old one left and restarts the clock chain at <paramref name="time"/>. Writer only.
    /// </summary>
    public void BeginGeneration(int generation, long time)
    {
        lock (_flushing)
        {
            Send(_length, _lastTime);
            _length = _flushed = 0;
            _generation = generation;
            _lastTime = Math.Max(time, _lastTime);
            _flushedTime = _lastTime;
        }
    }

    /// <summary>Puts a record without fields. Writer only, as all that follow.</summary>
    public void Put(EventKind kind, long time) => Publish(Begin(kind, time));

    /// <summary>Puts a record with one number that is not negative.</summary>
    public void Put(EventKind kind, long time, ulong a) => Publish(Var(Begin(kind, time), a));

    /// <summary>Puts a record with two numbers that are not negative.</summary>
    public void Put(EventKind kind, long time, ulong a, ulong b) => Publish(Var(Var(Begin(kind, time), a), b));

    /// <summary>Puts a record with three numbers that are not negative.</summary>
    public void Put(EventKind kind, long time, ulong a, ulong b, ulong c) => Publish(Var(Var(Var(Begin(kind, time), a), b), c));

    /// <summary>Puts any record by its row of the table. Slower; for rare events and those with strings.</summary>
    /// <exception cref="ArgumentException">The counts are not those of the row.</exception>
    public void Put(EventSpec spec, long time, ReadOnlySpan<long> numbers, string? first = null, string? second = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (numbers.Length != spec.NumberCount)
            throw new ArgumentException($"{spec.Name} has {spec.NumberCount} numbers, not {numbers.Length}.", nameof(numbers));
        byte* b = Begin(spec.Kind, time);
        for (int i = 0; i < numbers.Length; i++)
            b = Var(b, spec.Fields[i].Type == FieldType.Int ? ZigZag(numbers[i]) : (ulong)numbers[i]);
        if (spec.StringCount > 0)
            b = Text(b, first);
        if (spec.StringCount > 1)
            b = Text(b, second);
        Publish(b);
    }

    /// <summary>Sends what is published and not yet sent. Any thread.</summary>
    public void Flush()
    {
        lock (_flushing)
        {
            int published = Volatile.Read(ref _length);
            if (published > _flushed)
                Send(published, LastTimeBelow(published));
        }
    }

    private byte* Begin(EventKind kind, long time)
    {
        long delta = time - _lastTime;
        if (delta < 0)
            delta = 0;   // another core's clock was read first; order in a stream is the order of writing
        _lastTime += delta;
        byte* b = _start + _length;
        *b++ = (byte)kind;
        return Var(b, (ulong)delta);
    }

    private void Publish(byte* end)
    {
        int length = (int)(end - _start);
        Debug.Assert(length <= Capacity + MaxRecord);
        // Release: a flusher that sees this length sees the bytes below it.
        Volatile.Write(ref _length, length);
        if (length >= Capacity)
            SendFull();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SendFull()
    {
        lock (_flushing)
        {
            Send(_length, _lastTime);
            _length = _flushed = 0;
        }
    }

    // The lock is held. What lies below `published` is complete; its last record has the time `last`.
    private void Send(int published, long last)
    {
        if (published > _flushed)
        {
            var unsent = new ReadOnlySpan<byte>(_start + _flushed, published - _flushed);
            _sink.Emit(new BatchHeader(_scheduler, _stream, _generation, _sequence++, _flushedTime), unsent);
            _flushed = published;
        }
        _flushedTime = last;
    }

    // For who is not the writer: that one may have gone on past `published`, and _lastTime with it. So the records tell it, which costs as much as reading
    // them; the writer knows.
    private long LastTimeBelow(int published)
    {
        var records = new BatchDecoder(new ReadOnlySpan<byte>(_start + _flushed, published - _flushed), _flushedTime, BatchSchema.Current);
        while (records.MoveNext())
        {
        }
        return records.Time;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* Var(byte* b, ulong value)
    {
        while (value >= 0x80)
        {
            *b++ = (byte)(value | 0x80);
            value >>= 7;
        }
        *b++ = (byte)value;
        return b;
    }

    private static byte* Text(byte* b, string? text)
    {
        text ??= "";
        // Cut before encoding, at a char that does not split a surrogate pair: a name of 10 MB costs no more than a short one.
        int chars = Math.Min(text.Length, MaxStringBytes / 3);
        if (chars > 0 && chars < text.Length && char.IsHighSurrogate(text[chars - 1]))
            chars--;
        byte* bytes = stackalloc byte[MaxStringBytes];
        int count = Encoding.UTF8.GetBytes(text.AsSpan(0, chars), new Span<byte>(bytes, MaxStringBytes));
        b = Var(b, (ulong)count);
        new ReadOnlySpan<byte>(bytes, count).CopyTo(new Span<byte>(b, count));
        return b + count;
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));
}
