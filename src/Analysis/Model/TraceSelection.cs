using System.IO.Enumeration;

namespace Gmp.Analysis.Model;

/// <summary>The part of a trace that is to be counted: a stretch of time, some goroutines, some Ps. What lies outside is read all the same, since it says how things stood.</summary>
/// <remarks>
/// Goroutines are selected if they are named by id, name and labels as far as those are given; what they wait for, how long they are runnable and their slices count. Of Ps,
/// what happens there counts: slices, waits in their queues, what they did next, steals, and waits and calls that began there. Immutable.
/// </remarks>
public sealed record TraceSelection
{
    /// <summary>All of it.</summary>
    public static TraceSelection Everything { get; } = new();

    /// <summary>Where counting begins, ns since the trace's start.</summary>
    public long FromNs { get; init; }

    /// <summary>Where it ends, ns since the trace's start. What happens at that very moment does not count any more.</summary>
    public long ToNs { get; init; } = long.MaxValue;

    /// <summary>Ids of goroutines; empty for any.</summary>
    public IReadOnlyCollection<long> Goroutines { get; init; } = [];

    /// <summary>Numbers of Ps; empty for all.</summary>
    public IReadOnlyCollection<int> Processors { get; init; } = [];

    /// <summary>Names of goroutines, of which one must fit, with <c>*</c> and <c>?</c>; empty for any.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Labels that a goroutine must have, all of them; a value may have <c>*</c> and <c>?</c>.</summary>
    public IReadOnlyList<(string Key, string Value)> Labels { get; init; } = [];

    /// <summary>True if some goroutines do not count.</summary>
    public bool HasGoroutines => Goroutines.Count + Names.Count + Labels.Count > 0;

    /// <summary>True if nothing is left out.</summary>
    public bool IsEverything => FromNs <= 0 && ToNs == long.MaxValue && !HasGoroutines && Processors.Count == 0;

    /// <summary>True if a P counts.</summary>
    public bool Includes(int processor) => Processors.Count == 0 || Processors.Contains(processor);

    /// <summary>True if a goroutine counts, as far as the trace has described it.</summary>
    public bool Includes(GoroutineInfo goroutine)
    {
        ArgumentNullException.ThrowIfNull(goroutine);
        return (Goroutines.Count == 0 || Goroutines.Contains(goroutine.Id))
            && (Names.Count == 0 || Names.Any(n => Fits(n, goroutine.Name)))
            && Labels.All(wanted => goroutine.Labels.Any(l => l.Key == wanted.Key && Fits(wanted.Value, l.Value)));
    }

    private static bool Fits(string pattern, string text) => FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: true);
}
