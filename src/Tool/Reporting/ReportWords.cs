using System.Globalization;
using Gmp.Analysis.Language;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;

namespace Gmp.Tool.Reporting;

/// <summary>The words that are the same in every report for people, in one language; none of them is escaped.</summary>
internal sealed class ReportWords(Phrases phrases)
{
    public Phrases Phrases => phrases;

    /// <summary>The title of a cause, by its place.</summary>
    public string Cause(int place) => place == 0 ? phrases.Text("Most likely cause") : phrases.Text("Also likely");

    public string Explains => phrases.Text("Explains");

    public string TryFirst => phrases.Text("Try first");

    public string Evidence => phrases.Text("Evidence");

    public string Why => phrases.Text("Why");

    public string WhatToDo => phrases.Text("What to do");

    public string HowSure => phrases.Text("How sure");

    public string LookCloser => phrases.Text("Look closer");

    public string ReadMore => phrases.Text("Read more");

    /// <summary>The command that prints the page of a finding, in the report's language: whoever reads a report may have no repository beside it.</summary>
    public string Explain(Finding finding) => $"dotnet gmp-trace explain {finding.Id}{(phrases.Name == Analysis.Language.Phrases.English.Name ? "" : $" --lang {phrases.Name}")}";

    public string Numbers => phrases.Text("Numbers");

    public string Fine => phrases.Text("Checked and fine");

    public string Accepted => phrases.Text("Known and accepted");

    public string Unanswered => phrases.Text("Not answered by this trace");

    /// <summary>A severity in a word.</summary>
    public string Severity(Severity severity) => severity switch
    {
        Analysis.Questions.Severity.Critical => phrases.Text("critical"),
        Analysis.Questions.Severity.Warning => phrases.Text("warning"),
        Analysis.Questions.Severity.Info => phrases.Text("info"),
        Analysis.Questions.Severity.Ok => phrases.Text("ok"),
        _ => phrases.Text("not applicable"),
    };

    /// <summary>A confidence in a word.</summary>
    public string Confidence(Confidence confidence) => confidence switch
    {
        Analysis.Questions.Confidence.High => phrases.Text("high"),
        Analysis.Questions.Confidence.Medium => phrases.Text("medium"),
        _ => phrases.Text("low"),
    };

    /// <summary><c>3 more</c>, of the rows or bars that are left out.</summary>
    public string More(long count) => phrases.Say($"and {Units.Count(count)} more");

    /// <summary>The verdict in a sentence: the worst finding, its culprit and its source line, and how many there are.</summary>
    public string Verdict(Report report)
    {
        var problems = FindingOrder.Problems(report.Findings);
        int fine = FindingOrder.Fine(report.Findings).Count;
        if (problems.Count == 0)
            return fine == 0 ? phrases.Text("Nothing could be checked.") : phrases.Say($"All is well: {phrases.Count(fine, "question")} checked.");
        var worst = problems[0];
        string findings = phrases.Count(problems.Count, "finding");
        string head = $"{worst.Id}{Culprit(worst)}";
        return fine == 0 ? phrases.Say($"{head}. {findings}.") : phrases.Say($"{head}. {findings}, {phrases.Count(fine, "question")} checked and fine.");
    }

    // What was left out is said first: else a report on a part reads as one on the whole.
    private IEnumerable<string> Part(TracePart part)
    {
        var selection = part.Selection;
        if (selection.FromNs > 0 || selection.ToNs != long.MaxValue)
            yield return phrases.Say($"of the trace from {Wording.Moment(part.StartNs)} to {Wording.Moment(part.EndNs)}");
        if (selection.HasGoroutines)
        {
            string who = string.Join(phrases.Text(", "),
                selection.Goroutines.Select(g => "G" + g.ToString(CultureInfo.InvariantCulture)).Concat(selection.Names.Select(n => $"\"{n}\"")).Concat(selection.Labels.Select(l => $"{l.Key}={l.Value}")));
            yield return phrases.Say($"goroutines {who} only");
        }
        if (selection.Processors.Count > 0)
            yield return phrases.Say($"{string.Join(phrases.Text(", "), selection.Processors.Select(p => "P" + p.ToString(CultureInfo.InvariantCulture)))} only");
    }

    /// <summary>What the trace is: <c>3.00 s, 12,345 events, none lost</c>.</summary>
    public string Trace(TraceInfo info)
    {
        var parts = new List<string> { Units.Time(info.DurationNs) };
        if (info.Part is { } part)
            parts.AddRange(Part(part));
        parts.Add(info.Part is null ? phrases.Count(info.Records, "event") : phrases.Say($"{phrases.Count(info.Records, "event")} in all of it"));
        int known = parts.Count;
        if (info.BatchesLost > 0)
            parts.Add(phrases.Say($"{phrases.Count(info.BatchesLost, "batch", "batches")} lost"));
        if (info.EventsLost > 0)
            parts.Add(phrases.Say($"{phrases.Count(info.EventsLost, "event")} dropped by the target"));
        if (info.CorruptBatches > 0)
            parts.Add(phrases.Say($"{phrases.Count(info.CorruptBatches, "batch", "batches")} unreadable"));
        if (info.DamagedBytes > 0)
            parts.Add(phrases.Say($"{Units.Bytes(info.DamagedBytes)} damaged"));
        if (parts.Count == known)
            parts.Add(phrases.Text("none lost"));
        if (info.IsTruncated)
            parts.Add(phrases.Text("truncated"));
        else if (info.IsRepaired)
            parts.Add(phrases.Text("ended early"));
        return string.Join(phrases.Text(", "), parts);
    }

    private string Culprit(Finding finding)
    {
        string who = finding.Goroutines is [var first, ..] ? $": G{first.Id}" + (first.Name.Length == 0 ? "" : $" \"{SafeText.Bound(first.Name, SafeText.LongestName)}\"") : "";
        string where = finding.Source is null ? "" : who.Length == 0 ? $": {finding.Source.Short}" : phrases.Text(", ") + phrases.Say($"created at {finding.Source.Short}");
        string code = finding.Code?.HottestLine is not { } line ? ""
            : phrases.Text(", ") + (line.Frame.Line == 0 ? phrases.Say($"in {line.Frame.Name}") : phrases.Say($"in {line.Frame.Name} at {line.Frame.Place}"));
        return who + where + code;
    }
}
