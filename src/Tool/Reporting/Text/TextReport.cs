using Gmp.Analysis.Language;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;

namespace Gmp.Tool.Reporting.Text;

/// <summary>
/// The report for people: the verdict in the first lines, then what most likely causes it, then each finding as a question whose answer comes first, the
/// worst first, then what was checked and is fine. Every text of a finding may hold names of the target, so every one is escaped on its way out.
/// </summary>
internal sealed class TextReport
{
    private readonly ReportWords _words;
    private readonly TextColumn _column;
    private readonly ReportDetail _detail;
    private readonly TextTable _tables;
    private readonly TextFigures _figures;
    private readonly int _labelWidth;
    private bool _isMore;

    /// <summary>Makes a writer.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="style">How it is drawn.</param>
    /// <param name="phrases">The language of the report.</param>
    /// <param name="detail">How much is told.</param>
    public TextReport(TextWriter output, TextStyle style, Phrases phrases, ReportDetail detail = ReportDetail.Normal)
    {
        (_words, _column, _detail) = (new ReportWords(phrases), new TextColumn(output, style), detail);
        (_tables, _figures) = (new TextTable(_column, _words), new TextFigures(_column, _words));
        string[] labels = [_words.Explains, _words.TryFirst, _words.Evidence, _words.Numbers, _words.Why, _words.WhatToDo, _words.HowSure, _words.LookCloser, _words.ReadMore];
        _labelWidth = labels.Max(l => TextWidth.Of(l)) + 1;
    }

    /// <summary>Writes the whole report.</summary>
    /// <param name="trace">What the findings are about.</param>
    /// <param name="report">The answers.</param>
    /// <param name="file">The trace's path for commands that look closer, or null if it is not kept.</param>
    public void Write(LoadedTrace trace, Report report, string? file)
    {
        WriteHeadline(trace, report, file);
        if (_detail == ReportDetail.Brief)
        {
            WriteBrief(report, file);
            return;
        }
        for (int i = 0; i < report.Causes.Count; i++)
            WriteCause(i, report.Causes[i], file);
        foreach (var finding in FindingOrder.Problems(report.Findings))
            WriteFinding(finding, file);
        WriteList(_words.Accepted, FindingOrder.Accepted(report.Findings));
        if (_detail == ReportDetail.Full)
        {
            foreach (var finding in FindingOrder.Fine(report.Findings))
                WriteFinding(finding, file);
        }
        else
        {
            WriteList(_words.Fine, FindingOrder.Fine(report.Findings));
            _isMore |= FindingOrder.Fine(report.Findings).Any(f => f.Tables.Count + f.Figures.Count + f.Evidence.Count > 0);
        }
        WriteList(_words.Unanswered, FindingOrder.Unanswered(report.Findings));
        if (!_isMore)
            return;
        _column.Blank();
        _column.Line(0, _words.Phrases.Text("--full shows every table, figure and piece of evidence."));
    }

    /// <summary>Writes what the trace is, and a line for each finding that asks for attention.</summary>
    public void WriteSummary(LoadedTrace trace, Report report, string? file)
    {
        WriteHeadline(trace, report, file);
        foreach (var finding in FindingOrder.Problems(report.Findings))
            WriteLine(finding);
    }

    // Two lines: what was judged, and the verdict with the name and the source line to look at.
    private void WriteHeadline(LoadedTrace trace, Report report, string? file)
    {
        _column.Line(0, $"{file ?? _words.Phrases.Text("Trace")}: {_words.Trace(trace.Info)}");
        var severity = FindingOrder.Worst(report.Findings);
        _column.Line(0, _words.Verdict(report), _words.Severity(severity).ToUpperInvariant(), Paint(severity));
    }

    private void WriteBrief(Report report, string? file)
    {
        for (int i = 0; i < report.Causes.Count; i++)
        {
            var cause = report.Causes[i];
            _column.Line(0, cause.Statement, _words.Cause(i) + ":", hanging: 2);
            _column.Line(2, cause.Try, _words.TryFirst + ":", hanging: 2);
            if (FileCommand.For(cause.LookCloser, file) is string command)
                _column.Command(2, _labelWidth, _words.LookCloser, command);
        }
        foreach (var finding in FindingOrder.Problems(report.Findings))
            WriteLine(finding);
    }

    private void WriteLine(Finding finding) =>
        _column.Line(0, finding.Answer, $"{finding.Id} {_words.Severity(finding.Severity)}", Paint(finding.Severity), hanging: 2);

    private void WriteCause(int place, Cause cause, string? file)
    {
        _column.Blank();
        _column.Line(0, cause.Statement, _words.Cause(place) + ":", _column.Style.Color ? "\u001b[1m" : null, hanging: 2);
        if (cause.Explains.Count > 0)
            Labelled(_words.Explains, _words.Phrases.List(cause.Explains));
        Labelled(_words.TryFirst, cause.Try);
        Labelled(_words.HowSure, _words.Confidence(cause.Confidence));
        if (FileCommand.For(cause.LookCloser, file) is string command)
            _column.Command(2, _labelWidth, _words.LookCloser, command);
    }

    private void WriteFinding(Finding finding, string? file)
    {
        bool isFull = _detail == ReportDetail.Full, isBad = finding.Severity >= Severity.Warning;
        _column.Blank();
        _column.Line(0, finding.Question, $"{finding.Id} {_words.Severity(finding.Severity)}", Paint(finding.Severity));
        _column.Line(2, finding.Answer);
        var evidence = finding.Evidence.Take(isFull ? int.MaxValue : isBad ? 8 : 2).ToList();
        for (int i = 0; i < evidence.Count; i++)
            _column.Labelled(2, _labelWidth, i == 0 ? _words.Evidence : "", "- " + evidence[i], hanging: 2);
        WriteNumbers(finding, mostRows: isFull ? int.MaxValue : isBad ? 5 : 3, most: isFull ? int.MaxValue : isBad ? 2 : 1);
        if (finding.Why.Length > 0 && (isFull || isBad))
            Labelled(_words.Why, finding.Why);
        var fixes = finding.Fixes.Take(isFull || isBad ? int.MaxValue : 1).ToList();
        for (int i = 0; i < fixes.Count; i++)
            _column.Labelled(2, _labelWidth, i == 0 ? _words.WhatToDo : "", $"{i + 1}. {fixes[i]}", hanging: 3);
        Labelled(_words.HowSure, _words.Confidence(finding.Confidence));
        if (FileCommand.For(finding.LookCloser, file) is string command)
            _column.Command(2, _labelWidth, _words.LookCloser, command);
        _column.Command(2, _labelWidth, _words.ReadMore, _words.Explain(finding));
        _isMore |= evidence.Count < finding.Evidence.Count || fixes.Count < finding.Fixes.Count;
    }

    // A figure says more in a glance than a table, so figures come first and tables take what room is left.
    private void WriteNumbers(Finding finding, int mostRows, int most)
    {
        int written = 0;
        foreach (var figure in finding.Figures.Take(most))
        {
            _figures.Write(2, figure, mostRows == int.MaxValue ? mostRows : mostRows + 3);
            written++;
        }
        foreach (var table in finding.Tables.Take(Math.Max(most - written, finding.Tables.Count > 0 && mostRows > 3 ? 1 : 0)))
        {
            _tables.Write(2, table, mostRows);
            written++;
            _isMore |= table.Rows.Count > mostRows;
        }
        _isMore |= written < finding.Figures.Count + finding.Tables.Count;
    }

    private void WriteList(string title, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
            return;
        _column.Blank();
        _column.Line(0, title + ":");
        foreach (var finding in findings)
            _column.Line(2, $"{finding.Id} {finding.Question} {finding.Answer}{(finding.Ignored.Length == 0 ? "" : $" [{finding.Ignored}]")}", hanging: 7);
    }

    private void Labelled(string label, string text) => _column.Labelled(2, _labelWidth, label, text);

    // Red, yellow, blue, green of the terminal's own palette, so that they fit light and dark ones.
    private string? Paint(Severity severity) => !_column.Style.Color ? null : severity switch
    {
        Severity.Critical => "\u001b[1;31m",
        Severity.Warning => "\u001b[1;33m",
        Severity.Info => "\u001b[1;34m",
        _ => "\u001b[1;32m",
    };
}
