using Gmp.Analysis.Language;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Tool.Reporting.Html.Page;
using Gmp.Tool.Reporting.Html.Timeline;

namespace Gmp.Tool.Reporting.Html;

/// <summary>
/// The report as one page: the verdict and the causes, a timeline, and a section for each finding. Nothing is loaded from anywhere. Without script all of it is
/// there, with the timeline as a drawing; with script one can move in the timeline.
/// </summary>
internal sealed class HtmlReport(TextWriter output, Phrases phrases)
{
    private readonly ReportWords _words = new(phrases);

    /// <summary>Writes the page.</summary>
    /// <param name="trace">What the findings are about.</param>
    /// <param name="report">The answers.</param>
    /// <param name="file">The trace's path, or null if it is not kept.</param>
    public void Write(LoadedTrace trace, Report report, string? file)
    {
        string name = file is null ? phrases.Text("Trace") : Path.GetFileName(file);
        output.Write("<!doctype html>\n");
        output.WriteLine($"<html lang=\"{HtmlText.Name(phrases.Name)}\"><head><meta charset=\"utf-8\">");
        output.WriteLine($"<meta http-equiv=\"Content-Security-Policy\" content=\"{HtmlText.Encode(PageAssets.Policy)}\">");
        output.WriteLine("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"referrer\" content=\"no-referrer\"><meta name=\"color-scheme\" content=\"light dark\">");
        output.WriteLine($"<title>{HtmlText.Sentence(phrases.Say($"Scheduler report: {name}"))}</title>");
        output.WriteLine($"<style>{PageAssets.Style}</style></head><body>");
        output.WriteLine($"<a class=\"skip\" href=\"#findings\">{HtmlText.Sentence(phrases.Text("Skip to the findings"))}</a>");
        WriteHead(trace, report, file, name);
        output.WriteLine("<main>");
        for (int i = 0; i < report.Causes.Count; i++)
            WriteCause(i, report, file);
        var section = new TimelineSection(output, _words);
        var data = trace.Model.Lanes.Count == 0 ? null : new TimelineData(trace.Model, FindingOrder.Problems(report.Findings));
        if (data is not null)
            section.Write(data);
        output.WriteLine("<div id=\"findings\">");
        var findings = new FindingSection(output, _words);
        foreach (var finding in FindingOrder.Problems(report.Findings))
            findings.Write(finding, file);
        WriteList(findings, _words.Accepted, FindingOrder.Accepted(report.Findings), file);
        WriteList(findings, _words.Fine, FindingOrder.Fine(report.Findings), file);
        WriteList(findings, _words.Unanswered, FindingOrder.Unanswered(report.Findings), file);
        output.WriteLine("</div></main>");
        if (data is not null)
            output.WriteLine($"<script type=\"text/plain\" id=\"timeline-data\">{data.ToText(section.ScriptWords())}</script>");
        output.WriteLine($"<script>{PageAssets.Script}</script></body></html>");
    }

    private void WriteHead(LoadedTrace trace, Report report, string? file, string name)
    {
        var worst = FindingOrder.Worst(report.Findings);
        output.WriteLine($"<header><h1>{HtmlText.Sentence(phrases.Say($"Scheduler report: {name}"))}</h1>");
        output.WriteLine($"<p class=\"verdict\"><span class=\"badge {FindingSection.Class(worst)}\">{HtmlText.Name(_words.Severity(worst))}</span>{HtmlText.Sentence(_words.Verdict(report))}</p>");
        var facts = new List<string> { _words.Trace(trace.Info) };
        if (trace.Info.StartUtc is { } start)
            facts.Add(start.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", System.Globalization.CultureInfo.InvariantCulture));
        if (trace.Info.ProcessId != 0)
            facts.Add(phrases.Say($"process {trace.Info.ProcessId}"));
        if (trace.Info.Runtime.Length > 0)
            facts.Add(trace.Info.Runtime);
        output.WriteLine($"<p class=\"dim\">{string.Join(" · ", facts.Select(HtmlText.Sentence))}</p>");
        var problems = FindingOrder.Problems(report.Findings);
        if (problems.Count > 1)
        {
            output.Write($"<nav aria-label=\"{HtmlText.Name(phrases.Text("Findings"))}\"><ul>");
            foreach (var finding in problems)
                output.Write($"<li><a href=\"#{HtmlText.Name(finding.Id)}\">{HtmlText.Name(finding.Id)}</a> {HtmlText.Name(_words.Severity(finding.Severity))}: {HtmlText.Sentence(finding.Question)}</li>");
            output.WriteLine("</ul></nav>");
        }
        output.WriteLine("</header>");
    }

    private void WriteCause(int place, Report report, string? file)
    {
        var cause = report.Causes[place];
        string severity = FindingSection.Class(report.Findings.FirstOrDefault(f => f.Id == cause.Finding)?.Severity ?? Severity.Warning);
        output.WriteLine($"<div class=\"cause {severity}\"><h2>{HtmlText.Name(_words.Cause(place))}</h2><p class=\"answer\">{HtmlText.Sentence(cause.Statement)}</p><dl>");
        if (cause.Explains.Count > 0)
            output.WriteLine($"<dt>{HtmlText.Name(_words.Explains)}</dt><dd>{string.Join(", ", cause.Explains.Select(id => $"<a href=\"#{HtmlText.Name(id)}\">{HtmlText.Name(id)}</a>"))}</dd>");
        output.WriteLine($"<dt>{HtmlText.Name(_words.TryFirst)}</dt><dd>{HtmlText.Sentence(cause.Try)}</dd>");
        output.WriteLine($"<dt>{HtmlText.Name(_words.HowSure)}</dt><dd>{HtmlText.Name(_words.Confidence(cause.Confidence))}</dd>");
        if (FileCommand.For(cause.LookCloser, file) is string command)
            output.WriteLine($"<dt>{HtmlText.Name(_words.LookCloser)}</dt><dd><code>{HtmlText.Sentence(command)}</code></dd>");
        output.WriteLine("</dl></div>");
    }

    private void WriteList(FindingSection section, string title, IReadOnlyList<Finding> findings, string? file)
    {
        if (findings.Count == 0)
            return;
        output.WriteLine($"<section class=\"ok\"><h2>{HtmlText.Name(title)}</h2><ul>");
        foreach (var finding in findings)
            section.WriteFolded(finding, file);
        output.WriteLine("</ul></section>");
    }
}
