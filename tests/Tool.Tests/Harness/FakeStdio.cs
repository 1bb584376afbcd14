using System.Globalization;
using System.Text;
using Gmp.Tool.Stdio;

namespace Gmp.Tests.Harness;

/// <summary>Streams that remember what was written to them. Not terminals, unless a test says so.</summary>
internal sealed class FakeStdio : IStdio
{
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();

    public FakeStdio() => (Out, Error) = (Writer(_out), Writer(_error));

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public bool OutIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public bool InIsTerminal { get; init; }

    public int Width { get; init; } = int.MaxValue;

    public bool UseColor { get; init; }

    public bool UseGlyphs { get; init; }

    /// <summary>Asked whether Enter was pressed.</summary>
    public Func<bool> Enter { get; init; } = () => false;

    public string OutText => _out.ToString();

    public string ErrorText => _error.ToString();

    public bool EnterWasPressed() => Enter();

    // Synchronized: a demo program's lines come from another thread than the tool's.
    private static TextWriter Writer(StringBuilder text) =>
        TextWriter.Synchronized(new StringWriter(text, CultureInfo.InvariantCulture) { NewLine = "\n" });
}
