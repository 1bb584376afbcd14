using Gmp.Analysis.Language;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Tool.Stdio;

namespace Gmp.Tool.Reporting.Text;

/// <summary>
/// The report for people: the verdict in the first lines, then each finding as a question whose answer comes first, then what was checked
/// and is fine. Every text of a finding may hold names of the target, so every one is escaped on its way out.
/// </summary>
internal sealed class TextReport
{
    private const int LabelWidth = 12;

    private readonly IStdio _stdio;
    private readonly Phrases _phrases;
    private readonly TextColumn _column;

    /// <summary>Makes a writer on stdout.</summary>
    /// <param name="stdio">The tool's streams.</param>
    /// <param name="phrases">The language of the report.</param>
    public TextReport(IStdio stdio, Phrases phrases) => (_stdio, _phrases, _column) = (stdio, phrases, new TextColumn(stdio.Out, stdio.Width));

    /// <summary>Writes the whole report.</summary>
    /// <param name="trace">What the findings are about.</param>
    /// <param name="report">The answers.</param>
    /// <param name="file">The trace's path for commands that look closer, or null if it is not kept.</param>
    public void Write(LoadedTrace trace, Report report, string? file)
    {
        WriteHeadline(trace, report, file);
        WriteCauses(report.Causes, file);
        foreach (var finding in FindingOrder.Problems(report.Findings))
            WriteFinding(finding, file);
        WriteList("Checked and fine:", FindingOrder.Fine(report.Findings));
        WriteList("Not answered by this trace:", FindingOrder.Unanswered(report.Findings));
    }

    /// <summary>Writes what the trace is, and a line for each finding that asks for attention.</summary>
    public void WriteSummary(LoadedTrace trace, Report report, string? file)
    {
        WriteHeadline(trace, report, file);
        foreach (var finding in FindingOrder.Problems(report.Findings))
            _column.Line(0, finding.Answer, $"{finding.Id} {Name(finding.Severity)}", Paint(finding.Severity), hanging: 2);
    }

    // Two lines: what was judged, and the verdict with the name and the source line to look at.
    private void WriteHeadline(LoadedTrace trace, Report report, string? file)
    {
        var problems = FindingOrder.Problems(report.Findings);
        int fine = FindingOrder.Fine(report.Findings).Count;
        _column.Line(0, $"{file ?? "Trace"}: {TraceSummary.Line(trace.Info)}");
        string verdict = problems switch
        {
            [] when fine == 0 => "Nothing could be checked.",
            [] => $"All is well: {Units.Count(fine, "question")} checked.",
            [var worst, ..] => $"{worst.Id}{Culprit(worst)}. {Units.Count(problems.Count, "finding")}"
                + (fine == 0 ? "." : $", {Units.Count(fine, "question")} checked and fine."),
        };
        var severity = FindingOrder.Worst(report.Findings);
        _column.Line(0, verdict, LabelOf(severity), Paint(severity));
    }

    private static string Culprit(Finding finding)
    {
        string who = finding.Goroutines is [var first, ..] ? $": G{first.Id}" + (first.Name.Length == 0 ? "" : $" \"{first.Name}\"") : "";
        string where = finding.Source is null ? "" : who.Length == 0 ? $": {finding.Source.Short}" : $", created at {finding.Source.Short}";
        string code = finding.Code?.HottestLine is { } line ? $", in {line.Frame.Name}{(line.Frame.Line == 0 ? "" : $" at {line.Frame.Place}")}" : "";
        return who + where + code;
    }

    private void WriteCauses(IReadOnlyList<Cause> causes, string? file)
    {
        foreach (var cause in causes)
        {
            _column.Blank();
            _column.Line(0, cause.Statement, _phrases.Text("Most likely cause") + ":");
            if (cause.Explains.Count > 0)
                _column.Labelled(2, LabelWidth, _phrases.Text("Explains"), _phrases.List(cause.Explains) + _phrases.Text("."));
            _column.Labelled(2, LabelWidth, _phrases.Text("Try first"), cause.Try);
            _column.Labelled(2, LabelWidth, _phrases.Text("How sure"), _phrases.Text(Name(cause.Confidence)) + _phrases.Text("."));
            if (FileCommand.For(cause.LookCloser, file) is string command)
                _column.Labelled(2, LabelWidth, _phrases.Text("Look closer"), command);
        }
    }

    private void WriteFinding(Finding finding, string? file)
    {
        _column.Blank();
        _column.Line(0, finding.Question, $"{finding.Id} {Name(finding.Severity)}", Paint(finding.Severity));
        _column.Line(2, finding.Answer);
        for (int i = 0; i < finding.Evidence.Count; i++)
            _column.Labelled(2, LabelWidth, i == 0 ? "Evidence" : "", "- " + finding.Evidence[i], hanging: 2);
        if (finding.Why.Length > 0)
            _column.Labelled(2, LabelWidth, "Why", finding.Why);
        for (int i = 0; i < finding.Fixes.Count; i++)
            _column.Labelled(2, LabelWidth, i == 0 ? "What to do" : "", $"{i + 1}. {finding.Fixes[i]}", hanging: 3);
        _column.Labelled(2, LabelWidth, "How sure", Name(finding.Confidence) + ".");
        if (FileCommand.For(finding.LookCloser, file) is string command)
            _column.Labelled(2, LabelWidth, "Look closer", command);
    }

    private void WriteList(string title, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
            return;
        _column.Blank();
        _column.Line(0, title);
        foreach (var finding in findings)
            _column.Line(2, $"{finding.Id} {finding.Question} {finding.Answer}", hanging: 7);
    }

    private static string LabelOf(Severity severity) => severity switch
    {
        Severity.Critical => "CRITICAL",
        Severity.Warning => "WARNING",
        Severity.Info => "INFO",
        _ => "OK",
    };

    private static string Name(Severity severity) => severity switch
    {
        Severity.NotApplicable => "not applicable",
        _ => severity.ToString().ToLowerInvariant(),
    };

    private static string Name(Confidence confidence) => confidence.ToString().ToLowerInvariant();

    // Red, yellow, blue, green of the terminal's own palette, so that they fit light and dark ones.
    private string? Paint(Severity severity) => !_stdio.UseColor ? null : severity switch
    {
        Severity.Critical => "\u001b[1;31m",
        Severity.Warning => "\u001b[1;33m",
        Severity.Info => "\u001b[1;34m",
        _ => "\u001b[1;32m",
    };
}
