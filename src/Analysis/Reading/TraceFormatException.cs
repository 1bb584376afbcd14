namespace Gmp.Analysis.Reading;

/// <summary>Why a trace cannot be read at all.</summary>
public enum TraceFault
{
    /// <summary>There is no such file.</summary>
    Missing,
    /// <summary>The file exists and the system does not let us read it.</summary>
    Unreadable,
    /// <summary>The file has no bytes.</summary>
    Empty,
    /// <summary>The bytes are not a .nettrace.</summary>
    NotATrace,
    /// <summary>A .nettrace of a version, or a batch format, that this reader does not know.</summary>
    UnsupportedVersion,
}

/// <summary>
/// A trace that cannot be read. The message is one sentence for a person: what is wrong and what to do. A truncated or damaged trace
/// is not one of these: what is whole in it is read, and <see cref="TraceInfo"/> says what is missing.
/// </summary>
public sealed class TraceFormatException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="fault">What kind of fault.</param>
    /// <param name="message">One sentence.</param>
    /// <param name="inner">The cause, or null.</param>
    public TraceFormatException(TraceFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>What kind of fault.</summary>
    public TraceFault Fault { get; }

    /// <summary>True if the file's version is newer than what this reader knows, so that another may know it.</summary>
    internal bool IsOfNewerVersion { get; init; }
}
