using System.Globalization;
using Gmp.Analysis.Model;
using Gmp.Analysis.Model.Accounts;

namespace Gmp.Analysis.Questions.Memory;

/// <summary>What a trace knows of memory: pauses and collections, goroutines alive, and what one of them takes.</summary>
internal sealed class MemoryFacts
{
    /// <summary>A slope between fewer goroutines than this, or over fewer collections, is noise.</summary>
    private const int LeastGoroutines = 5_000, LeastCollections = 3;

    /// <summary>The heap grows by other things too: the number of goroutines must explain this part of how it differs.</summary>
    private const double LeastExplained = 0.8;

    /// <summary>The collector's pauses within what is counted.</summary>
    public Distribution Pauses { get; } = new();

    /// <summary>True if they are the runtime's own events.</summary>
    public bool ArePausesExact { get; private init; }

    /// <summary>The collections that sysmon saw, of the scheduler that saw most.</summary>
    public required IReadOnlyList<CollectionFact> Collections { get; init; }

    /// <summary>Goroutines alive over time, at sysmon's looks.</summary>
    public required IReadOnlyList<(long Time, double Value)> Alive { get; init; }

    /// <summary>How many were alive at most, at sysmon's looks or at the trace's end.</summary>
    public long MostAlive { get; private init; }

    /// <summary>The site with the most that are alive; null without any.</summary>
    public SiteAccount? Crowd { get; private init; }

    /// <summary>Bytes of the heap that each goroutine takes with all that it keeps alive, by how the heap grew with their number; null where the trace cannot tell.</summary>
    public double? BytesEach { get; private init; }

    /// <summary>Looks at a trace.</summary>
    public static MemoryFacts Of(TraceModel model)
    {
        var collections = model.Accounts.Select(a => a.Collections).MaxBy(c => c.Count) ?? [];
        var alive = new SortedDictionary<long, double>();
        foreach (var beat in model.Accounts.Count == 1 ? model.Accounts[0].Heartbeats : [.. model.Accounts.SelectMany(a => a.Heartbeats)])
            alive[beat.Time] = Math.Max(alive.GetValueOrDefault(beat.Time), beat.Goroutines);
        long now = model.Accounts.Sum(a => a.Sites.Sum(s => (long)Math.Max(0, s.Goroutines - s.Ended)));
        var exact = model.Pauses.Where(p => p.IsCollection).ToList();
        var facts = new MemoryFacts
        {
            ArePausesExact = exact.Count > 0,
            Collections = collections,
            Alive = [.. alive.Select(a => (a.Key, a.Value))],
            MostAlive = Math.Max(now, alive.Count == 0 ? 0 : (long)alive.Values.Max()),
            Crowd = model.Accounts.SelectMany(a => a.Sites).Where(s => s.Site is not null && s.Goroutines > s.Ended).MaxBy(s => s.Goroutines - s.Ended),
            BytesEach = Slope(collections),
        };
        if (exact.Count > 0)
        {
            foreach (var pause in exact)
                facts.Pauses.Add(Math.Min(pause.End, model.Duration) - Math.Max(pause.Start, model.Start));
        }
        else
        {
            foreach (var collection in collections)
                facts.Pauses.Add(collection.PauseNs);
        }
        return facts;
    }

    /// <summary><c>1.2 MB</c>: powers of 1000, as files are told.</summary>
    public static string Text(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < units.Length - 1)
            (value, unit) = (value / 1000, unit + 1);
        return value.ToString(unit == 0 || value >= 100 ? "0" : "0.#", CultureInfo.InvariantCulture) + " " + units[unit];
    }

    // Least squares, over collections that left only what lives.
    private static double? Slope(IReadOnlyList<CollectionFact> all)
    {
        var points = all.Where(c => c.Generation >= 1 && !c.IsBackground && c.HeapBytes > 0).ToList();
        if (points.Count < LeastCollections || points.Max(p => p.Goroutines) - points.Min(p => p.Goroutines) < LeastGoroutines)
            return null;
        double meanG = points.Average(p => (double)p.Goroutines), meanH = points.Average(p => (double)p.HeapBytes);
        double both = points.Sum(p => (p.Goroutines - meanG) * (p.HeapBytes - meanH)), g = points.Sum(p => (p.Goroutines - meanG) * (p.Goroutines - meanG)), h = points.Sum(p => (p.HeapBytes - meanH) * (p.HeapBytes - meanH));
        if (g <= 0 || h <= 0 || both <= 0 || both * both / (g * h) < LeastExplained)
            return null;
        return both / g;
    }
}
