using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Gmp.Tracing;

namespace Gmp.Analysis.Tests.Crafting;

/// <summary>
/// Writes nettrace version 4 as the runtime does, into memory, so that tests can craft what no recording would give: gaps, disorder, damage.
/// Written from the format's description and not from our reader, which it is to test.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Memory streams hold nothing to dispose of.")]
internal sealed class NettraceWriter
{
    private readonly MemoryStream _bytes = new();
    private readonly MemoryStream _events = new();
    private readonly Dictionary<(string, int), int> _ids = [];
    private readonly Dictionary<long, int> _sequence = [];
    private Header _last;
    private bool _hasStacks;

    private record struct Header(int Metadata, int Sequence, long Thread, long Time, int Size);

    public NettraceWriter(int version = 4, int pid = 4242, long frequency = 1_000_000_000, long start = 0)
    {
        _bytes.Write("Nettrace"u8);
        Int32(_bytes, 20);
        _bytes.Write("!FastSerialization.1"u8);
        Begin("Trace", version);
        foreach (short part in (ReadOnlySpan<short>)[2026, 1, 4, 1, 12, 30, 15, 250])
            Int16(_bytes, part);
        Int64(_bytes, start);
        Int64(_bytes, frequency);
        Int32(_bytes, 8);
        Int32(_bytes, pid);
        Int32(_bytes, 2);
        Int32(_bytes, 0);
        _bytes.WriteByte(6);
    }

    /// <summary>Where blocks ended, so far.</summary>
    public List<long> BlockEnds { get; } = [];

    /// <summary>The gap before the next event of a thread: so many were dropped.</summary>
    public void Drop(long thread, int count) => _sequence[thread] = _sequence.GetValueOrDefault(thread) + count;

    /// <summary>Adds an event to the open block.</summary>
    /// <remarks>With a stack, the event is about <paramref name="about"/>, as a sampler's are.</remarks>
    public void Event(string provider, int id, long thread, long time, bool sorted, ReadOnlySpan<byte> payload, int stack = 0, long? about = null)
    {
        if (!_ids.TryGetValue((provider, id), out int metadata))
        {
            _ids[(provider, id)] = metadata = _ids.Count + 1;
            Metadata(metadata, provider, id);
        }
        int sequence = _sequence[thread] = _sequence.GetValueOrDefault(thread) + 1;
        int flags = (sorted ? 64 : 0) | 4;
        flags |= metadata != _last.Metadata ? 1 : 0;
        flags |= thread != _last.Thread || sequence != _last.Sequence + 1 ? 2 : 0;
        flags |= payload.Length != _last.Size ? 128 : 0;
        flags |= stack != 0 || _hasStacks ? 8 : 0;
        _hasStacks |= stack != 0;
        _events.WriteByte((byte)flags);
        if ((flags & 1) != 0)
            Var(_events, (ulong)metadata);
        if ((flags & 2) != 0)
        {
            Var(_events, (uint)(sequence - 1 - _last.Sequence));
            Var(_events, (ulong)thread);
            Var(_events, 0);
        }
        Var(_events, (ulong)(about ?? thread));
        if ((flags & 8) != 0)
            Var(_events, (ulong)stack);
        Var(_events, (ulong)(time - _last.Time));
        if ((flags & 128) != 0)
            Var(_events, (ulong)payload.Length);
        _events.Write(payload);
        _last = new Header(metadata, sequence, thread, time, payload.Length);
    }

    /// <summary>Ends the open event block.</summary>
    public void EndBlock()
    {
        if (_events.Length == 0)
            return;
        Block("EventBlock", _events.ToArray());
        _events.SetLength(0);
        _last = default;
    }

    /// <summary>Writes a sequence point: what number each thread has come to.</summary>
    public void SequencePoint(long time)
    {
        EndBlock();
        var body = new MemoryStream();
        Int64(body, time);
        Int32(body, _sequence.Count);
        foreach (var (thread, number) in _sequence)
        {
            Int64(body, thread);
            Int32(body, number);
        }
        RawBlock("SPBlock", body.ToArray());
    }

    /// <summary>An object that readers of version 4 do not know.</summary>
    public void StackBlock()
    {
        EndBlock();
        RawBlock("StackBlock", new byte[12]);
    }

    /// <summary>Stacks that later events name by numbers: return addresses, the innermost first.</summary>
    public void Stacks(int first, params ulong[][] stacks)
    {
        EndBlock();
        var body = new MemoryStream();
        Int32(body, first);
        Int32(body, stacks.Length);
        foreach (ulong[] stack in stacks)
        {
            Int32(body, stack.Length * sizeof(ulong));
            foreach (ulong address in stack)
                Int64(body, (long)address);
        }
        RawBlock("StackBlock", body.ToArray());
    }

    /// <summary>The file.</summary>
    public byte[] ToArray(bool endMark = true)
    {
        EndBlock();
        if (!endMark)
            return _bytes.ToArray();
        byte[] whole = new byte[_bytes.Length + 1];
        _bytes.ToArray().CopyTo(whole, 0);
        whole[^1] = 1;
        return whole;
    }

    private void Metadata(int id, string provider, int eventId)
    {
        var body = new MemoryStream();
        Int32(body, id);
        Utf16(body, provider);
        Int32(body, eventId);
        Utf16(body, "");
        Int64(body, 0);
        Int32(body, 0);
        Int32(body, 4);
        Int32(body, 0);
        var blob = new MemoryStream();
        blob.WriteByte(128);
        Var(blob, 0);
        Var(blob, (ulong)body.Length);
        blob.Write(body.ToArray());
        // The open events go out first: the file's order is the order of writing.
        EndBlock();
        Block("MetadataBlock", blob.ToArray());
    }

    private void Block(string name, byte[] blobs)
    {
        byte[] block = new byte[20 + blobs.Length];
        BinaryPrimitives.WriteInt16LittleEndian(block, 20);
        BinaryPrimitives.WriteInt16LittleEndian(block.AsSpan(2), 1);
        blobs.CopyTo(block, 20);
        RawBlock(name, block);
    }

    private void RawBlock(string name, byte[] block)
    {
        Begin(name, 2);
        Int32(_bytes, block.Length);
        while (_bytes.Position % 4 != 0)
            _bytes.WriteByte(0);
        _bytes.Write(block);
        _bytes.WriteByte(6);
        BlockEnds.Add(_bytes.Position);
    }

    private void Begin(string name, int version)
    {
        _bytes.Write([5, 5, 1]);
        Int32(_bytes, version);
        Int32(_bytes, version);
        Int32(_bytes, name.Length);
        _bytes.Write(Encoding.UTF8.GetBytes(name));
        _bytes.WriteByte(6);
    }

    public static void Int16(Stream to, short value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteInt16LittleEndian(bytes, value);
        to.Write(bytes);
    }

    public static void Int32(Stream to, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        to.Write(bytes);
    }

    public static void Int64(Stream to, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        to.Write(bytes);
    }

    public static void Utf16(Stream to, string value) => to.Write(Encoding.Unicode.GetBytes(value + "\0"));

    private static void Var(Stream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            to.WriteByte((byte)(value | 0x80));
        to.WriteByte((byte)value);
    }
}
