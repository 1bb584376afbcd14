using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Gmp.Tool.Reporting.Json;

// The schema of JsonReport, version 1: the property names are these in camelCase, in this order. docs/manual.md tells what they mean.
internal sealed record JsonRoot(int SchemaVersion, string Language, JsonTrace Trace, IReadOnlyList<JsonCause> Causes, IReadOnlyList<JsonFinding> Findings);

internal sealed record JsonCause(string Finding, string Statement, string Confidence, string Try, string? LookCloser, IReadOnlyList<string> Explains);

internal sealed record JsonTrace(
    string? Path, long Bytes, int FormatVersion, bool Truncated, bool Repaired, int ProcessId, string Runtime, DateTime? StartUtc, long DurationNs,
    long Events, long EventsLost, long Batches, long BatchesLost, long BatchesCorrupt, long BytesDamaged, long EventsLate, long EventsRepaired,
    IReadOnlyList<JsonScheduler> Schedulers)
{
    /// <summary>With <c>info --validate</c> only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonValidation? Validation { get; init; }

    /// <summary>Where a part of the trace was counted only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonPart? Part { get; init; }
}

internal sealed record JsonPart(
    long StartNs, long EndNs, IReadOnlyList<long> Goroutines, IReadOnlyList<string> Names, IReadOnlyList<string> Labels, IReadOnlyList<int> Processors);

internal sealed record JsonValidation(
    long Records, long Unjudged, long UnknownKinds, long Early, long MostEarlyNs, long Violations, IReadOnlyList<JsonBrokenRule> BrokenRules,
    IReadOnlyList<JsonViolation> First);

internal sealed record JsonBrokenRule(string Rule, string Meaning, long Count);

internal sealed record JsonViolation(string Rule, int Scheduler, int Stream, long TimeNs, string Record, string Text);

internal sealed record JsonScheduler(int Id, string Name, int Processors, long SliceNs);

internal sealed record JsonFinding(
    string Id, string Severity, int Score, string Question, string Answer, IReadOnlyList<string> Evidence, string Why,
    IReadOnlyList<string> Fixes, string Confidence, string? LookCloser, IReadOnlyList<JsonGoroutine> Goroutines,
    IReadOnlyList<int> Processors, JsonWindow? Window, JsonSource? Source, JsonCode? Code, string? Accepted,
    IReadOnlyList<JsonObject> Tables, IReadOnlyList<JsonObject> Figures);

internal sealed record JsonGoroutine(long Id, string Name, string Role, JsonSource? CreatedAt, long? WaitNs, long? LongestWaitNs, int? Waits,
    long? LongestSliceNs, int? Slices, long? RunNs);

internal sealed record JsonCode(int Samples, int Slices, string? Missing, IReadOnlyList<JsonCodeLine> Lines);

internal sealed record JsonCodeLine(
    string Method, string Module, string? File, int? Line, int Samples, double Share, string? Calls, IReadOnlyList<JsonCodeFrame> Path);

internal sealed record JsonCodeFrame(string Method, string? File, int? Line);

internal sealed record JsonWindow(long StartNs, long EndNs);

internal sealed record JsonSource(string File, int Line, string Member);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JsonRoot))]
[JsonSerializable(typeof(JsonTrace))]
internal sealed partial class JsonReportContext : JsonSerializerContext;
