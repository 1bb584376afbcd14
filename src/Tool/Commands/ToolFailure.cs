using System.Diagnostics.CodeAnalysis;

namespace Gmp.Tool.Commands;

/// <summary>
/// An expected failure: one sentence that says what happened and what to do, and an exit code. Whatever else is thrown is a bug of the
/// tool and ends with <see cref="ExitCode.UnknownError"/>.
/// </summary>
[SuppressMessage("Design", "CA1032", Justification = "A failure without an exit code makes no sense.")]
[SuppressMessage("Design", "CA1064", Justification = "Never leaves the tool.")]
internal sealed class ToolFailure(int exitCode, string sentence, Exception? cause = null) : Exception(sentence, cause)
{
    /// <summary>One of <see cref="Commands.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
