namespace Gmp;

/// <summary>Goroutines were left behind. Its message has a dump of them.</summary>
public sealed class GoroutineLeakException : Exception
{
    internal GoroutineLeakException(IReadOnlyList<long> ids, TimeSpan limit, string dump)
        : base($"{(ids.Count == 1 ? "A goroutine" : $"{ids.Count} goroutines")} leaked, not ended after {limit.TotalSeconds:0.###} s:\n{dump}") =>
        GoroutineIds = ids;

    /// <summary>Who leaked.</summary>
    public IReadOnlyList<long> GoroutineIds { get; }
}
