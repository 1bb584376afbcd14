using Gmp.Tool.Targets;

namespace Gmp.Tests.Harness;

/// <summary>A process table as a test wants it.</summary>
internal sealed class FakeProcessTable : IProcessTable
{
    public sealed record Row(int Id, string Name, int? User = 1000, bool HasPort = true, bool? Goroutines = true, string CommandLine = "");

    public IReadOnlyList<Row> Rows { get; init; } = [];

    public string DiagnosticsDirectory => "/tmp";

    public int? OwnUser { get; init; } = 1000;

    public IReadOnlyList<int> WithDiagnosticsPort() => [.. Rows.Where(r => r.HasPort).Select(r => r.Id)];

    public IReadOnlyList<int> WithSchedulerThread() => [.. Rows.Where(r => r.Goroutines == true).Select(r => r.Id)];

    public bool Exists(int id) => Find(id) is not null;

    public int? UserOf(int id) => Find(id)?.User;

    public bool? HasDotnetRuntime(int id) => true;

    public bool? RunsGoroutines(int id) => Find(id)?.Goroutines;

    public TargetProcess Describe(int id) => new(id, Find(id)!.Name, Find(id)!.CommandLine);

    private Row? Find(int id) => Rows.FirstOrDefault(r => r.Id == id);
}
