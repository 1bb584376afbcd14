using Gmp.Tool.Ports;
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

    public int DeadSockets { get; init; }

    public Survey Survey() => new([.. Rows.Select(r => Look(r.Id))], DeadSockets);

    public ProcessFacts Look(int id)
    {
        var row = Find(id)!;
        return new ProcessFacts(Describe(id))
        {
            User = row.User,
            IsDotnet = true,
            RunsGoroutines = row.Goroutines,
            ServesPort = true,
            Port = row.HasPort ? PortAnswer.Answers : PortAnswer.None,
        };
    }

    public bool Exists(int id) => Find(id) is not null;

    public int? UserOf(int id) => Find(id)?.User;

    public TargetProcess Describe(int id) => new(id, Find(id)!.Name, Find(id)!.CommandLine);

    private Row? Find(int id) => Rows.FirstOrDefault(r => r.Id == id);
}
