using System.Buffers.Binary;
using System.Diagnostics;

namespace Gmp.Tracing;

/// <summary>
/// Keeps the last batches in memory, as many as fit, and writes them to a .nettrace file when asked. Thread-safe.
/// </summary>
/// <remarks>
/// <para>Batches are copied into blocks; when all blocks are full, the oldest is emptied and filled again. While a file is written its blocks are not emptied: new ones take
/// their place, so a slow disk never makes a goroutine wait, and for that time up to twice the memory is used.</para>
/// <para>A file starts with a generation of which the ring has everything, since that tells the state of all there was. Whoever feeds the ring begins one
/// whenever <see cref="WantsGeneration"/> says so. Where the ring turns over faster than that, the file has all that there is, and what it does not tell of
/// its first moments a reader must do without.</para>
/// </remarks>
public sealed class BatchRing : IBatchSink
{
    /// <summary>The least that a ring can hold.</summary>
    public const int LeastBytes = LeastBlock * BlocksWanted;

    private const int BlocksWanted = 16;
    private const int LeastBlock = 64 * 1024;   // several of the longest batches: what does not fit in any more is wasted
    private const int MostBlock = 1 << 20;
    private const int EntryHead = sizeof(long) + sizeof(int);

    private readonly Lock _lock = new();
    private readonly Queue<Block> _blocks = new();   // oldest first; the last is being filled
    private readonly int _blockBytes;
    private readonly int _mostBlocks;
    private Block? _filling;
    private int _writers;              // of files, that use the blocks' bytes
    private int _droppedGeneration;    // the newest of which a batch was dropped
    private int _newestGeneration;
    private long _sinceGeneration;     // bytes that came since the newest generation began
    private long _lastTime;

    /// <summary>Makes an empty ring.</summary>
    /// <param name="bytes">How much it holds; committed as it fills.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is less than <see cref="LeastBytes"/>.</exception>
    public BatchRing(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, LeastBytes);
        Capacity = bytes;
        _blockBytes = (int)Math.Clamp(bytes / BlocksWanted, LeastBlock, MostBlock);
        _mostBlocks = (int)Math.Min(bytes / _blockBytes, int.MaxValue);
    }

    /// <summary>How much it holds, bytes.</summary>
    public long Capacity { get; }

    /// <summary>What it holds now, bytes. A moment's truth.</summary>
    public long Length
    {
        get
        {
            lock (_lock)
                return _blocks.Sum(b => (long)b.Length);
        }
    }

    /// <summary>True if the ring has everything of some generation that makes a good part of what it holds: a file begins with that one then.</summary>
    public bool HasWholeGeneration
    {
        get
        {
            lock (_lock)
                return FirstGeneration(Filled(), _droppedGeneration, long.MinValue) > _droppedGeneration;
        }
    }

    /// <summary>True if a quarter of the ring has been filled since the newest generation began: a new one makes files start later than that.</summary>
    public bool WantsGeneration => Volatile.Read(ref _sinceGeneration) >= Capacity / 4;

    /// <inheritdoc/>
    public void Emit(in BatchHeader header, ReadOnlySpan<byte> records) => Keep(header, records, null);

    /// <summary>Takes a batch of another process.</summary>
    /// <param name="header">Which stream it is and where in it.</param>
    /// <param name="records">Its records.</param>
    /// <param name="writtenAt">When that process wrote it, in ticks of its clock; null for now, by this one's.</param>
    public void Keep(in BatchHeader header, ReadOnlySpan<byte> records, long? writtenAt)
    {
        int payload = GmpEventSource.BatchPrefixBytes + records.Length;
        int size = EntryHead + payload;
        if (size > _blockBytes)
            return;
        lock (_lock)
        {
            var block = _filling;
            if (block is null || block.Length + size > _blockBytes)
                block = NextBlock();
            // Under the lock, so that times in the file do not go back.
            _lastTime = Math.Max(_lastTime, writtenAt ?? Stopwatch.GetTimestamp());
            var to = block.Bytes.AsSpan(block.Length, size);
            BinaryPrimitives.WriteInt64LittleEndian(to, _lastTime);
            BinaryPrimitives.WriteInt32LittleEndian(to[8..], payload);
            BinaryPrimitives.WriteInt32LittleEndian(to[12..], header.Scheduler);
            BinaryPrimitives.WriteInt32LittleEndian(to[16..], header.Stream);
            BinaryPrimitives.WriteInt32LittleEndian(to[20..], header.Generation);
            BinaryPrimitives.WriteInt32LittleEndian(to[24..], header.Sequence);
            BinaryPrimitives.WriteInt64LittleEndian(to[28..], header.BaseTime);
            BinaryPrimitives.WriteInt32LittleEndian(to[36..], records.Length);
            records.CopyTo(to[40..]);
            block.Length += size;
            block.LastTime = _lastTime;
            block.NewestGeneration = Math.Max(block.NewestGeneration, header.Generation);
            if (header.Generation > _newestGeneration)
            {
                _newestGeneration = header.Generation;
                Volatile.Write(ref _sinceGeneration, 0);
            }
            Volatile.Write(ref _sinceGeneration, _sinceGeneration + size);
        }
    }

    /// <summary>Forgets what was written before a moment, as far as whole blocks go.</summary>
    /// <param name="ticks">The moment.</param>
    public void DropBefore(long ticks)
    {
        lock (_lock)
        {
            while (_blocks.Count > 1 && _blocks.Peek().LastTime < ticks)
                DropOldest();
        }
    }

    /// <summary>Writes a whole .nettrace file of what is in the ring. Batches that come meanwhile are taken in and not in the file.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void WriteTo(Stream stream) => WriteTo(stream, TraceOrigin.OfThisProcess(), since: long.MinValue);

    /// <summary>Writes a whole .nettrace file of the last stretch of what is in the ring.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="origin">Whose batches they are.</param>
    /// <param name="since">The stretch begins at this moment, or earlier if no generation begins there: in ticks of that process.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void WriteTo(Stream stream, TraceOrigin origin, long since)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(origin);
        ReadOnlyMemory<byte>[] blocks;
        int dropped;
        lock (_lock)
        {
            // What lies below a block's length is not written again until it is emptied, which the count forbids.
            blocks = Filled();
            dropped = _droppedGeneration;
            _writers++;
        }
        try
        {
            int generation = FirstGeneration(blocks, dropped, since);
            Write(stream, blocks, origin, generation, isWhole: generation > dropped);
        }
        finally
        {
            lock (_lock)
                _writers--;
        }
    }

    private ReadOnlyMemory<byte>[] Filled() => [.. _blocks.Select(b => new ReadOnlyMemory<byte>(b.Bytes, 0, b.Length))];

    private Block NextBlock()
    {
        Block? next = null;
        if (_blocks.Count == _mostBlocks)
            next = DropOldest();
        try
        {
            next ??= new Block(GC.AllocateUninitializedArray<byte>(_blockBytes));
        }
        catch (OutOfMemoryException) when (_blocks.Count > 0 && _writers == 0)
        {
            // The ring is smaller then; a goroutine that only wanted to switch must not end for it.
            next = DropOldest()!;
        }
        (next.Length, next.NewestGeneration) = (0, 0);
        _blocks.Enqueue(next);
        return _filling = next;
    }

    private Block? DropOldest()
    {
        var oldest = _blocks.Dequeue();
        _droppedGeneration = Math.Max(_droppedGeneration, oldest.NewestGeneration);
        return _writers == 0 ? oldest : null;
    }

    // The newest that begins before the wanted moment and of which nothing was dropped; else the oldest such, if that leaves out less than three quarters
    // of what there is; else all.
    private static int FirstGeneration(ReadOnlyMemory<byte>[] blocks, int dropped, long since)
    {
        int oldest = int.MaxValue, oldestWhole = int.MaxValue, wanted = 0;
        long bytes = 0, whole = 0;
        var starts = new Dictionary<int, long>();
        foreach (var entry in Entries(blocks))
        {
            int generation = entry.Generation;
            oldest = Math.Min(oldest, generation);
            bytes += entry.Length;
            if (generation <= dropped)
                continue;
            oldestWhole = Math.Min(oldestWhole, generation);
            whole += entry.Length;
            starts[generation] = Math.Min(starts.GetValueOrDefault(generation, long.MaxValue), entry.BaseTime);
        }
        foreach (var (generation, start) in starts)
            wanted = start <= since ? Math.Max(wanted, generation) : wanted;
        return wanted != 0 ? wanted : whole >= bytes / 4 ? oldestWhole : oldest;
    }

    private static void Write(Stream stream, ReadOnlyMemory<byte>[] blocks, TraceOrigin origin, int generation, bool isWhole)
    {
        long start = long.MaxValue;
        foreach (var entry in Entries(blocks))
        {
            if (entry.Generation >= generation)
                start = Math.Min(start, entry.BaseTime);
        }
        // Generation 1 says to readers that they see each stream from its first batch on.
        int told = isWhole ? generation : Math.Max(2, generation);
        if (start == long.MaxValue)
            (start, told) = (origin.Ticks, 1);
        var writer = new NettraceWriter(stream);
        writer.Begin(origin, start);
        writer.Event(GmpEventSource.HelloId, start, origin.Hello(start, told));
        foreach (var entry in Entries(blocks))
        {
            if (entry.Generation >= generation)
                writer.Event(GmpEventSource.BatchId, entry.WrittenAt, entry.Payload);
        }
        writer.End();
    }

    private static EntryEnumerator Entries(ReadOnlyMemory<byte>[] blocks) => new(blocks);

    private sealed class Block(byte[] bytes)
    {
        internal readonly byte[] Bytes = bytes;
        internal int Length;
        internal int NewestGeneration;
        internal long LastTime;
    }

    private readonly ref struct Entry(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        internal int Length => _bytes.Length;

        internal long WrittenAt => BinaryPrimitives.ReadInt64LittleEndian(_bytes);

        internal int Generation => BinaryPrimitives.ReadInt32LittleEndian(_bytes[20..]);

        internal long BaseTime => BinaryPrimitives.ReadInt64LittleEndian(_bytes[28..]);

        internal ReadOnlySpan<byte> Payload => _bytes[EntryHead..];
    }

    private ref struct EntryEnumerator(ReadOnlyMemory<byte>[] blocks)
    {
        private int _block;
        private int _position;
        private int _length;

        public readonly Entry Current => new(blocks[_block].Span.Slice(_position, _length));

        public readonly EntryEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            _position += _length;
            while (_block < blocks.Length && _position >= blocks[_block].Length)
                (_block, _position) = (_block + 1, 0);
            if (_block == blocks.Length)
                return false;
            _length = EntryHead + BinaryPrimitives.ReadInt32LittleEndian(blocks[_block].Span[(_position + sizeof(long))..]);
            return true;
        }
    }
}
