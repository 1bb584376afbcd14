namespace Gmp.Analysis.Comparison;

/// <summary>
/// The test of Mann and Whitney: do the values of one run tend to be larger than those of another? It looks at ranks, so one outlier weighs no more than any
/// other value, and it assumes no distribution.
/// </summary>
/// <remarks>
/// It does assume that the values of a run are independent, and stretches of a trace that follow each other are alike: a burst fills several of them. Taken as
/// independent they would make anything significant. So the variance is widened by (1 + r) / (1 - r), with r the correlation of neighbours, as for the mean of a
/// series of the first order.
/// </remarks>
/// <param name="Chance">How likely such a difference, in either direction, comes from runs that are alike; 0 to 1.</param>
/// <param name="Dominance">
/// How often a value of the second run is larger than one of the first, less how often it is smaller: -1 to 1 (Cliff's delta). How large a difference is, as
/// <paramref name="Chance"/> tells how sure.
/// </param>
internal readonly record struct RankTest(double Chance, double Dominance)
{
    private const double MostCorrelation = 0.95;

    /// <summary>Compares two runs by their values in the order of time.</summary>
    public static RankTest Of(IReadOnlyList<double> before, IReadOnlyList<double> after)
    {
        int n = before.Count, m = after.Count, all = n + m;
        if (n == 0 || m == 0)
            return new RankTest(1, 0);
        double[] ranks = Ranks([.. before, .. after], out double ties);
        double u = ranks[n..].Sum() - (m * (m + 1) / 2.0);
        double mean = n * (double)m / 2;
        double variance = n * (double)m / 12 * (all + 1 - (ties / (all * (double)(all - 1))));
        if (variance <= 0)
            return new RankTest(1, 0);   // all values are equal
        double r = Math.Clamp(((n * Correlation(ranks[..n])) + (m * Correlation(ranks[n..]))) / all, 0, MostCorrelation);
        double z = Math.Max(0, Math.Abs(u - mean) - 0.5) / Math.Sqrt(variance * (1 + r) / (1 - r));
        return new RankTest(Math.Min(1, 2 * Tail(z)), (2 * u / (n * (double)m)) - 1);
    }

    // Equal values share the mean of their ranks; ties is the sum of t^3 - t over them.
    private static double[] Ranks(double[] values, out double ties)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
        double[] ranks = new double[values.Length];
        ties = 0;
        for (int first = 0; first < order.Length;)
        {
            int next = first + 1;
            while (next < order.Length && values[order[next]] == values[order[first]])
                next++;
            double count = next - first;
            ties += (count * count * count) - count;
            for (int i = first; i < next; i++)
                ranks[order[i]] = (first + 1 + next) / 2.0;
            first = next;
        }
        return ranks;
    }

    /// <summary>Of each value with its neighbour in time.</summary>
    private static double Correlation(double[] values)
    {
        if (values.Length < 3)
            return 0;
        double mean = values.Average(), variance = values.Sum(v => (v - mean) * (v - mean));
        if (variance <= 0)
            return 0;
        double both = 0;
        for (int i = 1; i < values.Length; i++)
            both += (values[i] - mean) * (values[i - 1] - mean);
        return both / variance;
    }

    // The normal distribution above z: Abramowitz and Stegun 26.2.17, right to 1e-7.
    private static double Tail(double z)
    {
        double t = 1 / (1 + (0.2316419 * z));
        double sum = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * sum;
    }
}
