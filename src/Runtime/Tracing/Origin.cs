using System.Collections.Concurrent;

namespace Gmp;

/// <summary>
/// Where a goroutine comes from: the site of its <c>Go</c> call, where the goroutine that made the call comes from, and so on. One object for all
/// goroutines that came about in the same way, so a goroutine has its whole creation chain for the reference that it needs for its site.
/// </summary>
/// <remarks>
/// Chains outlive the goroutines that they tell of and so name sites, no goroutines. What bounds their memory: a chain goes back
/// <see cref="MostLinks"/> links, then it is cut, so that goroutines which start their successor for ever come round to the same chains; and of
/// chains there are <see cref="MostChains"/>, then only sites are kept. Rejected: a reference to the creator's own object, which is reused when it ends,
/// and a new link for each goroutine, which lives as long as the last descendant.
/// </remarks>
internal sealed class Origin
{
    /// <summary>How far a chain goes back. Go has none unless GODEBUG=tracebackancestors asks for it.</summary>
    internal const int MostLinks = 10;

    /// <summary>So many take about 2 MB. A program has a few for each of its <c>Go</c> calls.</summary>
    internal const int MostChains = 16_384;

    /// <summary>Of what no goroutine started.</summary>
    internal static readonly Origin None = new(null, CreationSite.None);

    /// <summary>Stands for the creators that a chain does not go back to.</summary>
    internal static readonly Origin Forgotten = new(null, CreationSite.None);

    // As with sites: few, and hit again and again. Entries are immutable and replaced whole, so no lock.
    private static readonly Step?[] s_recent = new Step?[1024];
    private static readonly ConcurrentDictionary<(Origin Creator, CreationSite Site), Step> s_steps = new();
    private static int s_chains;

    private readonly int _links;
    private readonly int _salt;

    private Origin(Origin? creator, CreationSite site)
    {
        Creator = creator;
        Site = site;
        _links = creator is null ? 0 : creator._links + 1;
        // Odd steps apart: the chains of one site go to different places.
        _salt = Interlocked.Increment(ref s_chains) * 37;
    }

    /// <summary>Where the creator comes from: <see cref="None"/> if it is no goroutine; null only for the two ends of chains.</summary>
    internal Origin? Creator { get; }

    internal CreationSite Site { get; }

    /// <summary>The origin of a goroutine that is started at <paramref name="site"/> by one that comes from <paramref name="creator"/>.</summary>
    internal static Origin Of(Origin creator, CreationSite site)
    {
        ref var recent = ref s_recent[(creator._salt + site.Id) & 1023];
        var step = recent;
        if (step is null || step.Site != site || step.From != creator)
            recent = step = Find(creator, site);
        return step.To;
    }

    private static Step Find(Origin creator, CreationSite site)
    {
        if (s_steps.TryGetValue((creator, site), out var step))
            return step;
        if (creator._links == MostLinks)
            return Add(new Step(creator, site, Of(WithoutOldest(creator), site)));
        // Those that begin here are not counted: they are no more than there are sites.
        if (Volatile.Read(ref s_chains) >= MostChains && creator != Forgotten)
            return new Step(creator, site, Of(Forgotten, site));
        return Add(new Step(creator, site, new Origin(creator, site)));
    }

    private static Step Add(Step step) => s_steps.GetOrAdd((step.From, step.Site), step);

    private static Origin WithoutOldest(Origin origin)
    {
        // The chain is as long as it may be: all of its links but the last are kept.
        return Copy(origin, MostLinks - 1);

        static Origin Copy(Origin origin, int links) => links == 0 ? Forgotten : Of(Copy(origin.Creator!, links - 1), origin.Site);
    }

    // From a creator's origin and a site to the origin of what is started there.
    private sealed class Step(Origin from, CreationSite site, Origin to)
    {
        internal readonly Origin From = from;
        internal readonly CreationSite Site = site;
        internal readonly Origin To = to;
    }
}
