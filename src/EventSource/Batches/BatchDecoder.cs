namespace Gmp.Tracing;

/// <summary>
/// Walks the records of one batch. Never throws and never reads past the batch: bad bytes end it with <see cref="IsCorrupt"/> set.
/// </summary>
public ref struct BatchDecoder
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly BatchSchema _schema;
    private RecordFields _fields;
    private int _position;

    /// <summary>Starts before the first record.</summary>
    /// <param name="records">The batch's bytes.</param>
    /// <param name="baseTime">The time that the first record's delta counts from.</param>
    /// <param name="schema">The trace's schema.</param>
    public BatchDecoder(ReadOnlySpan<byte> records, long baseTime, BatchSchema schema)
    {
        _bytes = records;
        _schema = schema;
        _fields.Time = baseTime;
    }

    /// <summary>The current record's kind.</summary>
    public readonly EventKind Kind => _fields.Kind;

    /// <summary>The current record's time, in ticks; after the last record, still its time.</summary>
    public readonly long Time => _fields.Time;

    /// <summary>True if the walk ended because the bytes are not records.</summary>
    public bool IsCorrupt { get; private set; }

    /// <summary>How many of the batch's bytes lie before the current record's end.</summary>
    public readonly int Position => _position;

    /// <summary>A number field of the current record by its place; 0 where the trace's table has fewer.</summary>
    public readonly long Number(int index) => _fields.Number(index);

    /// <summary>A string field of the current record by its place; empty where the trace's table has fewer.</summary>
    public readonly string Text(int index) => _fields.Text(index, _bytes);

    /// <summary>Goes to the next record.</summary>
    public bool MoveNext()
    {
        if (_position >= _bytes.Length)
            return false;
        if (_fields.Read(_bytes, ref _position, _schema))
            return true;
        IsCorrupt = true;
        _position = _bytes.Length;
        return false;
    }
}
