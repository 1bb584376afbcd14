using System.CommandLine;
using Gmp.Analysis.Questions;
using Gmp.Tool.Reporting;

namespace Gmp.Tool.Commands;

/// <summary>The options of every verb that prints a report.</summary>
internal sealed class ReportOptions
{
    private static readonly string[] s_formats = ["text", "json"];
    private static readonly string[] s_severities = ["info", "warning", "critical"];

    private readonly Option<string> _format = new("--format") { Description = "The form of the report.", HelpName = "text|json", DefaultValueFactory = _ => "text" };

    private readonly Option<string?> _failOn = new("--fail-on")
    {
        Description = $"Exit with code {ExitCode.FindingsFailed} if a finding is at least this severe.",
        HelpName = "info|warning|critical",
    };

    private readonly LanguageOption _language = new();

    /// <summary>Makes the options.</summary>
    public ReportOptions()
    {
        _format.Validators.Add(result => Allow(result, "--format", s_formats));
        _failOn.Validators.Add(result => Allow(result, "--fail-on", s_severities));
    }

    /// <summary><c>--format</c> alone, for verbs without findings.</summary>
    public Option FormatOption => _format;

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_format);
        command.Options.Add(_failOn);
        _language.AddTo(command);
    }

    /// <summary>All of them.</summary>
    /// <exception cref="ToolFailure">One of them makes no sense.</exception>
    public ReportRequest Read(ParseResult parsed) => new() { Format = Format(parsed), FailOn = FailOn(parsed), Phrases = _language.Read(parsed) };

    /// <summary>The form.</summary>
    public ReportFormat Format(ParseResult parsed) => parsed.GetValue(_format) == "json" ? ReportFormat.Json : ReportFormat.Text;

    private Severity? FailOn(ParseResult parsed) => parsed.GetValue(_failOn) switch
    {
        "info" => Severity.Info,
        "warning" => Severity.Warning,
        "critical" => Severity.Critical,
        _ => null,
    };

    private static void Allow(System.CommandLine.Parsing.OptionResult result, string option, string[] values)
    {
        if (result.Tokens is [var token] && !values.Contains(token.Value))
            result.AddError($"'{token.Value}' is no value of {option}: it takes {string.Join(", ", values)}.");
    }
}
