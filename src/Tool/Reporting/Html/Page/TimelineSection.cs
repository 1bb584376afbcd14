using System.Text.Json.Nodes;
using Gmp.Tool.Reporting.Html.Timeline;

namespace Gmp.Tool.Reporting.Html.Page;

/// <summary>The timeline: a drawing of the whole trace for everyone, and what the script needs to let one move in it.</summary>
internal sealed class TimelineSection(TextWriter output, ReportWords words)
{
    /// <summary>Writes it.</summary>
    public void Write(TimelineData data)
    {
        var phrases = words.Phrases;
        output.WriteLine($"<section id=\"timeline\" class=\"timeline\" aria-labelledby=\"timeline-h\"><h2 id=\"timeline-h\">{HtmlText.Name(phrases.Text("Timeline"))}</h2>");
        output.WriteLine("<div class=\"controls\">"
            + Button("zoom-in", "+", phrases.Text("Zoom in")) + Button("zoom-out", "−", phrases.Text("Zoom out"))
            + Button("left", "←", phrases.Text("Earlier")) + Button("right", "→", phrases.Text("Later"))
            + Button("fit", "↔", phrases.Text("The whole trace")) + Button("previous", "«", phrases.Text("The rare event before")) + Button("next", "»", phrases.Text("The next rare event"))
            + $"<span class=\"dim\">{HtmlText.Sentence(phrases.Text("Drag, or turn the wheel with Ctrl. Keys: + - zoom, arrows move, 0 shows all, n and p go to rare events."))}</span></div>");
        // Scrolled where there are more rows than a window holds.
        output.WriteLine($"<div class=\"wide\"><canvas id=\"view\" tabindex=\"0\" role=\"img\" aria-label=\"{HtmlText.Name(phrases.Text("Timeline"))}\" aria-describedby=\"readout\"></canvas>");
        output.WriteLine(TimelineDrawing.Draw(data, phrases));
        output.WriteLine("</div>");
        output.WriteLine("<p id=\"readout\" class=\"readout\" aria-live=\"polite\"></p>");
        WriteLegend(data);
        if (data.LeftOutMachines > 0)
            output.WriteLine($"<p class=\"dim\">{HtmlText.Sentence(phrases.Say($"{phrases.Count(data.LeftOutMachines, "more M")} did less and have no row."))}</p>");
        output.WriteLine("</section>");
    }

    /// <summary>The words that the script says, by the names that it has for them.</summary>
    public JsonObject ScriptWords()
    {
        var phrases = words.Phrases;
        return new JsonObject
        {
            // By the numbers of RowKind.
            ["kinds"] = new JsonArray(
                phrases.Text("runs"), phrases.Text("in a system call"), phrases.Text("looks for work"), phrases.Text("not known"), phrases.Text("runs without a P"),
                phrases.Text("has a P"), phrases.Text("has no P")),
            ["idle"] = phrases.Text("idle, or the scheduler works"),
            ["parked"] = phrases.Text("sleeps"),
            ["hog"] = phrases.Text("without a scheduling point"),
            ["handoff"] = phrases.Text("handoff to"),
            ["steal"] = phrases.Text("steal from"),
            ["pause"] = phrases.Text("all threads stopped"),
            ["collection"] = phrases.Text("collection, all threads stopped"),
            ["pauses"] = phrases.Text("Pauses"),
            ["mostly"] = phrases.Text("mostly"),
            ["summed"] = phrases.Text("summed up over"),
            ["to"] = phrases.Text("to"),
            ["times"] = phrases.Text("times"),
        };
    }

    private void WriteLegend(TimelineData data)
    {
        var phrases = words.Phrases;
        var items = new List<(string Kind, string Text)>
        {
            ("running", phrases.Text("a goroutine runs")), ("syscall", phrases.Text("system call, P held")), ("spinning", phrases.Text("the M looks for work")),
            ("hog", phrases.Text("a slice or more without a scheduling point; on an M's row without a P")), ("hasp", phrases.Text("the M has a P")), ("nop", phrases.Text("the M has no P and does not sleep")),
            ("pause", phrases.Text("the runtime stopped all threads")),
        };
        if (data.Rows.Any(r => r is ProcessorRow) && data.Buckets.Any(b => Enumerable.Range(0, b.Count).Any(i => b.Share(i, 3) > 0)))
            items.Add(("unknown", phrases.Text("not known: records are missing")));
        output.Write("<ul class=\"legend\">");
        foreach (var (kind, text) in items)
            output.Write($"<li><svg viewBox=\"0 0 12 8\" aria-hidden=\"true\"><rect class=\"{kind}\" width=\"12\" height=\"8\"/></svg>{HtmlText.Name(text)}</li>");
        output.Write($"<li><b aria-hidden=\"true\">▾</b> {HtmlText.Name(phrases.Text("handoff"))}</li><li><b aria-hidden=\"true\">▴</b> {HtmlText.Name(phrases.Text("steal"))}</li>");
        output.WriteLine("</ul>");
    }

    private static string Button(string id, string sign, string name) =>
        $"<button type=\"button\" id=\"{id}\" aria-label=\"{HtmlText.Name(name)}\" title=\"{HtmlText.Name(name)}\">{sign}</button>";
}
