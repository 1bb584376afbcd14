using System.Text;

namespace Gmp.Tool.Stdio;

/// <summary>
/// stdout that says who failed: a full disk or a closed stream behind it throws the same exceptions as any other file, and only here is it
/// known that it was the output. As thread-safe as what it writes to.
/// </summary>
internal sealed class DataWriter : TextWriter
{
    private readonly TextWriter _target;

    /// <summary>Makes a writer in front of another, which it does not own.</summary>
    public DataWriter(TextWriter target)
        : base(target.FormatProvider) => (_target, CoreNewLine) = (target, target.NewLine.ToCharArray());

    public override Encoding Encoding => _target.Encoding;

    public override void Write(char value) => Try(() => _target.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => _target.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => _target.Write(value));

    // In one piece, so that lines of two threads do not mix.
    public override void WriteLine(string? value) => Try(() => _target.WriteLine(value));

    public override void Flush() => Try(_target.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            throw new OutputException(e);
        }
    }
}

/// <summary>stdout took no more.</summary>
/// <param name="cause">What it threw.</param>
internal sealed class OutputException(Exception cause) : IOException(cause is IOException ? cause.Message : "it is closed, or not open for writing", cause)
{
    /// <summary>Which failure it was, as the system numbers it.</summary>
    public int SystemError => InnerException!.HResult;
}
