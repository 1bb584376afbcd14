using System.Buffers.Binary;

namespace Gmp.Analysis.Reading.Nettrace;

/// <summary>
/// Reads nettrace version 4 (and 5, which only adds to its metadata) piece by piece, from a source that may still grow: bytes go in through
/// <see cref="Space"/> and <see cref="Fill"/>, whole objects come out at the sink, the rest waits.
/// </summary>
/// <remarks>
/// Damage costs what it hits. Within a block the walk ends where the bytes stop making sense and goes on with the next block; where the
/// chain of objects breaks, the reader looks for the next object it knows. Memory is bounded by the largest block, since a block that
/// claims more than <see cref="MostBlockBytes"/> is damage.
/// </remarks>
internal sealed class NettraceReader(INettraceSink sink)
{
    /// <summary>More than any writer puts into a block: the runtime ends one at 100 KB plus an event of at most 64 KB.</summary>
    private const int MostBlockBytes = 16 << 20;

    private const byte NullTag = 1, BeginTag = 5, EndTag = 6;
    private const int MagicBytes = 8, PrologueBytes = 32;
    private const int TraceBytes = 48;
    private const int MostNameBytes = 32;
    private const int BeforeName = 3 + (3 * sizeof(int));
    private const int MostProviderChars = 1024;

    private readonly Dictionary<int, NettraceEventType> _types = [];
    private readonly CaptureThreads _threads = new();
    private byte[] _buffer = new byte[256 * 1024];
    private int _start;      // the first byte that is not parsed
    private int _end;        // past the last byte that is filled
    private long _offset;    // of _start in the file
    private State _state;
    private int _resyncFrom; // bytes after _start that were searched already
    private ObjectKind _brokenKind;   // while searching: the block at _start whose length is damaged, and
    private int _brokenFrom;          // where its events begin, after _start
    private int _trailer;    // bytes after the end mark that are those of RepairedEnd; -1 once one was not

    private enum State
    {
        Prologue,
        Objects,
        Resync,
        Ended,
    }

    private enum Step
    {
        Done,
        NeedsMore,
        Damaged,
    }

    /// <summary>True once the mark that ends a whole file was read.</summary>
    public bool HasEnded => _state == State.Ended;

    /// <summary>True if a recorder added the end mark, for the stream had broken off. A part of its words is enough: the disk may have been full.</summary>
    public bool IsRepaired => HasEnded && _trailer > 0;

    /// <summary>Bytes that are no part of a readable object.</summary>
    public long DamagedBytes { get; private set; }

    /// <summary>Bytes at the end that are the beginning of an object. After <see cref="Complete"/>.</summary>
    public long CutBytes { get; private set; }

    /// <summary>Events that the target's runtime dropped.</summary>
    public long EventsLost => _threads.Lost;

    /// <summary>Bytes that went in.</summary>
    public long Bytes => _offset + (_end - _start);

    /// <summary>Where to put the next bytes: at least <paramref name="least"/> of them fit.</summary>
    public Span<byte> Space(int least)
    {
        if (_buffer.Length - _end < least)
        {
            int held = _end - _start;
            var target = _buffer.Length - held < least ? new byte[Math.Max(_buffer.Length * 2, held + least)] : _buffer;
            Buffer.BlockCopy(_buffer, _start, target, 0, held);
            _buffer = target;
            _start = 0;
            _end = held;
        }
        return _buffer.AsSpan(_end);
    }

    /// <summary>Says how many bytes were put into <see cref="Space"/>, and reads whatever is whole now.</summary>
    /// <exception cref="TraceFormatException">The bytes are not a nettrace, or of another version.</exception>
    public void Fill(int count)
    {
        _end += count;
        Parse();
    }

    /// <summary>Nothing will follow: reads what is whole in the object that was cut off.</summary>
    /// <exception cref="TraceFormatException">There is too little of it to be a nettrace.</exception>
    public void Complete()
    {
        // An object that seems cut off may be one whose length is damaged: then there are whole ones behind it.
        while (_state is State.Objects or State.Resync && _end > _start)
        {
            if (_state == State.Objects && FindObject(1) < 0)
            {
                ReadCutBlock();
                return;
            }
            Resync(1);
            Parse();
            if (_state == State.Resync)
            {
                // The search knows objects only; the end mark is a byte, which follows the end of an object.
                var rest = _buffer.AsSpan(_start, _end - _start);
                int behind = rest.EndsWith(RepairedEnd.Mark) ? RepairedEnd.Mark.Length : 0;
                rest = rest[..^behind];
                bool hasMark = rest.Length >= 2 && rest[^1] == NullTag && rest[^2] == EndTag;
                SkipTo(hasMark ? rest.Length - 1 : rest.Length + behind);
                if (hasMark)
                {
                    Consume(1);
                    _state = State.Ended;
                    ReadTrailer();
                }
                return;
            }
        }
        if (_state == State.Prologue)
            throw _end == _start ? Empty() : NotATrace();
    }

    private static TraceFormatException Empty() =>
        new(TraceFault.Empty, "The trace is empty: nothing was recorded into it.");

    private static TraceFormatException NotATrace(ReadOnlySpan<byte> first = default) =>
        new(TraceFault.NotATrace, $"This is {OtherFormats.Name(first) ?? "not a .nettrace file:"} record one with 'dotnet gmp-trace collect'.");

    private void Parse()
    {
        while (_state != State.Ended)
        {
            var step = _state switch
            {
                State.Prologue => ReadPrologue(),
                State.Resync => FindNextObject(),
                _ => ReadObject(),
            };
            if (step == Step.NeedsMore)
                return;
            if (step == Step.Damaged)
                Resync(1);
        }
        ReadTrailer();
    }

    // What follows the end mark is not part of the trace, but it may tell who wrote the mark.
    private void ReadTrailer()
    {
        foreach (byte b in _buffer.AsSpan(_start, _end - _start))
            _trailer = _trailer >= 0 && _trailer < RepairedEnd.Mark.Length && b == RepairedEnd.Mark[_trailer] ? _trailer + 1 : -1;
        Consume(_end - _start);
    }

    private void Consume(int count)
    {
        _start += count;
        _offset += count;
        _resyncFrom = 0;
        _brokenKind = ObjectKind.Unknown;
    }

    private void Resync(int from)
    {
        _state = State.Resync;
        _resyncFrom = from;
        var bytes = _buffer.AsSpan(_start, _end - _start);
        bool isBlock = ReadBegin(bytes, out var kind, out _, out int begin) == Step.Done && kind is ObjectKind.Events or ObjectKind.Metadata;
        _brokenKind = isBlock ? kind : ObjectKind.Unknown;
        _brokenFrom = isBlock ? EventsFrom(begin) : 0;
    }

    // A block is its size, zeros up to a multiple of 4 of the file, and so many bytes.
    private int EventsFrom(int begin)
    {
        int from = begin + sizeof(int);
        return from + (int)(-(_offset + from) & 3);
    }

    private Step ReadPrologue()
    {
        var bytes = _buffer.AsSpan(_start, _end - _start);
        var magic = "Nettrace"u8;
        int known = Math.Min(bytes.Length, MagicBytes);
        if (!bytes[..known].SequenceEqual(magic[..known]))
        {
            // What .NET Core before 3.0 wrote starts with what follows the magic now.
            if (bytes.Length >= 24 && bytes.Slice(4, 20).SequenceEqual("!FastSerialization.1"u8))
                throw new TraceFormatException(TraceFault.UnsupportedVersion, "This trace was recorded by .NET Core before 3.0, which had no goroutines.");
            throw NotATrace(bytes);
        }
        if (bytes.Length < MagicBytes + sizeof(int))
            return Step.NeedsMore;
        if (BinaryPrimitives.ReadInt32LittleEndian(bytes[MagicBytes..]) == 0)
        {
            if (bytes.Length < MagicBytes + (2 * sizeof(int)))
                return Step.NeedsMore;
            throw OtherVersion(BinaryPrimitives.ReadInt32LittleEndian(bytes[(MagicBytes + sizeof(int))..]));
        }
        if (bytes.Length < PrologueBytes)
            return Step.NeedsMore;
        if (!bytes.Slice(MagicBytes + sizeof(int), 20).SequenceEqual("!FastSerialization.1"u8))
            throw NotATrace();
        Consume(PrologueBytes);
        _state = State.Objects;
        return Step.Done;
    }

    private static TraceFormatException OtherVersion(int version) => version < 4
        ? new(TraceFault.UnsupportedVersion,
            $"This trace has version {version} of the nettrace format, which only previews of .NET Core 3.0 wrote: record it anew with 'dotnet gmp-trace collect'.")
        : new(TraceFault.UnsupportedVersion, $"This trace has version {version} of the nettrace format, and only versions 4 and 5 can be read while they are written.")
        {
            IsOfNewerVersion = true,
        };

    // The bytes at _start are an object, the end mark, or damage.
    private Step ReadObject()
    {
        var bytes = _buffer.AsSpan(_start, _end - _start);
        if (bytes.IsEmpty)
            return Step.NeedsMore;
        if (bytes[0] == NullTag)
        {
            Consume(1);
            _state = State.Ended;
            return Step.Done;
        }
        var step = ReadBegin(bytes, out var kind, out int version, out int begin);
        if (step != Step.Done)
            return step;
        if (kind == ObjectKind.Unknown)
            return Step.Damaged;
        if (kind == ObjectKind.Trace)
        {
            if (bytes.Length < begin + TraceBytes + 1)
                return Step.NeedsMore;
            if (bytes[begin + TraceBytes] != EndTag)
                return Step.Damaged;
            ReadTrace(bytes.Slice(begin, TraceBytes), version);
            Consume(begin + TraceBytes + 1);
            return Step.Done;
        }
        if (!PlaceBlock(bytes, begin, out int from, out int size, out bool absurd))
            return absurd ? Step.Damaged : Step.NeedsMore;
        if (bytes.Length < from + size + 1)
            return Step.NeedsMore;
        if (bytes[from + size] != EndTag)
            return Step.Damaged;
        ReadBlock(kind, bytes.Slice(from, size), out int read);
        DamagedBytes += size - read;
        Consume(from + size + 1);
        return Step.Done;
    }

    private static Step ReadBegin(ReadOnlySpan<byte> bytes, out ObjectKind kind, out int version, out int length)
    {
        kind = ObjectKind.Unknown;
        version = length = 0;
        ReadOnlySpan<byte> tags = [BeginTag, BeginTag, NullTag];
        int known = Math.Min(bytes.Length, tags.Length);
        if (!bytes[..known].SequenceEqual(tags[..known]))
            return Step.Damaged;
        if (bytes.Length < BeforeName)
            return Step.NeedsMore;
        version = BinaryPrimitives.ReadInt32LittleEndian(bytes[3..]);
        int nameLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[(BeforeName - sizeof(int))..]);
        if (nameLength is <= 0 or > MostNameBytes)
            return Step.Damaged;
        length = BeforeName + nameLength + 1;
        if (bytes.Length < length)
            return Step.NeedsMore;
        if (bytes[length - 1] != EndTag)
            return Step.Damaged;
        var name = bytes.Slice(BeforeName, nameLength);
        kind = name.SequenceEqual("EventBlock"u8) ? ObjectKind.Events
            : name.SequenceEqual("MetadataBlock"u8) ? ObjectKind.Metadata
            : name.SequenceEqual("StackBlock"u8) ? ObjectKind.Stacks
            : name.SequenceEqual("SPBlock"u8) ? ObjectKind.SequencePoint
            : name.SequenceEqual("Trace"u8) ? ObjectKind.Trace
            : ObjectKind.Unknown;
        return Step.Done;
    }

    private bool PlaceBlock(ReadOnlySpan<byte> bytes, int begin, out int from, out int size, out bool absurd)
    {
        from = size = 0;
        absurd = false;
        if (bytes.Length < begin + sizeof(int))
            return false;
        size = BinaryPrimitives.ReadInt32LittleEndian(bytes[begin..]);
        absurd = size is < 0 or > MostBlockBytes;
        from = EventsFrom(begin);
        return !absurd;
    }

    private void ReadTrace(ReadOnlySpan<byte> bytes, int version)
    {
        if (version is < 4 or > 5)
            throw OtherVersion(version);
        int ReadShort(ReadOnlySpan<byte> b, int index) => BinaryPrimitives.ReadInt16LittleEndian(b[(index * sizeof(short))..]);
        DateTime? utc = null;
        // Year, month, day of the week, day, hour, minute, second, millisecond.
        int year = ReadShort(bytes, 0), month = ReadShort(bytes, 1), day = ReadShort(bytes, 3);
        if (year is > 2000 and < 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month))
        {
            utc = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc)
                .AddHours(ReadShort(bytes, 4)).AddMinutes(ReadShort(bytes, 5)).AddSeconds(ReadShort(bytes, 6)).AddMilliseconds(ReadShort(bytes, 7));
        }
        sink.OnTrace(new NettraceHeader(version, utc, BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]), BinaryPrimitives.ReadInt32LittleEndian(bytes[36..])));
    }

    private void ReadBlock(ObjectKind kind, ReadOnlySpan<byte> block, out int read)
    {
        read = block.Length;
        switch (kind)
        {
            case ObjectKind.Events:
                var events = new EventBlobs(block);
                while (events.MoveNext())
                {
                    _threads.Event(events.CaptureThread, events.SequenceNumber);
                    sink.OnEvent(new NettraceEvent(_types.GetValueOrDefault(events.MetadataId), events.Timestamp, events.IsSorted, events.Thread, events.Stack), events.Payload);
                }
                read = events.IsCorrupt ? events.Position : block.Length;
                break;
            case ObjectKind.Metadata:
                var records = new EventBlobs(block);
                while (records.MoveNext())
                    Define(records.Payload);
                read = records.IsCorrupt ? records.Position : block.Length;
                break;
            case ObjectKind.Stacks:
                var stacks = new ByteWalker(block);
                if (stacks.Int32(out int first) && stacks.Int32(out int count))
                    sink.OnStacks(first, count, block[stacks.Position..]);
                break;
            case ObjectKind.SequencePoint:
                var point = new ByteWalker(block);
                if (!point.Int64(out long timestamp) || !point.Int32(out int threads))
                    break;
                for (int i = 0; i < threads && point.Int64(out long thread) && point.Int32(out int number); i++)
                    _threads.Checkpoint(thread, number);
                sink.OnSortedUpTo(timestamp);
                break;
        }
    }

    private void Define(ReadOnlySpan<byte> record)
    {
        var walk = new ByteWalker(record);
        if (walk.Int32(out int metadataId) && walk.Utf16(MostProviderChars, out string provider) && walk.Int32(out int eventId))
            _types[metadataId] = new NettraceEventType(provider, eventId);
    }

    private Step FindNextObject()
    {
        int found = FindObject(_resyncFrom);
        if (found < 0)
        {
            // The beginning of an object may stand at the end; nothing before can be one.
            int searched = Math.Max(_resyncFrom, _end - _start - (BeforeName + MostNameBytes));
            if (_brokenKind != ObjectKind.Unknown && searched < MostBlockBytes)
            {
                _resyncFrom = searched;   // its events are read when it is known where they end
                return Step.NeedsMore;
            }
            DamagedBytes += searched;
            Consume(searched);
            return Step.NeedsMore;
        }
        SkipTo(found);
        _state = State.Objects;
        return Step.Done;
    }

    // What lies before `place` is damaged, but for the events of a block whose length alone is: a definition lost would cost every event of its kind.
    private void SkipTo(int place)
    {
        int read = 0;
        if (_brokenKind != ObjectKind.Unknown && place - 1 > _brokenFrom)
            ReadBlock(_brokenKind, _buffer.AsSpan(_start + _brokenFrom, place - 1 - _brokenFrom), out read);
        DamagedBytes += place - read;
        Consume(place);
    }

    // Where the next object begins that has a name this reader knows, from a place after _start on; -1 for none.
    private int FindObject(int from)
    {
        ReadOnlySpan<byte> tags = [BeginTag, BeginTag, NullTag];
        var bytes = _buffer.AsSpan(_start, _end - _start);
        for (int at = from; at < bytes.Length; at++)
        {
            int next = bytes[at..].IndexOf(tags);
            if (next < 0)
                return -1;
            at += next;
            if (ReadBegin(bytes[at..], out var kind, out _, out _) == Step.Done && kind != ObjectKind.Unknown)
                return at;
        }
        return -1;
    }

    // The file ends within this object. Events that are whole are events: a target that was killed has its last words here.
    private void ReadCutBlock()
    {
        var bytes = _buffer.AsSpan(_start, _end - _start);
        int salvaged = 0;
        if (ReadBegin(bytes, out var kind, out _, out int begin) == Step.Done && PlaceBlock(bytes, begin, out int from, out _, out _) && from < bytes.Length
            && kind is ObjectKind.Events or ObjectKind.Metadata)
        {
            ReadBlock(kind, bytes[from..], out int read);
            salvaged = from + read;
        }
        CutBytes = bytes.Length - salvaged;
        Consume(bytes.Length);
    }

    private enum ObjectKind
    {
        Unknown,
        Trace,
        Events,
        Metadata,
        Stacks,
        SequencePoint,
    }
}
