namespace Gmp.Tool.Demo;

/// <summary>A bundled program whose disease is known.</summary>
/// <param name="Name">What <c>demo</c> calls it.</param>
/// <param name="Program">Its assembly, and the folder that it is bundled in.</param>
/// <param name="Disease">What the report should find.</param>
/// <param name="Processors">How many Ps it runs on without <c>--ps</c>.</param>
internal sealed record Scenario(string Name, string Program, string Disease, int Processors)
{
    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("healthy", "Healthy", "none: goroutines that give way in time; GMP201 says ok", 2),
        new("hog", "Hog", "a goroutine spins without a scheduling point and monopolizes its P: GMP201", 1),
    ];
}
