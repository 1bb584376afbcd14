using System.Text.Json;
using Gmp.Analysis.Language;
using Gmp.Analysis.Model;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Validation;

namespace Gmp.Tool.Reporting.Json;

/// <summary>
/// The report for programs. The names and meanings of <see cref="SchemaVersion"/> 1 stay; later versions of the tool may add properties.
/// The serializer escapes everything beyond ASCII, so the output is safe to show as well.
/// </summary>
internal static class JsonReport
{
    /// <summary>Grows when a property changes its meaning or goes away.</summary>
    public const int SchemaVersion = 1;

    /// <summary>Writes the report, one object.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="trace">What the findings are about.</param>
    /// <param name="report">Its findings are written the worst first, then those that are fine.</param>
    /// <param name="file">The trace's path, or null if it is not kept.</param>
    /// <param name="phrases">The language that the report is in.</param>
    public static void Write(TextWriter output, LoadedTrace trace, Report report, string? file, Phrases phrases)
    {
        var ordered = FindingOrder.All(report.Findings);
        var root = new JsonRoot(SchemaVersion, phrases.Name, Trace(trace.Info, file), [.. report.Causes.Select(c => OfCause(c, file))], [.. ordered.Select(f => OfFinding(f, file))]);
        output.WriteLine(JsonSerializer.Serialize(root, JsonReportContext.Default.JsonRoot));
    }

    /// <summary>What <c>info --format json</c> writes, too.</summary>
    internal static JsonTrace Trace(TraceInfo info, string? file) => new(
        file, info.Bytes, info.FormatVersion, info.IsTruncated, info.IsRepaired, info.ProcessId, info.Runtime, info.StartUtc, info.DurationNs,
        info.Records, info.EventsLost, info.Batches, info.BatchesLost, info.CorruptBatches, info.DamagedBytes, info.LateRecords, info.RepairedRecords,
        [.. info.Schedulers.Select(s => new JsonScheduler(s.Id, Text(s.Name), s.Procs, s.SliceNs))])
    {
        Part = info.Part is not { } part ? null : new JsonPart(
            part.StartNs, part.EndNs, [.. part.Selection.Goroutines], [.. part.Selection.Names.Select(Text)], [.. part.Selection.Labels.Select(l => Text($"{l.Key}={l.Value}"))],
            [.. part.Selection.Processors]),
    };

    /// <summary>What <c>info --validate --format json</c> adds.</summary>
    internal static JsonValidation Validation(ValidationResult result) => new(
        result.Records, result.Unjudged, result.UnknownKinds, result.Early, result.MostEarlyNs, result.Count,
        [.. Rules.All.Where(result.Counts.ContainsKey).Select(r => new JsonBrokenRule(r.Id, r.Meaning, result.Counts[r]))],
        [.. result.Violations.Select(v => new JsonViolation(v.Rule.Id, v.Scheduler, v.Stream, v.TimeNs, v.Record, v.Text))]);

    private static JsonCause OfCause(Cause c, string? file) =>
        new(c.Finding, Text(c.Statement), Camel(c.Confidence), Text(c.Try), FileCommand.For(c.LookCloser, file), c.Explains);

    private static JsonFinding OfFinding(Finding f, string? file) => new(
        f.Id, Camel(f.Severity), f.Score, f.Question, Text(f.Answer), [.. f.Evidence.Select(Text)], Text(f.Why), [.. f.Fixes.Select(Text)], Camel(f.Confidence), FileCommand.For(f.LookCloser, file),
        [.. f.Goroutines.Select(g => new JsonGoroutine(
            g.Id, Text(g.Name), g.Role, Source(g.CreatedAt), g.WaitNs, g.LongestWaitNs, g.Waits, g.LongestSliceNs, g.Slices, g.RunNs))],
        f.Processors, f.Window is null ? null : new JsonWindow(f.Window.StartNs, f.Window.EndNs), Source(f.Source), Code(f.Code),
        NullIfEmpty(f.Ignored), [.. f.Tables.Select(JsonNumbers.Table)], [.. f.Figures.Select(JsonNumbers.Figure)]);

    private static JsonCode? Code(CodeProfile? code) => code is null ? null : new JsonCode(
        code.Samples, code.Slices, NullIfEmpty(code.Missing),
        [.. code.Lines.Select(l => new JsonCodeLine(
            Text(l.Frame.Name), Text(l.Frame.Module), NullIfEmpty(l.Frame.File), LineOf(l.Frame), l.Samples, Math.Round(l.Share, 4), NullIfEmpty(l.Calls),
            [.. l.Path.Select(p => new JsonCodeFrame(Text(p.Name), NullIfEmpty(p.File), LineOf(p)))]))]);

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : Text(text);

    // A name of the target can be megabytes long, and a report is no place to keep it.
    private static string Text(string text) => SafeText.Bound(text, SafeText.LongestSentence);

    private static int? LineOf(CodeFrame frame) => frame.Line == 0 ? null : frame.Line;

    private static JsonSource? Source(SourceSite? site) => site is null ? null : new JsonSource(Text(site.File), site.Line, Text(site.Member));

    private static string Camel<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
