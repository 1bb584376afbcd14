namespace Gmp.Analysis.Reading.Nettrace;

/// <summary>
/// Walks the events of one event or metadata block, both encodings of the header. Never throws: bad bytes end the walk with
/// <see cref="IsCorrupt"/> set.
/// </summary>
internal ref struct EventBlobs
{
    private const int LeastHeader = 4;
    private const ushort CompressedFlag = 1;

    // Bits of the first byte of a compressed header: which fields follow, the others being those of the event before.
    private const int HasMetadataId = 1, HasCapture = 2, HasThread = 4, HasStack = 8, HasActivity = 16, HasRelated = 32, Sorted = 64, HasSize = 128;
    private const int GuidBytes = 16;

    private readonly bool _compressed;
    private ByteWalker _walk;
    private ulong _size;

    /// <summary>Starts before the first event.</summary>
    /// <param name="block">The block after its size and padding, from its own header on.</param>
    public EventBlobs(ReadOnlySpan<byte> block)
    {
        _walk = new ByteWalker(block);
        if (!_walk.Int16(out short headerSize) || headerSize < LeastHeader || !_walk.Int16(out short flags) || !_walk.Skip(headerSize - LeastHeader))
        {
            IsCorrupt = true;
            return;
        }
        _compressed = (flags & CompressedFlag) != 0;
    }

    /// <summary>The number by which the file's metadata defines this event's kind; 0 for a metadata record itself.</summary>
    public int MetadataId { get; private set; }

    /// <summary>Counts the events of the capture thread, those included that were dropped.</summary>
    public int SequenceNumber { get; private set; }

    /// <summary>The thread that wrote it.</summary>
    public long CaptureThread { get; private set; }

    /// <summary>The thread that it is about: a sampler writes for others.</summary>
    public long Thread { get; private set; }

    /// <summary>The number of its stack, as a block of stacks before it has it; 0 for none.</summary>
    public int Stack { get; private set; }

    /// <summary>When, in ticks.</summary>
    public long Timestamp { get; private set; }

    /// <summary>True if every older event stands before this one.</summary>
    public bool IsSorted { get; private set; }

    /// <summary>The event's own bytes.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>True if the walk ended because the bytes are not events, or stop in the middle of one.</summary>
    public bool IsCorrupt { get; private set; }

    /// <summary>Bytes from the start of the block to the end of the current event.</summary>
    public int Position { get; private set; }

    /// <summary>Goes to the next event.</summary>
    public bool MoveNext()
    {
        if (IsCorrupt || _walk.Left == 0)
            return false;
        if (!(_compressed ? ReadCompressed() : ReadPlain()))
        {
            IsCorrupt = true;
            return false;
        }
        Position = _walk.Position;
        return true;
    }

    private bool ReadCompressed()
    {
        if (!_walk.Byte(out byte flags))
            return false;
        if ((flags & HasMetadataId) != 0)
        {
            if (!_walk.Var64(out ulong id))
                return false;
            MetadataId = (int)id;
        }
        if ((flags & HasCapture) != 0)
        {
            if (!_walk.Var64(out ulong sequence) || !_walk.Var64(out ulong thread) || !_walk.Var64(out _))
                return false;
            SequenceNumber += (int)sequence;
            CaptureThread = (long)thread;
        }
        if (MetadataId != 0)
            SequenceNumber++;
        if ((flags & HasThread) != 0)
        {
            if (!_walk.Var64(out ulong thread))
                return false;
            Thread = (long)thread;
        }
        if ((flags & HasStack) != 0)
        {
            if (!_walk.Var64(out ulong stack))
                return false;
            Stack = (int)stack;
        }
        if (!_walk.Var64(out ulong elapsed))
            return false;
        Timestamp += (long)elapsed;
        if ((flags & HasActivity) != 0 && !_walk.Skip(GuidBytes))
            return false;
        if ((flags & HasRelated) != 0 && !_walk.Skip(GuidBytes))
            return false;
        IsSorted = (flags & Sorted) != 0;
        if ((flags & HasSize) != 0 && !_walk.Var64(out _size))
            return false;
        if (_size > int.MaxValue || !_walk.Take((int)_size, out var payload))
            return false;
        Payload = payload;
        return true;
    }

    private bool ReadPlain()
    {
        const uint SortedBit = 0x8000_0000;
        if (!_walk.Int32(out _) || !_walk.Int32(out int id) || !_walk.Int32(out int sequence) || !_walk.Int64(out long thread)
            || !_walk.Int64(out long captureThread) || !_walk.Skip(sizeof(int)) || !_walk.Int32(out int stack) || !_walk.Int64(out long timestamp)
            || !_walk.Skip(2 * GuidBytes) || !_walk.Int32(out int size) || !_walk.Take(size, out var payload))
            return false;
        MetadataId = (int)((uint)id & ~SortedBit);
        IsSorted = ((uint)id & SortedBit) != 0;
        SequenceNumber = sequence;
        Thread = thread;
        CaptureThread = captureThread;
        Stack = stack;
        Timestamp = timestamp;
        Payload = payload;
        // Blocks start at a multiple of 4 of the file, so the padding can be computed from the place in the block.
        return _walk.Skip(Math.Min(-_walk.Position & 3, _walk.Left));
    }
}
