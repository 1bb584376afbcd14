using System.CommandLine;
using Gmp.Tool.Reporting;

namespace Gmp.Tool.Commands;

/// <summary>The options of every verb that prints a report.</summary>
internal sealed class ReportOptions
{
    private static readonly string[] s_formats = ["text", "json"];

    private readonly Option<string> _format = new("--format") { Description = "The form of the report.", HelpName = "text|json", DefaultValueFactory = _ => "text" };

    private readonly JudgingOptions _judging = new();

    /// <summary>Makes the options.</summary>
    public ReportOptions()
    {
        _format.Validators.Add(result => Allow(result, "--format", s_formats));
    }

    /// <summary><c>--format</c> alone, for verbs without findings.</summary>
    public Option FormatOption => _format;

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_format);
        _judging.AddTo(command);
    }

    /// <summary>All of them.</summary>
    /// <exception cref="ToolFailure">One of them makes no sense.</exception>
    public ReportRequest Read(ParseResult parsed) => _judging.Apply(parsed, new ReportRequest(Format(parsed)));

    /// <summary>The form.</summary>
    public ReportFormat Format(ParseResult parsed) => parsed.GetValue(_format) == "json" ? ReportFormat.Json : ReportFormat.Text;

    private static void Allow(System.CommandLine.Parsing.OptionResult result, string option, string[] values)
    {
        if (result.Tokens is [var token] && !values.Contains(token.Value))
            result.AddError($"'{token.Value}' is no value of {option}: it takes {string.Join(", ", values)}.");
    }
}
