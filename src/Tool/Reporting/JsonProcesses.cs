using System.Text.Json.Serialization;
using Gmp.Tool.Targets;

namespace Gmp.Tool.Reporting;

// The schema of `ps --json`, version 1: the property names are these in camelCase. docs/manual.md tells what they mean.
internal sealed record JsonProcesses(int SchemaVersion, string Folder, int DeadSockets, IReadOnlyList<JsonProcess> Processes);

internal sealed record JsonProcess(
    int Pid, string Name, string CommandLine, int? User, string Runtime, bool? Goroutines, bool CanRecord, string State, string? Reason, string? Remedy)
{
    public static JsonProcess Of(ProcessFacts facts, Sight sight) => new(
        facts.Process.Id, facts.Process.Name, facts.Process.CommandLine, facts.User, facts.Runtime, facts.RunsGoroutines, sight.CanRecord, sight.State,
        sight.Reason.Length == 0 ? null : sight.Reason, sight.Remedy.Length == 0 ? null : sight.Remedy);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JsonProcesses))]
internal sealed partial class JsonProcessesContext : JsonSerializerContext;
