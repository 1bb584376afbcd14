using System.Globalization;
using Gmp.Analysis.Language;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Tool.Reporting.Text;

namespace Gmp.Tool.Reporting.Markdown;

/// <summary>
/// The report for a ticket: the verdict and the causes in sight, numbers folded away. Figures stand in blocks of code, where no name of the target can be
/// a mark.
/// </summary>
internal sealed class MarkdownReport(TextWriter output, Phrases phrases)
{
    private const int FigureWidth = 100;
    private const int MostRows = 50;
    private const int EvidenceInSight = 5;

    private readonly ReportWords _words = new(phrases);

    /// <summary>Writes the whole report.</summary>
    /// <param name="trace">What the findings are about.</param>
    /// <param name="report">The answers.</param>
    /// <param name="file">The trace's path, or null if it is not kept.</param>
    public void Write(LoadedTrace trace, Report report, string? file)
    {
        output.WriteLine($"## {MarkdownText.Sentence(phrases.Say($"Scheduler report: {file ?? phrases.Text("Trace")}"))}");
        output.WriteLine();
        output.WriteLine($"**{_words.Severity(FindingOrder.Worst(report.Findings)).ToUpperInvariant()}** {MarkdownText.Sentence(_words.Verdict(report))}");
        output.WriteLine();
        output.WriteLine(MarkdownText.Sentence(_words.Trace(trace.Info)));
        for (int i = 0; i < report.Causes.Count; i++)
            WriteCause(i, report.Causes[i], file);
        foreach (var finding in FindingOrder.Problems(report.Findings))
            WriteFinding(finding, file);
        WriteList(_words.Accepted, FindingOrder.Accepted(report.Findings));
        WriteList(_words.Fine, FindingOrder.Fine(report.Findings));
        WriteList(_words.Unanswered, FindingOrder.Unanswered(report.Findings));
    }

    private void WriteCause(int place, Cause cause, string? file)
    {
        output.WriteLine();
        output.WriteLine($"### {_words.Cause(place)}");
        output.WriteLine();
        output.WriteLine(MarkdownText.Sentence(cause.Statement));
        output.WriteLine();
        if (cause.Explains.Count > 0)
            Item(_words.Explains, phrases.List(cause.Explains));
        Item(_words.TryFirst, cause.Try);
        Item(_words.HowSure, _words.Confidence(cause.Confidence));
        Command(cause.LookCloser, file);
    }

    private void WriteFinding(Finding finding, string? file)
    {
        bool isBad = finding.Severity >= Severity.Warning;
        output.WriteLine();
        output.WriteLine($"### {finding.Id} {_words.Severity(finding.Severity)}: {MarkdownText.Sentence(finding.Question)}");
        output.WriteLine();
        output.WriteLine(MarkdownText.Sentence(finding.Answer));
        var evidence = finding.Evidence.Take(isBad ? EvidenceInSight : 0).ToList();
        if (evidence.Count > 0)
        {
            output.WriteLine();
            foreach (string fact in evidence)
                output.WriteLine($"- {MarkdownText.Sentence(fact)}");
        }
        WriteFolded(finding, evidence.Count);
        output.WriteLine();
        if (finding.Why.Length > 0)
            Item(_words.Why, finding.Why);
        if (finding.Fixes.Count > 0)
        {
            output.WriteLine($"- **{_words.WhatToDo}**");
            for (int i = 0; i < finding.Fixes.Count; i++)
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {i + 1}. {MarkdownText.Sentence(finding.Fixes[i])}"));
        }
        Item(_words.HowSure, _words.Confidence(finding.Confidence));
        Command(finding.LookCloser, file);
        output.WriteLine($"- **{_words.ReadMore}** {MarkdownText.Code(_words.Explain(finding))}");
    }

    private void WriteFolded(Finding finding, int told)
    {
        if (finding.Evidence.Count == told && finding.Tables.Count + finding.Figures.Count == 0)
            return;
        output.WriteLine();
        output.WriteLine($"<details><summary>{_words.Numbers}</summary>");
        if (finding.Evidence.Count > told)
        {
            output.WriteLine();
            foreach (string fact in finding.Evidence.Skip(told))
                output.WriteLine($"- {MarkdownText.Sentence(fact)}");
        }
        foreach (var figure in finding.Figures)
            WriteFigure(figure);
        foreach (var table in finding.Tables)
            WriteTable(table);
        output.WriteLine();
        output.WriteLine("</details>");
    }

    private void WriteFigure(Figure figure)
    {
        using var drawing = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        new TextFigures(new TextColumn(drawing, new TextStyle(FigureWidth, Color: false, Glyphs: true)), _words).Write(0, figure, MostRows);
        string text = drawing.ToString();
        string fence = MarkdownText.Fence(text);
        output.WriteLine();
        output.WriteLine(fence);
        output.Write(text);
        output.WriteLine(fence);
    }

    private void WriteTable(FindingTable table)
    {
        output.WriteLine();
        output.WriteLine($"**{MarkdownText.Sentence(table.Title)}**");
        output.WriteLine();
        output.WriteLine($"| {string.Join(" | ", table.Columns.Select(c => MarkdownText.Name(c.Title)))} |");
        output.WriteLine($"|{string.Concat(table.Columns.Select(c => CellText.IsNumber(c.Kind) ? " ---: |" : " --- |"))}");
        foreach (var row in table.Rows.Take(MostRows))
            output.WriteLine($"| {string.Join(" | ", table.Columns.Select((c, i) => i < row.Count ? MarkdownText.Escape(CellText.Of(row[i], c.Kind)) : ""))} |");
        int left = table.MoreRows + Math.Max(0, table.Rows.Count - MostRows);
        if (left == 0)
            return;
        output.WriteLine();
        output.WriteLine(MarkdownText.Sentence(_words.More(left)));
    }

    private void WriteList(string title, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
            return;
        output.WriteLine();
        output.WriteLine($"### {title}");
        output.WriteLine();
        foreach (var finding in findings)
        {
            string reason = finding.Ignored.Length == 0 ? "" : $" \\[{MarkdownText.Sentence(finding.Ignored)}\\]";
            output.WriteLine($"- **{finding.Id}** {MarkdownText.Sentence(finding.Question)} {MarkdownText.Sentence(finding.Answer)}{reason}");
        }
    }

    private void Item(string label, string text) => output.WriteLine($"- **{label}** {MarkdownText.Sentence(text)}");

    private void Command(string command, string? file)
    {
        if (FileCommand.For(command, file) is string whole)
            output.WriteLine($"- **{_words.LookCloser}** {MarkdownText.Code(whole)}");
    }
}
