using Gmp.Tool.Stdio;

namespace Gmp.Tests.Harness;

/// <summary>Streams that remember what was written to them. Not terminals, unless a test says so.</summary>
internal sealed class FakeStdio : IStdio
{
    private readonly StringWriter _out = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public FakeStdio()
    {
        // A program's lines come from another thread than the tool's.
        Out = TextWriter.Synchronized(_out);
        Error = TextWriter.Synchronized(_error);
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public bool OutIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public bool InIsTerminal { get; init; }

    public int Width { get; init; } = int.MaxValue;

    public bool UseColor { get; init; }

    /// <summary>Asked whether Enter was pressed.</summary>
    public Func<bool> Enter { get; init; } = () => false;

    public string OutText => _out.ToString();

    public string ErrorText => _error.ToString();

    public bool EnterWasPressed() => Enter();
}
