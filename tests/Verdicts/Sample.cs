using Gmp.Analysis.Questions;

namespace Gmp.Verdicts;

/// <summary>A sample, and what the report must say of it.</summary>
/// <param name="Name">As <c>demo</c> calls it.</param>
/// <param name="Program">Its assembly.</param>
/// <param name="Arguments">Beside the time.</param>
/// <param name="Must">Findings that must be there, as a warning at least.</param>
/// <param name="May">Findings that follow from the disease, and may be there.</param>
/// <param name="Checks">Numbers that it measures itself.</param>
internal sealed record Sample(string Name, string Program, IReadOnlyList<string> Arguments, IReadOnlyList<string> Must, IReadOnlyList<string> May, IReadOnlyList<Check> Checks)
{
    /// <summary>What a busy machine brings.</summary>
    public static IReadOnlyList<string> OfABusyMachine { get; } = ["GMP002"];

    /// <summary>From this part in use on a machine is not quiet, whoever uses it.</summary>
    public const double QuietUse = 0.3;

    /// <summary>True if a finding may be claimed of a run.</summary>
    public bool Allows(string id, bool busy, SampleRun run) =>
        Must.Contains(id) || May.Contains(id) || (OfABusyMachine.Contains(id) && (busy || run.UsedBefore > QuietUse));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Sample> All { get; } =
    [
        new("hog", "Hog", ["--ps", "1"], ["GMP201"], ["GMP202"],
        [
            // The slice that the end cuts off is one more.
            new("slices", t => t["end", "slices"], r => Hog(r)?.Slices) { Least = 1 },
            new("longest slice, ms", t => t["end", "longest_ms"], r => Longest(r) / 1e6),
            // Four tickers and, of the chain of workers, those that had something to do.
            new("tickers that waited", _ => 4, r => Of(r, "GMP201").Goroutines.Count(IsTicker)),
        ]),
        new("syscall", "Syscall", ["--ps", "1"], ["GMP103"], ["GMP202"],
        [
            // Calls that nobody announced are seen by sysmon's looks at the thread. Where sysmon waits for a CPU it comes when some of them are over.
            new("hidden calls", t => t["hidden", "count"], r => Cell(r, "GMP103", "calls", "calls", IsHidden)) { Least = 1, BusyTolerance = 0.3 },
            new("hidden calls, ms", t => t["hidden", "total_ms"], r => Cell(r, "GMP103", "calls", "keptNs", IsHidden) / 1e6) { BusyTolerance = 0.3 },
            new("told calls", t => t["told", "count"], r => Cell(r, "GMP103", "calls", "calls", c => !IsHidden(c))) { Least = 1 },
        ]),
        new("convoy", "Convoy", ["--ps", "2"], ["GMP104"], [],
        [
            new("waits for the lock", t => t["waits", "count"], r => Cell(r, "GMP104", "objects", "waits", IsFirst)),
            new("waits for the lock, ms", t => t["waits", "total_ms"], r => Cell(r, "GMP104", "objects", "waits", IsFirst) * Cell(r, "GMP104", "objects", "meanWaitNs", IsFirst) / 1e6),
            new("longest wait, ms", t => t["waits", "worst_ms"], r => Cell(r, "GMP104", "objects", "longestWaitNs", IsFirst) / 1e6),
        ]),
        new("leak", "Leak", ["--ps", "2"], ["GMP105"], [], [new("goroutines left", t => t["end", "leaked"], r => Cell(r, "GMP105", "groups", "goroutines", IsFirst))
            // Those of the last moments are not counted, and on a busy machine a moment is longer: five times the longest life.
            { BusyTolerance = 0.1 }]),
        new("deadlock", "Deadlock", ["--ps", "2"], ["GMP106"], [], [new("in the circle", t => t["end", "waiting"], r => Of(r, "GMP106").Goroutines.Count(g => g.Role == "deadlocked"))]),
        new("imbalance", "Imbalance", ["--ps", "2"], ["GMP203"], [],
        [
            new("stragglers", t => t["alone", "count"], r => Cell(r, "GMP203", "stragglers", "goroutines", IsFirst)) { Least = 1, BusyTolerance = 0.1 },
            new("alone, ms at the median", t => t["alone", "median_ms"], r => Cell(r, "GMP203", "stragglers", "medianNs", IsFirst) / 1e6) { BusyTolerance = 0.1 },
        ]),
        // The target is itself the busy machine: its threads wait for CPUs.
        new("oversubscribed", "Oversubscribed", [], ["GMP305"], ["GMP002", "GMP202"], []),
        new("crowd", "Crowd", ["--ps", "2"], ["GMP402"], ["GMP202"],
        [
            new("goroutines", t => t["end", "goroutines"], r => Most(r, "GMP402", "goroutines")),
        ]),
        new("forkjoin", "ForkJoin", ["--ps", "2"], [], [],
        [
            new("steals", t => t["end", "steals"], r => Sum(r, "GMP302", "steals", "steals")),
            new("stolen goroutines", t => t["end", "stolen"], r => Sum(r, "GMP302", "steals", "goroutines")),
        ]),
        new("healthy", "Healthy", ["--ps", "2"], [], [], []),
    ];

    private static FindingGoroutine? Hog(Report report) => Of(report, "GMP201").Goroutines.FirstOrDefault(g => g.Role == "hog");

    // By the clock, as the sample has it: what the finding tells is without the time in which the runtime had stopped all threads.
    private static double? Longest(Report report) =>
        Hog(report)?.LongestSliceNs is long run ? Math.Max(run, Of(report, "GMP201").Window is { } window ? window.EndNs - window.StartNs : 0) : null;

    private static bool IsTicker(FindingGoroutine goroutine) => goroutine.Role == "victim" && goroutine.Name.StartsWith("ticker", StringComparison.Ordinal);

    private static bool IsHidden(IReadOnlyList<Cell> row) => row[1].Text == "hidden";

    private static bool IsFirst(IReadOnlyList<Cell> row) => true;

    // A number of the first row of a table that is looked for; null where there is none.
    private static double? Cell(Report report, string id, string table, string column, Func<IReadOnlyList<Cell>, bool> row)
    {
        if (Of(report, id).Tables.FirstOrDefault(t => t.Key == table) is not { } found || found.Rows.FirstOrDefault(row) is not { } cells)
            return null;
        int index = found.Columns.ToList().FindIndex(c => c.Key == column);
        return index < 0 ? null : cells[index].Number;
    }

    private static double? Sum(Report report, string id, string table, string column) =>
        Of(report, id).Tables.FirstOrDefault(t => t.Key == table) is { } found && found.Columns.ToList().FindIndex(c => c.Key == column) is >= 0 and var index
            ? found.Rows.Sum(r => r[index].Number) : null;

    private static double? Most(Report report, string id, string figure) =>
        Of(report, id).Figures.OfType<SeriesFigure>().FirstOrDefault(f => f.Key == figure)?.Series.SelectMany(s => s.Points).Max(p => p.Value);

    private static Finding Of(Report report, string id) => report.Findings.Single(f => f.Id == id);
}
