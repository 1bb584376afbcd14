using System.CommandLine;
using Gmp.Tool.Reporting;

namespace Gmp.Tool.Commands;

/// <summary>The options of every verb that prints a report.</summary>
internal sealed class ReportOptions
{
    private static readonly string[] s_colors = ["auto", "always", "never"];

    private readonly FormatOption _format = new("The form of the report; without it what the file's name says, or text.", ReportFormat.Text, ReportFormat.Markdown, ReportFormat.Html, ReportFormat.Json);

    private readonly Option<string?> _file = new("--report-output") { Description = "Write the report to this file instead of stdout; .html, .md and .json choose the form.", HelpName = "file" };

    private readonly Option<bool> _brief = new("--brief") { Description = "Text: a line for each finding." };
    private readonly Option<bool> _full = new("--full") { Description = "Text: every table, figure and piece of evidence." };

    private readonly Option<string> _color = new("--color")
    {
        Description = "Colours: auto has them on a terminal, unless NO_COLOR is set.",
        HelpName = string.Join('|', s_colors),
        DefaultValueFactory = _ => s_colors[0],
    };

    private readonly JudgingOptions _judging = new();

    /// <summary>Makes the options.</summary>
    public ReportOptions()
    {
        _color.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !s_colors.Contains(token.Value))
                result.AddError($"'{token.Value}' is no value of --color: it takes {string.Join(", ", s_colors)}.");
        });
    }

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        _format.AddTo(command);
        command.Options.Add(_file);
        command.Options.Add(_brief);
        command.Options.Add(_full);
        command.Options.Add(_color);
        _judging.AddTo(command);
    }

    /// <summary>All of them.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="recording">The options of the recording: <c>--output</c> names the trace where there is one to be made, else the report.</param>
    /// <param name="isRecorded">True if there is.</param>
    /// <exception cref="ToolFailure">One of them makes no sense.</exception>
    public ReportRequest Read(ParseResult parsed, RecordingOptions recording, bool isRecorded)
    {
        string? output = recording.Output(parsed);
        if (isRecorded && output is not null && ReportFile.FormatOf(output) is not null)
            throw new ToolFailure(ExitCode.ArgumentError, $"--output names the trace, and {output} is no name for one: --report-output names the report.");
        if (isRecorded)
            output = null;
        if (parsed.GetValue(_brief) && parsed.GetValue(_full))
            throw new ToolFailure(ExitCode.ArgumentError, "Give either --brief or --full.");
        if (parsed.GetValue(_file) is { } named)
        {
            if (output is not null)
                throw new ToolFailure(ExitCode.ArgumentError, "Give either --output or --report-output: with a trace file both name the report.");
            output = named;
        }
        var file = output is null ? null : new ReportFile(output, recording.Force(parsed));
        file?.Check();
        var format = _format.Read(parsed) ?? (output is null ? null : ReportFile.FormatOf(output)) ?? ReportFormat.Text;
        return _judging.Apply(parsed, new ReportRequest(format)
        {
            File = file,
            Detail = parsed.GetValue(_brief) ? ReportDetail.Brief : parsed.GetValue(_full) ? ReportDetail.Full : ReportDetail.Normal,
            Color = parsed.GetValue(_color) switch { "always" => true, "never" => false, _ => null },
        });
    }
}
