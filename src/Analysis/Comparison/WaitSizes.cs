using System.Numerics;

namespace Gmp.Analysis.Comparison;

/// <summary>How many waits of which length there were, in classes that are a sixteenth wide: enough to tell runs apart, and small for millions of waits.</summary>
internal sealed class WaitSizes
{
    private const int PartBits = 4;

    private readonly int[] _counts = new int[64 << PartBits];
    private long _total;

    /// <summary>Adds a length, ns.</summary>
    public void Add(long ns)
    {
        _counts[ClassOf(Math.Max(0, ns))]++;
        _total++;
    }

    /// <summary>The length that this part of the waits does not exceed, ns; 0 where there are none.</summary>
    public double Percentile(double part)
    {
        long left = (long)Math.Ceiling(_total * part);
        for (int i = 0; i < _counts.Length && _total > 0; i++)
        {
            left -= _counts[i];
            if (left <= 0)
                return LeastOf(i);
        }
        return 0;
    }

    private static int ClassOf(long ns)
    {
        if (ns < 1 << PartBits)
            return (int)ns;
        int power = BitOperations.Log2((ulong)ns);
        return ((power - PartBits + 1) << PartBits) + (int)((ns >> (power - PartBits)) & ((1 << PartBits) - 1));
    }

    private static double LeastOf(int index) =>
        index < 1 << PartBits ? index : (double)((1L << PartBits) + (index & ((1 << PartBits) - 1))) * (1L << ((index >> PartBits) - 1));
}
