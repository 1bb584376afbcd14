using System.Text.Json;
using System.Text.Json.Serialization;
using Gmp.Analysis.Model;
using Gmp.Analysis.Snapshots;
using Gmp.Tool.Targets;

namespace Gmp.Tool.Dumping;

/// <summary>A snapshot for programs. docs/manual.md tells what the properties mean.</summary>
internal static class JsonDump
{
    private const int SchemaVersion = 1;
    private const int Examples = 10;

    /// <summary>Writes one object.</summary>
    public static void Write(TextWriter output, TargetProcess target, ProcessSnapshot snapshot, bool all) =>
        output.WriteLine(JsonSerializer.Serialize(Of(target, snapshot, all), JsonDumpContext.Default.JsonDumpRoot));

    private static JsonDumpRoot Of(TargetProcess target, ProcessSnapshot snapshot, bool all) => new(
        SchemaVersion, new(target.Id, target.Name, snapshot.Runtime), snapshot.TakenUtc, snapshot.IsComplete, snapshot.Losses, snapshot.Count,
        [
            .. snapshot.Schedulers.Select(s => new JsonDumpScheduler(
                s.Id, s.Name, s.Processors, s.Goroutines.Count, s.AllWait, [.. s.Circles.Select(c => c.Select(g => g.Id).ToArray())],
                [.. s.Groups.Select(Group)],
                all ? [.. s.Groups.SelectMany(g => g.Members).Select(Goroutine)] : null)),
        ]);

    private static JsonDumpGroup Group(GoroutineGroup group) => new(
        group.State, group.Members.Count, group.LongestNs, group.MedianNs, Site(group.CreatedAt), Suspect(group.Suspicion),
        [.. group.Members.Take(Examples).Select(Goroutine)]);

    private static JsonDumpGoroutine Goroutine(SnapshotGoroutine g) => new(g.Id, g.Name, g.State, g.SinceNs, g.Place, Site(g.CreatedAt), g.Parent, g.WaitsOn, g.HeldBy);

    private static JsonDumpSite? Site(SourceSite? site) => site is null ? null : new(site.File, site.Line, site.Member);

    private static string? Suspect(Suspicion suspicion) => suspicion switch
    {
        Suspicion.WaitsForEver => "waitsForEver",
        Suspicion.LongOnALock => "longOnALock",
        _ => null,
    };
}

internal sealed record JsonDumpRoot(
    int SchemaVersion, JsonDumpProcess Process, DateTime? TakenUtc, bool Complete, long Losses, int Goroutines, IReadOnlyList<JsonDumpScheduler> Schedulers);

internal sealed record JsonDumpProcess(int Id, string Name, string Runtime);

internal sealed record JsonDumpScheduler(
    int Id, string Name, int Processors, int Count, bool AllWait, IReadOnlyList<long[]> Circles, IReadOnlyList<JsonDumpGroup> Groups, IReadOnlyList<JsonDumpGoroutine>? Goroutines);

internal sealed record JsonDumpGroup(
    string State, int Count, long? LongestNs, long? MedianNs, JsonDumpSite? CreatedAt, string? Suspicion, IReadOnlyList<JsonDumpGoroutine> Examples);

internal sealed record JsonDumpGoroutine(long Id, string Name, string State, long? SinceNs, string? Place, JsonDumpSite? CreatedAt, long Parent, long WaitsOn, long HeldBy);

internal sealed record JsonDumpSite(string File, int Line, string Member);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JsonDumpRoot))]
internal sealed partial class JsonDumpContext : JsonSerializerContext;
