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
        new("convoy", "Convoy", "twenty goroutines want one lock, which is held over a wait", 2),
        new("crowd", "Crowd", "200,000 parked goroutines that every collection has to walk through", 2),
        new("deadlock", "Deadlock", "three goroutines wait for each other's locks while the rest of the program goes on", 2),
        new("forkjoin", "ForkJoin", "none, but every P lives from what it steals", 2),
        new("healthy", "Healthy", "none: goroutines that give way in time; GMP201 says ok", 2),
        new("hog", "Hog", "a goroutine spins without a scheduling point and monopolizes its P: GMP201", 1),
        new("imbalance", "Imbalance", "one part of eight has twenty times the work, and the other Ps are idle meanwhile", 2),
        new("leak", "Leak", "goroutines that send for ever to a channel that nobody reads any more", 2),
        new("oversubscribed", "Oversubscribed", "four times as many Ps as the machine has cores", 4 * Environment.ProcessorCount),
        new("syscall", "Syscall", "blocking calls that the scheduler was not told of keep their P", 1),
    ];
}
