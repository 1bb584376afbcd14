using System.Globalization;
using Gmp.Analysis.Questions;

namespace Gmp.Tool.Reporting.Html.Page;

/// <summary>A finding as a section of the page.</summary>
internal sealed class FindingSection(TextWriter output, ReportWords words)
{
    private const int MostRows = 100;
    private const int RowsInSight = 12;

    // A cell that stays on one line.
    private const int ShortCell = 28;

    /// <summary>Writes a finding that asks for attention, in full.</summary>
    public void Write(Finding finding, string? file)
    {
        string severity = Class(finding.Severity);
        output.WriteLine($"<section id=\"{HtmlText.Name(finding.Id)}\" class=\"{severity}\" aria-labelledby=\"{HtmlText.Name(finding.Id)}-h\">");
        output.WriteLine($"<h2 id=\"{HtmlText.Name(finding.Id)}-h\"><span class=\"badge {severity}\">{HtmlText.Name(words.Severity(finding.Severity))}</span>"
            + $"{HtmlText.Name(finding.Id)} {HtmlText.Sentence(finding.Question)}</h2>");
        output.WriteLine($"<p class=\"answer\">{HtmlText.Sentence(finding.Answer)}</p>");
        WriteBody(finding, file);
        output.WriteLine("</section>");
    }

    /// <summary>Writes a finding that says that all is well: its answer, and the rest folded away.</summary>
    public void WriteFolded(Finding finding, string? file)
    {
        string answer = $"<b>{HtmlText.Name(finding.Id)}</b> {HtmlText.Sentence(finding.Question)} {HtmlText.Sentence(finding.Answer)}"
            + (finding.Ignored.Length == 0 ? "" : $" <i>[{HtmlText.Sentence(finding.Ignored)}]</i>");
        output.Write($"<li id=\"{HtmlText.Name(finding.Id)}\">");
        if (finding.Evidence.Count + finding.Tables.Count + finding.Figures.Count + finding.Fixes.Count == 0)
        {
            output.Write(answer);
        }
        else
        {
            output.WriteLine($"<details><summary>{answer}</summary>");
            WriteBody(finding, file);
            output.Write("</details>");
        }
        output.WriteLine("</li>");
    }

    private void WriteBody(Finding finding, string? file)
    {
        if (finding.Window is { } window)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"<p><a class=\"show\" href=\"#timeline\" data-from=\"{window.StartNs}\" data-to=\"{window.EndNs}\">{HtmlText.Sentence(words.Phrases.Text("Show it in the timeline"))}</a> <span class=\"dim\">{HtmlText.Name(Wording.Moment(window.StartNs))} – {HtmlText.Name(Wording.Moment(window.EndNs))}</span></p>"));
        }
        foreach (var figure in finding.Figures)
            WriteFigure(figure);
        foreach (var table in finding.Tables)
            WriteTable(table);
        WriteItems(words.Evidence, finding.Evidence, "ul");
        if (finding.Why.Length > 0)
        {
            output.WriteLine($"<h3>{HtmlText.Name(words.Why)}</h3>");
            output.WriteLine($"<p>{HtmlText.Sentence(finding.Why)}</p>");
        }
        WriteItems(words.WhatToDo, finding.Fixes, "ol");
        output.WriteLine("<dl>");
        output.WriteLine($"<dt>{HtmlText.Name(words.HowSure)}</dt><dd>{HtmlText.Name(words.Confidence(finding.Confidence))}</dd>");
        if (FileCommand.For(finding.LookCloser, file) is string command)
            output.WriteLine($"<dt>{HtmlText.Name(words.LookCloser)}</dt><dd><code>{HtmlText.Sentence(command)}</code></dd>");
        output.WriteLine($"<dt>{HtmlText.Name(words.ReadMore)}</dt><dd><code>{HtmlText.Name(words.Explain(finding))}</code></dd>");
        output.WriteLine("</dl>");
    }

    private void WriteItems(string title, IReadOnlyList<string> items, string list)
    {
        if (items.Count == 0)
            return;
        output.WriteLine($"<h3>{HtmlText.Name(title)}</h3>");
        output.WriteLine($"<{list}>{string.Concat(items.Select(i => $"<li>{HtmlText.Sentence(i)}</li>"))}</{list}>");
    }

    private void WriteFigure(Figure figure)
    {
        string drawing = Charts.Charts.Draw(figure, words);
        if (drawing.Length == 0)
            return;
        // A chart that is wider than the window is scrolled, by keys too.
        output.WriteLine($"<figure><figcaption>{HtmlText.Sentence(figure.Title)}</figcaption>"
            + $"<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"{HtmlText.Sentence(figure.Title)}\">{drawing}</div></figure>");
    }

    private void WriteTable(FindingTable table)
    {
        output.WriteLine($"<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"{HtmlText.Sentence(table.Title)}\">");
        WriteRows(table, 0, RowsInSight, table.Title);
        output.WriteLine("</div>");
        int shown = Math.Min(table.Rows.Count, RowsInSight);
        if (table.Rows.Count > RowsInSight)
        {
            shown = Math.Min(table.Rows.Count, MostRows);
            output.WriteLine($"<details><summary>{HtmlText.Sentence(words.More(shown - RowsInSight))}</summary><div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"{HtmlText.Sentence(table.Title)}\">");
            WriteRows(table, RowsInSight, MostRows, table.Title);
            output.WriteLine("</div></details>");
        }
        int left = table.Rows.Count - shown + table.MoreRows;
        if (left > 0)
            output.WriteLine($"<p class=\"dim\">{HtmlText.Sentence(words.More(left))}</p>");
    }

    private void WriteRows(FindingTable table, int from, int to, string caption)
    {
        output.WriteLine($"<table><caption>{HtmlText.Sentence(caption)}</caption>");
        output.WriteLine($"<thead><tr>{string.Concat(table.Columns.Select(c => $"<th scope=\"col\"{Number(c)}>{HtmlText.Name(c.Title)}</th>"))}</tr></thead><tbody>");
        foreach (var row in table.Rows.Take(to).Skip(from))
        {
            output.Write("<tr>");
            for (int i = 0; i < table.Columns.Count; i++)
            {
                var column = table.Columns[i];
                string text = i < row.Count ? HtmlText.Encode(CellText.Of(row[i], column.Kind)) : "";
                // A name may be written from right to left; the cells beside it are not.
                output.Write(column.Kind != CellKind.Text ? $"<td class=\"n\">{text}</td>" : text.Length <= ShortCell ? $"<td class=\"s\"><bdi>{text}</bdi></td>" : $"<td><bdi>{text}</bdi></td>");
            }
            output.WriteLine("</tr>");
        }
        output.WriteLine("</tbody></table>");
    }

    private static string Number(TableColumn column) => CellText.IsNumber(column.Kind) ? " class=\"n\"" : "";

    /// <summary>The class of the style sheet.</summary>
    public static string Class(Severity severity) => severity switch
    {
        Severity.Critical => "critical",
        Severity.Warning => "warning",
        Severity.Info => "info",
        _ => "ok",
    };
}
