using System.Globalization;

namespace Gmp.Tracing;

/// <summary>
/// The kinds and field types of one trace, which may be older or newer than this assembly's table. Immutable, so any thread may use it.
/// </summary>
public sealed class BatchSchema
{
    private readonly FieldType[]?[] _types = new FieldType[256][];

    private BatchSchema()
    {
    }

    /// <summary>The schema of this assembly's own table.</summary>
    public static BatchSchema Current { get; } = Parse(EventTable.SchemaText);

    /// <summary>The fields' types of a kind, or null where the schema does not list it.</summary>
    public IReadOnlyList<FieldType>? Types(EventKind kind) => _types[(int)kind];

    internal FieldType[]? TypesOf(int kind) => _types[kind];

    /// <summary>Reads the text that <see cref="GmpEventSource.Hello"/> carries.</summary>
    /// <exception cref="FormatException">The text is no schema; the message says which line.</exception>
    public static BatchSchema Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var schema = new BatchSchema();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            if (words.Length < 2 || !byte.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out byte kind))
                throw new FormatException($"The trace's event table has a line that is not one: '{line}'.");
            var types = new FieldType[words.Length - 2];
            for (int i = 0; i < types.Length; i++)
            {
                types[i] = words[i + 2] switch
                {
                    [.., ':', 'u'] => FieldType.UInt,
                    [.., ':', 'i'] => FieldType.Int,
                    [.., ':', 's'] => FieldType.String,
                    _ => throw new FormatException($"The trace's event table has a field of unknown type: '{words[i + 2]}'."),
                };
            }
            schema._types[kind] = types;
        }
        return schema;
    }
}
