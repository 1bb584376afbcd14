using System.CommandLine;
using Gmp.Tool.Stdio;
using Gmp.Tool.Tui;

namespace Gmp.Tool.Commands;

/// <summary>The options of the verbs that show the timeline.</summary>
internal sealed class ScreenOptions
{
    private readonly Option<bool> _ascii = new("--ascii") { Description = "Draw with ASCII characters only." };
    private readonly Option<bool> _noColor = new("--no-color") { Description = "Draw without colours, as with NO_COLOR." };

    private readonly Option<TimeSpan?> _at = new("--at")
    {
        Description = "The moment to show first, counted from the trace's start: 1.204s.",
        HelpName = "time",
        CustomParser = result =>
        {
            if (Duration.TryParseMoment(result.Tokens is [var token] ? token.Value : "", out var moment, out string problem))
                return moment;
            result.AddError(problem);
            return null;
        },
    };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_at);
        command.Options.Add(_ascii);
        command.Options.Add(_noColor);
    }

    /// <summary>What they say.</summary>
    public TuiOptions Read(ParseResult parsed, IStdio stdio) => new()
    {
        At = parsed.GetValue(_at),
        Ascii = parsed.GetValue(_ascii),
        Color = !parsed.GetValue(_noColor) && stdio.UseColor,
        Error = stdio.Error,
    };
}
