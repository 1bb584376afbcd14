using Gmp.Analysis.Model;
using Gmp.Analysis.Model.Accounts;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions.Leaks;

/// <summary>Goroutines of one site that wait for one reason at the trace's end, and have done so for longer than their like lives.</summary>
internal sealed class LeakGroup
{
    private const int Quarters = 4, LeastQuarters = 3;

    private LeakGroup(SiteAccount site, WaitReason reason) => (Site, Reason) = (site, reason);

    /// <summary>Where they were created.</summary>
    public SiteAccount Site { get; }

    /// <summary>Why they wait.</summary>
    public WaitReason Reason { get; }

    /// <summary>Those that were created in the trace, in that order.</summary>
    public List<GoroutineInfo> Born { get; } = [];

    /// <summary>How many more there are that were there before the trace.</summary>
    public int Older { get; private set; }

    /// <summary>From which age on a goroutine of this site counts, ns.</summary>
    public long LeastAgeNs { get; private init; }

    /// <summary>How long the goroutines of this site lived that were created and ended in the trace: the longest, ns; 0 if there are none.</summary>
    public long LongestLifeNs { get; private init; }

    /// <summary>How many of these there are.</summary>
    public int Lives { get; private init; }

    /// <summary>All of them.</summary>
    public int Count => Born.Count + Older;

    /// <summary>True if they came throughout the trace, not all at once.</summary>
    public bool Grows { get; private set; }

    /// <summary>How many came a second.</summary>
    public double PerSecond { get; private set; }

    /// <summary>True if each waits on something of its own, on which nobody else has ever waited.</summary>
    public bool IsPrivate { get; private set; }

    /// <summary>On how many things they wait, as far as the trace tells; 0 if it does not.</summary>
    public int Objects { get; private set; }

    /// <summary>The groups of a trace, the largest first.</summary>
    /// <param name="model">The trace.</param>
    /// <param name="leastWaitNs">A goroutine counts from this wait on.</param>
    /// <param name="livesToWait">... and from so many times the longest life of its like on.</param>
    /// <param name="isExplained">True for goroutines that something else explains.</param>
    public static List<LeakGroup> Find(TraceModel model, long leastWaitNs, double livesToWait, Func<GoroutineInfo, bool> isExplained)
    {
        var lives = new Dictionary<SiteAccount, (int Count, long Longest)>();
        foreach (var g in model.Goroutines)
        {
            if (g.Status != GoStatus.Dead || g.CreatedTime is not { } created)
                continue;
            var (count, longest) = lives.GetValueOrDefault(g.Account);
            lives[g.Account] = (count + 1, Math.Max(longest, g.StatusSince - created));
        }
        var groups = new Dictionary<(SiteAccount, WaitReason), LeakGroup>();
        foreach (var g in model.Goroutines)
        {
            if (!g.IsSelected || g.Status != GoStatus.Waiting || WaitNature.Of(g.WaitingFor) == WaitNature.Kind.Idle || isExplained(g))
                continue;
            var (ended, longest) = lives.GetValueOrDefault(g.Account);
            long least = Math.Max(leastWaitNs, (long)(livesToWait * longest));
            if (model.Duration - g.StatusSince < least)
                continue;
            if (!groups.TryGetValue((g.Account, g.WaitingFor), out var group))
                groups[(g.Account, g.WaitingFor)] = group = new LeakGroup(g.Account, g.WaitingFor) { LeastAgeNs = least, LongestLifeNs = longest, Lives = ended };
            if (g.CreatedTime is null)
                group.Older++;
            else
                group.Born.Add(g);
        }
        foreach (var group in groups.Values)
            group.Judge(model);
        return [.. groups.Values.OrderByDescending(g => g.Grows).ThenByDescending(g => g.Count)];
    }

    // Those that came in the last LeastAgeNs cannot count yet.
    private void Judge(TraceModel model)
    {
        long window = model.Length - LeastAgeNs;
        if (Born.Count > 0 && window > 0)
        {
            var quarters = new int[Quarters];
            foreach (var g in Born)
                quarters[Math.Clamp((int)(Quarters * (g.CreatedTime!.Value - model.Start) / window), 0, Quarters - 1)]++;
            Grows = quarters.Count(q => q > 0) >= LeastQuarters && quarters[^1] > 0;
            PerSecond = Born.Count * 1e9 / window;
        }
        var objects = Born.Select(g => g.WaitsOn).OfType<WaitObject>().ToList();
        Objects = objects.Distinct().Count();
        IsPrivate = Born.Count > 0 && Objects == Born.Count && objects.TrueForAll(o => o.Blocks.Count == 1);
    }
}
