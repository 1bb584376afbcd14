namespace Gmp.Analysis.Comparison;

/// <summary>What to make of a change.</summary>
internal enum ChangeVerdict
{
    /// <summary>Too small, or no surer than chance.</summary>
    Same,
    /// <summary>It changed, and nobody can say for the better or worse.</summary>
    Changed,
    /// <summary>It got better.</summary>
    Better,
    /// <summary>It got worse.</summary>
    Worse,
}

/// <summary>From when on a change counts: all three must hold.</summary>
/// <param name="Chance">How likely it may come from runs that are alike, at most.</param>
/// <param name="Dominance">How often one run's values must be above the other's, less how often below.</param>
/// <param name="Part">By what part of the smaller median it must change at least.</param>
internal sealed record ChangeLimits(double Chance, double Dominance, double Part);

/// <summary>A metric of two runs.</summary>
/// <param name="Metric">Which.</param>
/// <param name="Before">The median of the first run's stretches.</param>
/// <param name="After">That of the second's.</param>
/// <param name="Test">What the test says.</param>
/// <param name="Chance">The test's chance, corrected for how many metrics were compared.</param>
internal sealed record MetricChange(Metric Metric, double Before, double After, RankTest Test, double Chance)
{
    /// <summary>Compares every metric.</summary>
    public static IReadOnlyList<MetricChange> All(Stretches before, Stretches after)
    {
        var changes = Metric.All.Select(m => Of(m, before[m], after[m])).ToList();
        // Holm: the surest must be surer by as many times as there are comparisons, the next by one less, and none may be surer than one before it.
        double floor = 0;
        int left = changes.Count;
        foreach (int i in Enumerable.Range(0, changes.Count).OrderBy(i => changes[i].Test.Chance).ToList())
        {
            floor = Math.Max(floor, Math.Min(1, changes[i].Test.Chance * left--));
            changes[i] = changes[i] with { Chance = floor };
        }
        return changes;
    }

    /// <summary>Judges it.</summary>
    public ChangeVerdict Verdict(ChangeLimits limits)
    {
        double change = After - Before, smaller = Math.Min(Math.Abs(Before), Math.Abs(After));
        bool counts = Chance <= limits.Chance && Math.Abs(Test.Dominance) >= limits.Dominance && Math.Sign(Test.Dominance) == Math.Sign(change)
            && Math.Abs(change) >= Metric.LeastChange && Math.Abs(change) >= limits.Part * smaller;
        return !counts ? ChangeVerdict.Same : !Metric.IsWorseWhenMore ? ChangeVerdict.Changed : change > 0 ? ChangeVerdict.Worse : ChangeVerdict.Better;
    }

    private static MetricChange Of(Metric metric, IReadOnlyList<double> before, IReadOnlyList<double> after)
    {
        var test = RankTest.Of(before, after);
        return new MetricChange(metric, Median(before), Median(after), test, test.Chance);
    }

    private static double Median(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
