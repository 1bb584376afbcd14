using Gmp.Analysis.Model.Accounts;

namespace Gmp.Analysis.Tests;

public class MomentLogTests
{
    [Fact]
    public void Few_moments_are_kept_as_they_are()
    {
        var log = new MomentLog();
        log.Add(10, 0, 1);
        log.Add(10, 0, 2);
        log.Add(11, 3, 0);
        Assert.Equal([new Moment(10, 10, 0, 1, 1), new Moment(10, 10, 0, 2, 1), new Moment(11, 11, 3, 0, 1)], log.Moments);
    }

    [Fact]
    public void Many_moments_become_fewer_and_none_vanishes()
    {
        const int Count = 1_000_000;
        var log = new MomentLog();
        for (int i = 0; i < Count; i++)
            log.Add(i * 500L, i % 8, 1);
        // One alone, long after: it must not be joined to a crowd that it has nothing to do with.
        log.Add(100_000_000_000, 5, 2);
        Assert.InRange(log.Moments.Count, 1, MomentLog.Most);
        Assert.Equal(Count + 1, log.Moments.Sum(m => (long)m.Count));
        Assert.Equal(new Moment(100_000_000_000, 100_000_000_000, 5, 2, 1), log.Moments[^1]);
        foreach (var p in log.Moments.GroupBy(m => m.Processor))
            Assert.All(p.Zip(p.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Time));
    }
}
