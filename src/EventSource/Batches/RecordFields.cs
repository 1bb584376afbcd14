using System.Runtime.CompilerServices;
using System.Text;

namespace Gmp.Tracing;

/// <summary>One record as the bytes of a batch have it: what <see cref="BatchDecoder"/> and <see cref="BatchCursor"/> share.</summary>
internal struct RecordFields
{
    private const int LeastTextBytes = 4096;

    private NumberArray _numbers;
    private StringArray _strings;
    private int _numberCount;
    private int _stringCount;

    /// <summary>The kind.</summary>
    public EventKind Kind { get; private set; }

    /// <summary>The time, in ticks. Begins as the batch's base time; each record adds its own.</summary>
    public long Time { get; set; }

    public readonly long Number(int index) => index < _numberCount ? _numbers[index] : 0;

    public readonly string Text(int index, ReadOnlySpan<byte> bytes)
    {
        if (index >= _stringCount)
            return "";
        (int start, int length) = _strings[index];
        return length == 0 ? "" : Encoding.UTF8.GetString(bytes.Slice(start, length));
    }

    /// <summary>True if a string field is not empty.</summary>
    public readonly bool HasText => _stringCount > 0 && (_strings[0].Length > 0 || (_stringCount > 1 && _strings[1].Length > 0));

    /// <summary>Copies the texts behind those that are there, and refers to the copies from now on.</summary>
    public void MoveTexts(ReadOnlySpan<byte> bytes, ref byte[] texts, ref int textBytes)
    {
        int needed = 0;
        for (int i = 0; i < _stringCount; i++)
            needed += _strings[i].Length;
        if (texts.Length - textBytes < needed)
        {
            // A new one, and not the old one made longer: earlier copies refer to that.
            texts = new byte[Math.Max(needed, Math.Max(LeastTextBytes, 2 * texts.Length))];
            textBytes = 0;
        }
        for (int i = 0; i < _stringCount; i++)
        {
            (int start, int length) = _strings[i];
            bytes.Slice(start, length).CopyTo(texts.AsSpan(textBytes));
            _strings[i] = (textBytes, length);
            textBytes += length;
        }
    }

    /// <summary>Reads the record at <paramref name="position"/> and goes behind it.</summary>
    /// <returns>False if the bytes are no record; the position is then anywhere behind the place where it began.</returns>
    public bool Read(ReadOnlySpan<byte> bytes, ref int position, BatchSchema schema)
    {
        int at = position;
        int kind = bytes[at++];
        var types = schema.TypesOf(kind);
        if (types is null || !ReadVar(bytes, ref at, out ulong delta) || delta > long.MaxValue / 2)
            return false;
        Kind = (EventKind)kind;
        int numbers = 0, strings = 0;
        foreach (var type in types)
        {
            if (!ReadVar(bytes, ref at, out ulong value))
                return false;
            if (type == FieldType.String)
            {
                if (value > (ulong)(bytes.Length - at))
                    return false;
                if (strings < EventTable.MaxStrings)
                    _strings[strings++] = (at, (int)value);
                at += (int)value;
            }
            else if (numbers < EventTable.MaxNumbers)
            {
                _numbers[numbers++] = type == FieldType.Int ? UnZigZag(value) : (long)value;
            }
        }
        (_numberCount, _stringCount) = (numbers, strings);
        Time += (long)delta;
        position = at;
        return true;
    }

    /// <summary>The kind and the first field of the record at a position, if that is a number.</summary>
    public static bool TryPeek(ReadOnlySpan<byte> bytes, int position, out EventKind kind, out long first)
    {
        (kind, first) = (default, 0);
        if ((uint)position >= (uint)bytes.Length)
            return false;
        kind = (EventKind)bytes[position++];
        if (!ReadVar(bytes, ref position, out _) || !ReadVar(bytes, ref position, out ulong value))
            return false;
        first = (long)value;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool ReadVar(ReadOnlySpan<byte> bytes, ref int at, out ulong value)
    {
        if ((uint)at < (uint)bytes.Length)
        {
            value = bytes[at];
            if (value < 0x80)
            {
                at++;
                return true;
            }
        }
        return ReadLongVar(bytes, ref at, out value);
    }

    private static bool ReadLongVar(ReadOnlySpan<byte> bytes, ref int at, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && (uint)at < (uint)bytes.Length; shift += 7)
        {
            byte b = bytes[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return true;
        }
        return false;
    }

    private static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    [InlineArray(EventTable.MaxNumbers)]
    private struct NumberArray
    {
        private long _first;
    }

    [InlineArray(EventTable.MaxStrings)]
    private struct StringArray
    {
        private (int Start, int Length) _first;
    }
}
