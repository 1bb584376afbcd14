namespace Bench.Harness;

/// <summary>One workload. The Go, Gmp and Task programs list the same names, configs, units and counts; <c>bench/compare</c> joins them by name and config.</summary>
/// <typeparam name="TRun">What an async method of this program returns: Task or GoTask.</typeparam>
/// <param name="Name">What is done.</param>
/// <param name="Config">With what parameters, one word.</param>
/// <param name="Unit"><c>ns</c> an operation, or <c>ms</c> a repetition.</param>
/// <param name="Count">Operations in a repetition.</param>
/// <param name="Run">Carries out that many operations; what it returns is done when the last one is.</param>
public sealed record Row<TRun>(string Name, string Config, string Unit, int Count, Func<int, TRun> Run)
{
    /// <summary>A row that measures how late things happen; it has two lines, <c>median</c> and <c>worst</c>.</summary>
    public Row(string name, Func<Lateness, TRun> late)
        : this(name, "", "us", 0, _ => throw new InvalidOperationException($"{name} is not timed as a whole.")) => Late = late;

    /// <summary>If not null, what is run once in place of <see cref="Run"/>.</summary>
    public Func<Lateness, TRun>? Late { get; }
}
