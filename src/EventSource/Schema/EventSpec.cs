namespace Gmp.Tracing;

/// <summary>One row of the event table.</summary>
public sealed class EventSpec
{
    /// <summary>Makes a row.</summary>
    /// <param name="kind">The kind, whose number is the wire's.</param>
    /// <param name="name">The event's name.</param>
    /// <param name="meaning">One sentence for the documentation.</param>
    /// <param name="fields">The fields, in the order of the wire; strings last.</param>
    public EventSpec(EventKind kind, string name, string meaning, params EventField[] fields)
    {
        Kind = kind;
        Name = name;
        Meaning = meaning;
        Fields = fields;
        NumberCount = fields.Count(f => f.Type != FieldType.String);
        StringCount = fields.Length - NumberCount;
    }

    /// <summary>The kind.</summary>
    public EventKind Kind { get; }

    /// <summary>The event's name, as listeners see it.</summary>
    public string Name { get; }

    /// <summary>One sentence for the documentation.</summary>
    public string Meaning { get; }

    /// <summary>The fields in the order of the wire: numbers first, strings last.</summary>
    public IReadOnlyList<EventField> Fields { get; }

    /// <summary>How many fields are numbers.</summary>
    public int NumberCount { get; }

    /// <summary>How many fields are strings.</summary>
    public int StringCount { get; }

    /// <summary>The id of the event that <see cref="GmpEventSource.Keywords.Transitions"/> writes for this kind.</summary>
    public int EventId => GmpEventSource.FirstTransitionId + (int)Kind;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}({string.Join(", ", Fields.Select(f => f.Name))})";
}
