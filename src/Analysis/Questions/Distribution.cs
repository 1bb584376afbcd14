using System.Numerics;

namespace Gmp.Analysis.Questions;

/// <summary>
/// How lengths of time are spread. Takes any number of them in constant memory: quantiles are exact for the first <see cref="Exact"/> and right to 1 % beyond; the
/// count, the sum and the longest are exact. One thread.
/// </summary>
public sealed class Distribution
{
    // Each power of two has 64 classes, so a class is 1.6 % wide and its middle at most 0.8 % off.
    private const int BitsPerPower = 6, Classes = 1 << BitsPerPower;

    /// <summary>So many are kept one by one.</summary>
    public const int Exact = 4096;

    private readonly List<long> _first = [];
    private bool _isSorted;
    private readonly long[] _counts = new long[(64 - BitsPerPower + 1) * Classes];

    /// <summary>How many.</summary>
    public long Count { get; private set; }

    /// <summary>All of them together, ns.</summary>
    public long Sum { get; private set; }

    /// <summary>The longest, ns; 0 without any.</summary>
    public long Longest { get; private set; }

    /// <summary>The mean, ns; 0 without any.</summary>
    public long Mean => Count == 0 ? 0 : Sum / Count;

    /// <summary>The middle one, ns.</summary>
    public long Median => Quantile(0.5);

    /// <summary>Takes one, or several that are equal; what is negative counts as 0.</summary>
    public void Add(long ns, long count = 1)
    {
        ns = Math.Max(0, ns);
        _counts[ClassOf(ns)] += count;
        Count += count;
        Sum += ns * count;
        if (Count <= Exact)
        {
            for (long i = 0; i < count; i++)
                _first.Add(ns);
            _isSorted = false;
        }
        Longest = Math.Max(Longest, ns);
    }

    /// <summary>What a part of them are at most, ns: 0.99 for what one in a hundred exceeds.</summary>
    public long Quantile(double part)
    {
        if (Count == 0)
            return 0;
        long rank = Math.Clamp((long)Math.Ceiling(part * Count), 1, Count);
        if (rank == Count)
            return Longest;
        if (_first.Count == Count)
        {
            if (!_isSorted)
                _first.Sort();
            _isSorted = true;
            return _first[(int)rank - 1];
        }
        for (int i = 0; i < _counts.Length; i++)
        {
            rank -= _counts[i];
            if (rank <= 0)
                return Math.Min(Longest, Bound(i) + ((Bound(i + 1) - Bound(i)) / 2));
        }
        return Longest;
    }

    /// <summary>How many are at least so long; right to the width of a class.</summary>
    public long AtLeast(long ns)
    {
        long sum = 0;
        for (int i = ClassOf(ns); i < _counts.Length; i++)
            sum += _counts[i];
        return sum;
    }

    /// <summary>A histogram by powers of ten, each in three: 1, 2 and 5. From the first class with anything in it to the last.</summary>
    public IReadOnlyList<HistogramClass> Histogram()
    {
        var bounds = new List<long> { 0 };
        for (long ten = 100; ten <= 100_000_000_000; ten *= 10)
            bounds.AddRange([ten, 2 * ten, 5 * ten]);
        var classes = new List<HistogramClass>();
        int at = 0;
        for (int i = 0; i < bounds.Count; i++)
        {
            long to = i + 1 < bounds.Count ? bounds[i + 1] : long.MaxValue;
            long count = 0;
            // A class of the count that lies across a bound goes to the side where its lower end is.
            while (at < _counts.Length && Bound(at) < to)
                count += _counts[at++];
            classes.Add(new HistogramClass(bounds[i], to, count));
        }
        int first = classes.FindIndex(c => c.Count > 0), last = classes.FindLastIndex(c => c.Count > 0);
        return first < 0 ? [] : classes[first..(last + 1)];
    }

    private static int ClassOf(long ns)
    {
        if (ns < Classes)
            return (int)Math.Max(0, ns);
        int power = BitOperations.Log2((ulong)ns) - BitsPerPower;
        return ((power + 1) << BitsPerPower) + (int)((ns >> power) - Classes);
    }

    private static long Bound(int place)
    {
        int power = (place >> BitsPerPower) - 1;
        return power < 0 ? place : power + BitsPerPower >= 63 ? long.MaxValue : (long)(Classes + (place & (Classes - 1))) << power;
    }
}
