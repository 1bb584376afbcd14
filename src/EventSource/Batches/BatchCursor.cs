namespace Gmp.Tracing;

/// <summary>
/// Walks the records of one batch as <see cref="BatchDecoder"/> does, and may be kept between two records: whoever goes through many batches at
/// the same time has one for each. Copying it copies the place where it stands.
/// </summary>
public struct BatchCursor
{
    private byte[] _bytes;
    private int _length;
    private RecordFields _fields;
    private int _position;

    /// <summary>Starts before the first record.</summary>
    /// <param name="bytes">Has the batch's bytes from its start on; not copied.</param>
    /// <param name="length">How many of them are the batch's.</param>
    /// <param name="baseTime">The time that the first record's delta counts from.</param>
    public BatchCursor(byte[] bytes, int length, long baseTime)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)bytes.Length, nameof(length));
        (_bytes, _length) = (bytes, length);
        _fields.Time = baseTime;
    }

    /// <summary>Makes a cursor that stands on a copy of the current record and goes no further. The bytes of its texts are put behind those that are there.</summary>
    /// <param name="copy">Becomes the copy.</param>
    /// <param name="texts">Where texts are put; a larger array, if it is full, and the copies before keep the one that they have.</param>
    /// <param name="textBytes">How much of it is used.</param>
    internal readonly void CopyTo(ref BatchCursor copy, ref byte[] texts, ref int textBytes)
    {
        copy._fields = _fields;
        if (!_fields.HasText)
            return;
        copy._fields.MoveTexts(_bytes.AsSpan(0, _length), ref texts, ref textBytes);
        (copy._bytes, copy._length) = (texts, texts.Length);
    }

    /// <summary>The current record's kind.</summary>
    public readonly EventKind Kind => _fields.Kind;

    /// <summary>The current record's time, in ticks; after the last record, still its time.</summary>
    public readonly long Time => _fields.Time;

    /// <summary>True if the walk ended because the bytes are not records.</summary>
    public bool IsCorrupt { get; private set; }

    /// <summary>A number field of the current record by its place; 0 where the trace's table has fewer.</summary>
    public readonly long Number(int index) => _fields.Number(index);

    /// <summary>A string field of the current record by its place; empty where the trace's table has fewer.</summary>
    public readonly string Text(int index) => _fields.Text(index, _bytes.AsSpan(0, _length));

    /// <summary>
    /// Looks at the record after the current one without going there: its kind and its first number, which for most kinds is a goroutine. A hint to fetch
    /// memory by; false at the batch's end and where the bytes are no such record.
    /// </summary>
    public readonly bool TryPeek(out EventKind kind, out long first) => RecordFields.TryPeek(_bytes.AsSpan(0, _length), _position, out kind, out first);

    /// <summary>Goes to the next record.</summary>
    /// <param name="schema">The trace's schema.</param>
    public bool MoveNext(BatchSchema schema)
    {
        if (_position >= _length)
            return false;
        if (_fields.Read(_bytes.AsSpan(0, _length), ref _position, schema))
            return true;
        IsCorrupt = true;
        _position = _length;
        return false;
    }
}
