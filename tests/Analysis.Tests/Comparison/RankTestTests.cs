using Gmp.Analysis.Comparison;

namespace Gmp.Analysis.Tests.Comparison;

/// <summary>The rank test against what is known of it.</summary>
public class RankTestTests
{
    [Fact]
    public void Runs_apart_are_told_apart()
    {
        // U = 0 of 100: z = (50 - 0.5) / sqrt(175) = 3.742, p = 0.00018. Within a run the values alternate, so nothing is widened.
        var test = RankTest.Of([1, 6, 2, 7, 3, 8, 4, 9, 5, 10], [11, 16, 12, 17, 13, 18, 14, 19, 15, 20]);
        Assert.Equal(1, test.Dominance);
        Assert.Equal(0.00018, test.Chance, 5);
    }

    [Fact]
    public void Equal_runs_are_alike()
    {
        Assert.Equal(new RankTest(1, 0), RankTest.Of([3, 3, 3, 3], [3, 3, 3]));
        var same = RankTest.Of([1, 5, 2, 4, 3], [1, 5, 2, 4, 3]);
        Assert.Equal(0, same.Dominance, 9);
        Assert.True(same.Chance > 0.9);
    }

    [Fact]
    public void Stretches_that_resemble_their_neighbours_prove_less()
    {
        double[] low = [.. Enumerable.Range(0, 20).Select(i => (double)(i * 7 % 20))];
        double[] shuffled = [.. low.Select(v => v + 8)];
        double[] drifting = [.. shuffled.Order()];
        var apart = RankTest.Of(low, shuffled);
        var together = RankTest.Of([.. low.Order()], drifting);
        Assert.Equal(apart.Dominance, together.Dominance, 9);
        Assert.True(together.Chance > 10 * apart.Chance, $"{apart.Chance}, {together.Chance}");
    }

    // By its own claim: of 1000 pairs of runs that are alike, a chance of 1 % comes up some ten times, not fifty.
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.6)]
    public void Chance_is_what_it_says_for_runs_that_are_alike(double memory)
    {
        var random = new Random(42);
        int claimed = Enumerable.Range(0, 1000).Count(_ => RankTest.Of(Series(random, memory), Series(random, memory)).Chance <= 0.01);
        Assert.InRange(claimed, 0, 30);
    }

    private static double[] Series(Random random, double memory)
    {
        double[] values = new double[40];
        double last = 0;
        for (int i = -20; i < values.Length; i++)
        {
            last = (memory * last) - Math.Log(1 - random.NextDouble());
            if (i >= 0)
                values[i] = last;
        }
        return values;
    }
}
