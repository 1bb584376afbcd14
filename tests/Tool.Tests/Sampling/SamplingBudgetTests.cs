using Gmp.Tool.Sampling;

namespace Gmp.Tests.Sampling;

public class SamplingBudgetTests
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void A_hog_that_was_seen_is_left_alone_twice_as_long_each_time()
    {
        var budget = new SamplingBudget<string>();
        double at = 0;
        foreach (int pause in (int[])[5, 10, 20, 40, 80, 160, 300, 300])
        {
            Assert.True(budget.MayLook("a", S(at)), $"at {at}");
            budget.Spend(s_look, S(at));
            budget.Looked("a", samples: 50, S(at));
            Assert.False(budget.MayLook("a", S(at + pause - 0.1)), $"at {at}");
            at += pause;
            // The purse takes its time: half a second is earned in ten.
            at = Math.Max(at, at - pause + 10.5);
        }
    }

    [Fact]
    public void A_look_that_came_too_late_is_soon_repeated()
    {
        var budget = new SamplingBudget<string>();
        budget.Spend(s_look, S(0));
        budget.Looked("a", samples: 0, S(0));
        Assert.False(budget.MayLook("a", S(0.4)));
        Assert.True(budget.MayLook("a", S(0.6)));
        budget.Looked("a", samples: 0, S(0.6));
        Assert.False(budget.MayLook("a", S(1.5)));
        Assert.True(budget.MayLook("a", S(1.7)));
    }

    [Fact]
    public void New_hogs_come_before_those_that_were_seen()
    {
        var budget = new SamplingBudget<string>();
        budget.Looked("old", samples: 50, S(0));
        budget.Spend(S(1.5), S(0));
        Assert.True(budget.MayLook("new", S(6)));
        Assert.False(budget.MayLook("old", S(6)));   // less than half of the purse is left
        Assert.True(budget.MayLook("old", S(11)));
    }

    [Fact]
    public void All_looks_together_have_their_share_of_the_time_and_no_more()
    {
        var budget = new SamplingBudget<int>();
        var spent = TimeSpan.Zero;
        // A new hog each time, as greedy as can be, for ten minutes.
        for (int i = 0; i < 6000; i++)
        {
            var now = S(i / 10.0);
            if (budget.MayLook(i, now))
            {
                budget.Spend(s_look, now);
                budget.Looked(i, samples: 10, now);
                spent += s_look;
            }
        }
        Assert.InRange(spent, S(600) * SamplingBudget<int>.Share, SamplingBudget<int>.Purse + (S(600) * SamplingBudget<int>.Share) + s_look);
    }
}
