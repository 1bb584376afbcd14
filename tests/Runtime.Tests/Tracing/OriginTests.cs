namespace Gmp.Tests;

/// <summary>Creation chains: one object for all goroutines that came about in the same way, and never more than a few of them.</summary>
public class OriginTests
{
    private static readonly CreationSite s_a = CreationSite.Of("a.cs", 1, "A");
    private static readonly CreationSite s_b = CreationSite.Of("b.cs", 2, "B");

    [Fact]
    public void What_came_about_in_the_same_way_has_the_same_origin()
    {
        var a = Origin.Of(Origin.None, s_a);
        Assert.Same(a, Origin.Of(Origin.None, s_a));
        Assert.Same(Origin.Of(a, s_b), Origin.Of(a, s_b));
        Assert.NotSame(Origin.Of(a, s_b), Origin.Of(Origin.None, s_b));
        Assert.Equal([s_b, s_a], Sites(Origin.Of(a, s_b)));
    }

    [Fact]
    public void A_chain_keeps_its_newest_links_and_ends_where_it_was_cut()
    {
        var origin = Origin.None;
        var made = new List<CreationSite>();
        for (int i = 0; i < 3 * Origin.MostLinks; i++)
        {
            var site = CreationSite.Of("chain.cs", i + 1, "Next");
            made.Insert(0, site);
            origin = Origin.Of(origin, site);
            Assert.Equal(made.Take(Origin.MostLinks), Sites(origin));
        }
        while (origin.Creator is { } creator)
            origin = creator;
        Assert.Same(Origin.Forgotten, origin);
    }

    [Fact]
    public void Goroutines_that_start_their_successor_for_ever_come_round_to_the_same_origins()
    {
        var origin = Origin.None;
        var seen = new HashSet<Origin>();
        for (int i = 0; i < 1000; i++)
        {
            origin = Origin.Of(origin, i % 2 == 0 ? s_a : s_b);
            seen.Add(origin);
        }
        Assert.InRange(seen.Count, 1, 2 * Origin.MostLinks);
    }

    [Fact]
    public void Threads_that_ask_at_the_same_time_get_the_same_origin()
    {
        var sites = Enumerable.Range(1, 200).Select(i => CreationSite.Of("threads.cs", i, "Many")).ToArray();
        var origins = new Origin[4][];
        Parallel.For(0, origins.Length, t => origins[t] = [.. sites.Select(s => Origin.Of(Origin.Of(Origin.None, s), s_a))]);
        for (int t = 1; t < origins.Length; t++)
            Assert.Equal(origins[0], origins[t]);
    }

    private static List<CreationSite> Sites(Origin origin)
    {
        var sites = new List<CreationSite>();
        for (; origin.Creator is not null; origin = origin.Creator)
            sites.Add(origin.Site);
        return sites;
    }
}
