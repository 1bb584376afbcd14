using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gmp.Analysis.Reading.Nettrace;

/// <summary>Reads little-endian fields off a span. Never throws: a read past the end returns false and moves nothing.</summary>
internal ref struct ByteWalker(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes walked.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes left.</summary>
    public readonly int Left => _bytes.Length - Position;

    public bool Byte(out byte value)
    {
        if (Left < 1)
        {
            value = 0;
            return false;
        }
        value = _bytes[Position++];
        return true;
    }

    public bool Int16(out short value)
    {
        bool fits = BinaryPrimitives.TryReadInt16LittleEndian(_bytes[Position..], out value);
        Position += fits ? sizeof(short) : 0;
        return fits;
    }

    public bool Int32(out int value)
    {
        bool fits = BinaryPrimitives.TryReadInt32LittleEndian(_bytes[Position..], out value);
        Position += fits ? sizeof(int) : 0;
        return fits;
    }

    public bool Int64(out long value)
    {
        bool fits = BinaryPrimitives.TryReadInt64LittleEndian(_bytes[Position..], out value);
        Position += fits ? sizeof(long) : 0;
        return fits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Var64(out ulong value)
    {
        int at = Position;
        if (at < _bytes.Length && _bytes[at] < 0x80)
        {
            value = _bytes[at];
            Position = at + 1;
            return true;
        }
        return LongVar64(out value);
    }

    private bool LongVar64(out ulong value)
    {
        value = 0;
        int at = Position;
        for (int shift = 0; shift < 64 && at < _bytes.Length; shift += 7)
        {
            byte b = _bytes[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                Position = at;
                return true;
            }
        }
        return false;
    }

    public bool Skip(int count)
    {
        if ((uint)count > (uint)Left)
            return false;
        Position += count;
        return true;
    }

    public bool Take(int count, out ReadOnlySpan<byte> taken)
    {
        if ((uint)count > (uint)Left)
        {
            taken = default;
            return false;
        }
        taken = _bytes.Slice(Position, count);
        Position += count;
        return true;
    }

    /// <summary>A UTF-16 string with a terminating zero, of at most <paramref name="limit"/> chars.</summary>
    public bool Utf16(int limit, out string value)
    {
        value = "";
        var chars = MemoryMarshal.Cast<byte, char>(_bytes[Position..]);
        if (!BitConverter.IsLittleEndian)
            return false;   // no such platform runs .NET 10 with EventPipe
        int length = chars[..Math.Min(chars.Length, limit + 1)].IndexOf('\0');
        if (length < 0)
            return false;
        value = new string(chars[..length]);
        Position += (length + 1) * sizeof(char);
        return true;
    }
}
