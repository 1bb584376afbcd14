namespace Gmp;

/// <summary>
/// The Ps that may run something, by id, with what stealing needs to visit them. Replaced as a whole when the number of Ps changes, so a reader
/// that takes it once never sees strides of another length.
/// </summary>
internal sealed class ProcessorSet
{
    /// <summary>Makes the set. After a change some may be dead, or on their way there.</summary>
    internal ProcessorSet(P[] ps)
    {
        Ps = ps;
        StealStrides = [.. Enumerable.Range(1, ps.Length).Where(s => IsCoprime(s, ps.Length)).Select(s => (uint)s)];
    }

    internal P[] Ps { get; }

    /// <summary>The strides that share no divisor with the number of Ps: each visits every P once (Go: randomOrder).</summary>
    internal uint[] StealStrides { get; }

    private static bool IsCoprime(int a, int b)
    {
        while (b != 0)
            (a, b) = (b, a % b);
        return a == 1;
    }
}
