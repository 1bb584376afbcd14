namespace Gmp.Tracing;

/// <summary>How a field is written in a batch.</summary>
public enum FieldType : byte
{
    /// <summary>Not negative; LEB128.</summary>
    UInt = 0,
    /// <summary>May be negative (-1 means none); zig-zag, then LEB128.</summary>
    Int = 1,
    /// <summary>UTF-8, its length in bytes before it as LEB128. Strings stand last.</summary>
    String = 2,
}

/// <summary>A field of an event: its name, as a listener sees it, and how a batch writes it.</summary>
/// <param name="Name">camelCase, unique in its event.</param>
/// <param name="Type">How a batch writes it.</param>
/// <param name="Meaning">One clause for the documentation, with the unit.</param>
public sealed record EventField(string Name, FieldType Type, string Meaning);
