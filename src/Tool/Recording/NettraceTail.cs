using System.Buffers.Binary;
using Gmp.Analysis.Reading;

namespace Gmp.Tool.Recording;

/// <summary>
/// Gives a recording that broke off an orderly end. A nettrace file is a row of objects and a closing tag; without the tag TraceEvent
/// throws at the end and forgets events that it had read. So the file is cut after its last whole event, the tag is added, and behind it
/// <see cref="RepairedEnd"/>, so that the file itself tells that it ended early.
/// </summary>
internal static class NettraceTail
{
    private const byte NullTag = 1, BeginTag = 5, EndTag = 6;
    private const int MagicBytes = 32;          // "Nettrace", a length, "!FastSerialization.1"
    private const int TraceObjectBytes = 48;
    private const int MaxTypeName = 64;
    private const int BeforeName = 15;          // begin, begin, null, version, least reader, the name's length

    /// <summary>What the end of a file looks like.</summary>
    /// <param name="WholeBytes">Where the last whole object ends; 0 where the file is no nettrace of the known form.</param>
    /// <param name="Blocks">Whole objects after the first, which only describes the trace.</param>
    /// <param name="HasEndTag">The file ends as it should.</param>
    internal readonly record struct State(long WholeBytes, int Blocks, bool HasEndTag);

    /// <summary>Cuts the file after its last whole event and closes it, unless it ends as it should.</summary>
    /// <param name="file">The recording, open for reading and writing.</param>
    /// <param name="isFull">The file cannot grow: what closes it must take the place of what is cut off.</param>
    /// <returns>What the end looked like before.</returns>
    public static State Repair(Stream file, bool isFull = false)
    {
        var state = Inspect(file);
        if (state.HasEndTag || state.WholeBytes == 0)
            return state;
        int room = isFull ? 2 + RepairedEnd.Mark.Length : 0;
        long whole = state.WholeBytes + SaveCutBlock(file, state.WholeBytes, room);
        file.SetLength(whole);
        file.Position = whole;
        // In one write: on a full disk there are either both, or a part that still tells, or the end mark is missing.
        file.Write([NullTag, .. RepairedEnd.Mark]);
        file.Flush();
        return state;
    }

    /// <summary>Adds objects before the end mark of a whole file; what stands behind the mark stays behind it.</summary>
    /// <param name="file">The recording, open for reading and writing.</param>
    /// <param name="write">Writes whole objects from the stream's position on.</param>
    /// <remarks>If that fails the file gets its old end back, as far as the disk lets it. Killed in between, it lacks the mark and is read up to its last whole object.</remarks>
    public static void Add(Stream file, Action<Stream> write)
    {
        var state = Inspect(file);
        file.Position = state.WholeBytes;
        if (state.WholeBytes == 0 || file.ReadByte() != NullTag)
            return;
        file.Position = state.WholeBytes;
        byte[] end = new byte[Math.Min(file.Length - state.WholeBytes, 1 + RepairedEnd.Mark.Length)];
        file.ReadExactly(end);
        file.Position = state.WholeBytes;
        long whole = state.WholeBytes;
        try
        {
            write(file);
            whole = file.Position;
        }
        finally
        {
            file.SetLength(whole);
            file.Position = whole;
            file.Write(end);
            file.Flush();
        }
    }

    /// <summary>Walks the objects by their sizes; the events inside are not looked at.</summary>
    public static State Inspect(Stream file)
    {
        long length = file.Length;
        Span<byte> head = stackalloc byte[MagicBytes];
        file.Position = 0;
        if (file.ReadAtLeast(head, MagicBytes, throwOnEndOfStream: false) < MagicBytes || !head.StartsWith("Nettrace"u8) || !head[12..].SequenceEqual("!FastSerialization.1"u8))
            return default;
        long whole = MagicBytes;
        int objects = 0;
        while (true)
        {
            file.Position = whole;
            int tag = file.ReadByte();
            if (tag == NullTag)
                return new State(whole, Blocks(objects), HasEndTag: whole + 1 == length);
            if (tag != BeginTag || ObjectEnd(file, whole, length) is not long end)
                return new State(whole, Blocks(objects), HasEndTag: false);
            whole = end;
            objects++;
        }
    }

    // A target that is killed in the middle of a write leaves a block without its end, whose first events are whole: the block is made to
    // end behind them. Returns the length of what is a whole object then, or 0.
    private static long SaveCutBlock(Stream file, long start, int room)
    {
        const int MostBytes = 16 << 20;   // no writer makes a larger block
        int length = (int)Math.Min(file.Length - start, MostBytes);
        byte[] bytes = new byte[length];
        file.Position = start;
        if (length < BeforeName || file.ReadAtLeast(bytes, length, throwOnEndOfStream: false) < length
            || !bytes.AsSpan().StartsWith([BeginTag, BeginTag, NullTag]) || BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(BeforeName - sizeof(int))) is not (> 0 and <= MaxTypeName and int nameLength))
        {
            return 0;
        }
        int body = BeforeName + nameLength + 1;
        // Behind the size, zeros up to a multiple of four of the file.
        int events = body + sizeof(int) + (int)(-(start + body + sizeof(int)) & 3);
        if (length <= events || bytes[body - 1] != EndTag)
            return 0;
        var name = bytes.AsSpan(BeforeName, nameLength);
        int whole = name.SequenceEqual("EventBlock"u8) || name.SequenceEqual("MetadataBlock"u8) ? CutBlock.WholeBytes(bytes.AsSpan(events, Math.Max(0, length - events - room))) : 0;
        if (whole == 0)
            return 0;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(body), whole);
        file.Position = start + body;
        file.Write(bytes.AsSpan(body, sizeof(int)));
        file.Position = start + events + whole;
        file.WriteByte(EndTag);
        return events + whole + 1;
    }

    private static int Blocks(int objects) => Math.Max(0, objects - 1);

    // begin, begin, null, version, least reader, name's length, name, end, body, end. Null where it is cut off or none.
    private static long? ObjectEnd(Stream file, long start, long length)
    {
        Span<byte> fixedPart = stackalloc byte[15];
        file.Position = start;
        if (file.ReadAtLeast(fixedPart, fixedPart.Length, throwOnEndOfStream: false) < fixedPart.Length || fixedPart[1] != BeginTag || fixedPart[2] != NullTag)
            return null;
        int nameLength = BinaryPrimitives.ReadInt32LittleEndian(fixedPart[11..]);
        if (nameLength is <= 0 or > MaxTypeName)
            return null;
        Span<byte> name = stackalloc byte[nameLength + 1];
        if (file.ReadAtLeast(name, name.Length, throwOnEndOfStream: false) < name.Length || name[^1] != EndTag)
            return null;
        long body = file.Position;
        long end = name[..^1].SequenceEqual("Trace"u8) ? body + TraceObjectBytes : BlockEnd(file, body);
        if (end < body || end + 1 > length)
            return null;
        file.Position = end;
        return file.ReadByte() == EndTag ? end + 1 : null;
    }

    // A block is its size, padding up to a multiple of four in the file, and its bytes.
    private static long BlockEnd(Stream file, long body)
    {
        Span<byte> size = stackalloc byte[4];
        if (file.ReadAtLeast(size, size.Length, throwOnEndOfStream: false) < size.Length)
            return -1;
        int bytes = BinaryPrimitives.ReadInt32LittleEndian(size);
        return bytes < 0 ? -1 : ((body + 4 + 3) & ~3L) + bytes;
    }
}
