using System.Runtime.CompilerServices;
using System.Text;

namespace Gmp.Tracing;

/// <summary>
/// Walks the records of one batch. Never throws and never reads past the batch: bad bytes end it with <see cref="IsCorrupt"/> set.
/// </summary>
public ref struct BatchDecoder
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly BatchSchema _schema;
    private NumberArray _numbers;
    private StringArray _strings;
    private int _position;

    /// <summary>Starts before the first record.</summary>
    /// <param name="records">The batch's bytes.</param>
    /// <param name="baseTime">The time that the first record's delta counts from.</param>
    /// <param name="schema">The trace's schema.</param>
    public BatchDecoder(ReadOnlySpan<byte> records, long baseTime, BatchSchema schema)
    {
        _bytes = records;
        _schema = schema;
        Time = baseTime;
    }

    /// <summary>The current record's kind.</summary>
    public EventKind Kind { get; private set; }

    /// <summary>The current record's time, in ticks; after the last record, still its time.</summary>
    public long Time { get; private set; }

    /// <summary>True if the walk ended because the bytes are not records.</summary>
    public bool IsCorrupt { get; private set; }

    /// <summary>How many of the batch's bytes lie before the current record's end.</summary>
    public readonly int Position => _position;

    /// <summary>A number field of the current record by its place; 0 where the trace's table has fewer.</summary>
    public readonly long Number(int index) => _numbers[index];

    /// <summary>A string field of the current record by its place; empty where the trace's table has fewer.</summary>
    public readonly string Text(int index)
    {
        (int start, int length) = _strings[index];
        return length == 0 ? "" : Encoding.UTF8.GetString(_bytes.Slice(start, length));
    }

    /// <summary>Goes to the next record.</summary>
    public bool MoveNext()
    {
        if (_position >= _bytes.Length)
            return false;
        int kind = _bytes[_position++];
        var types = _schema.TypesOf(kind);
        if (types is null || !ReadVar(out ulong delta) || delta > long.MaxValue / 2)
            return Corrupt();
        Kind = (EventKind)kind;
        int numbers = 0, strings = 0;
        _strings = default;
        for (int i = 0; i < types.Length; i++)
        {
            if (!ReadVar(out ulong value))
                return Corrupt();
            if (types[i] == FieldType.String)
            {
                if (value > (ulong)(_bytes.Length - _position))
                    return Corrupt();
                if (strings < EventTable.MaxStrings)
                    _strings[strings++] = (_position, (int)value);
                _position += (int)value;
            }
            else if (numbers < EventTable.MaxNumbers)
            {
                _numbers[numbers++] = types[i] == FieldType.Int ? UnZigZag(value) : (long)value;
            }
        }
        for (; numbers < EventTable.MaxNumbers; numbers++)
            _numbers[numbers] = 0;
        Time += (long)delta;
        return true;
    }

    private bool Corrupt()
    {
        IsCorrupt = true;
        _position = _bytes.Length;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool ReadVar(out ulong value)
    {
        int position = _position;
        if (position < _bytes.Length && _bytes[position] < 0x80)
        {
            value = _bytes[position];
            _position = position + 1;
            return true;
        }
        return ReadLongVar(out value);
    }

    private bool ReadLongVar(out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && _position < _bytes.Length; shift += 7)
        {
            byte b = _bytes[_position++];
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
