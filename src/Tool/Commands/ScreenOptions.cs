using System.CommandLine;
using Gmp.Tool.Stdio;
using Gmp.Tool.Tui;

namespace Gmp.Tool.Commands;

/// <summary>The options of the verbs that show the timeline.</summary>
internal sealed class ScreenOptions
{
    private readonly Option<bool> _ascii = new("--ascii") { Description = "Draw with ASCII characters only." };
    private readonly Option<bool> _noColor = new("--no-color") { Description = "Draw without colours, as with NO_COLOR." };

    private readonly Option<TimeSpan?> _at = TimeOption.Moment("--at", "The moment to show first, counted from the trace's start: 1.204s.");

    private readonly Option<long?> _goroutine = new("--goroutine", "-g") { Description = "Light up this goroutine and dim the others.", HelpName = "id" };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_at);
        command.Options.Add(_goroutine);
        command.Options.Add(_ascii);
        command.Options.Add(_noColor);
    }

    /// <summary>What they say.</summary>
    public TuiOptions Read(ParseResult parsed, IStdio stdio)
    {
        var options = TuiOptions.FromEnvironment();
        return options with
        {
            At = parsed.GetValue(_at),
            Goroutine = parsed.GetValue(_goroutine),
            Ascii = parsed.GetValue(_ascii),
            Color = options.Color && !parsed.GetValue(_noColor),
            Error = stdio.Error,
        };
    }
}
