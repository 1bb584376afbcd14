namespace Gmp.Analysis.Model.Accounts;

/// <summary>How often one state followed another. States are the numbers of an enum with fewer than <see cref="States"/> values.</summary>
public sealed class StateFlow
{
    /// <summary>How many states there may be.</summary>
    public const int States = 8;

    private readonly long[] _counts = new long[States * States];

    /// <summary>How often.</summary>
    public long Count(int from, int to) => _counts[(from * States) + to];

    internal void Add(int from, int to) => _counts[((from & (States - 1)) * States) + (to & (States - 1))]++;

    internal void Clear() => Array.Clear(_counts);
}
