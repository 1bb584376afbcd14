using System.Text.Json;
using System.Text.Json.Nodes;
using Gmp.Analysis.Language;
using Gmp.Analysis.Questions;
using Gmp.Tests.Harness;
using Gmp.Tool.Reporting.Json;
using Json.Schema;

namespace Gmp.Tests.Reporting;

/// <summary>docs/report.schema.json is what programs are written against.</summary>
public class JsonSchemaTests
{
    private static readonly JsonSchema s_schema = JsonSchema.FromFile(Path.Combine(Repository.Root, "docs", "report.schema.json"));

    [Fact]
    public void A_report_with_everything_keeps_to_the_schema() => Check(Write(CraftedReport.Whole("checksum")));

    [Fact]
    public void An_empty_report_keeps_to_the_schema() => Check(Write(new Report([], [])));

    [Fact]
    public void A_report_on_a_recording_keeps_to_the_schema()
    {
        using var folder = new TempFolder();
        string path = folder.File("hog.nettrace");
        var run = ToolRun.Of("demo", "hog", "--ps", "1", "--duration", "1s", "--output", path, "--format", "json");
        Assert.True(run.ExitCode == 0, run.Error);
        Check(run.Out);
        Check(ToolRun.Of("report", path, "--format", "json", "--lang", "zh-CN").Out);
    }

    [Fact]
    public void Every_property_that_is_written_is_in_the_schema()
    {
        // Closed for this test only: others may get a newer tool's report.
        var closed = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "report.schema.json")))!.AsObject();
        Close(closed);
        closed["$id"] = "urn:gmp-trace:closed";
        var schema = JsonSchema.FromText(closed.ToJsonString());
        var result = schema.Evaluate(Element(Write(CraftedReport.Whole("checksum"))), new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(result.IsValid, Errors(result));
    }

    [Theory]
    [InlineData("/findings/0/severity", "\"bad\"")]
    [InlineData("/findings/1/figures/0/nodes/0/timeNs", "\"1\"")]
    [InlineData("/findings/1/tables/0/columns/0/kind", "\"colour\"")]
    [InlineData("/schemaVersion", "2")]
    public void The_schema_notices(string pointer, string value)
    {
        var report = JsonNode.Parse(Write(CraftedReport.Whole("checksum")))!;
        string[] path = pointer.Split('/')[1..];
        JsonNode at = report;
        foreach (string step in path[..^1])
            at = int.TryParse(step, out int index) ? at[index]! : at[step]!;
        Assert.NotNull(at[path[^1]]);
        at[path[^1]] = JsonNode.Parse(value);
        Assert.False(s_schema.Evaluate(Element(report.ToJsonString())).IsValid);
    }

    private static void Check(string json)
    {
        var result = s_schema.Evaluate(Element(json), new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(result.IsValid, Errors(result));
    }

    private static JsonElement Element(string json) => JsonElement.Parse(json);

    private static string Errors(EvaluationResults result) =>
        string.Join('\n', (result.Details ?? []).Where(d => d.Errors is { Count: > 0 }).SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value}")));

    private static string Write(Report report)
    {
        using var output = new StringWriter();
        JsonReport.Write(output, CraftedReport.Trace, report, "x.nettrace", Phrases.English);
        return output.ToString();
    }

    // Figures are the only objects that are put together of two schemas.
    private static void Close(JsonObject schema)
    {
        foreach (var (name, value) in schema.ToList())
        {
            if (value is JsonObject child)
                Close(child);
        }
        if (schema["properties"] is JsonObject && (string?)schema["type"] == "object")
            schema["unevaluatedProperties"] = schema["required"] is JsonArray required && IsFigurePart(required);
    }

    private static bool IsFigurePart(JsonArray required) =>
        required.Select(r => (string?)r).Any(r => r is "nodes" or "bars" or "series" or "classes" or "rowsAre") || required.Count == 3 && (string?)required[0] == "type";
}
