using Gmp.Analysis.Model;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;

namespace Gmp.Tests.Reporting;

/// <summary>Findings as they could be, with every field filled, for the writers.</summary>
internal static class CraftedReport
{
    private static readonly SourceSite s_hogSite = new("src/App/Checksum.cs", 42, "Main");
    private static readonly SourceSite s_victimSite = new("src/App/Requests.cs", 17, "Serve");

    public static Finding Fine { get; } = new()
    {
        Id = "GMP001",
        Severity = Severity.Ok,
        Question = "Can this trace be trusted?",
        Answer = "Yes: nothing was lost.",
    };

    public static Finding Unanswered { get; } = new()
    {
        Id = "GMP302",
        Severity = Severity.NotApplicable,
        Question = "How did work stealing do?",
        Answer = "There is one P: nobody to steal from.",
    };

    public static Finding Note { get; } = new()
    {
        Id = "GMP305",
        Severity = Severity.Info,
        Score = 20,
        Question = "Is the number of Ps right?",
        Answer = "1 P was busy 98 % of the time.",
        Confidence = Confidence.Medium,
    };

    public static Finding Hog(string name) => new()
    {
        Id = "GMP201",
        Severity = Severity.Critical,
        Score = 80,
        Question = "Did one goroutine monopolize a P?",
        Answer = $"Yes. G7 \"{name}\", created at Checksum.cs:42, ran on P0 for 400 ms without a scheduling point, from 1.204 s to 1.604 s.",
        Evidence = ["2 goroutines were runnable on P0 meanwhile and waited 190 ms at the median.", $"G7 \"{name}\" was on a CPU for 99 % of it."],
        Why = "Code between two scheduling points cannot be stopped from outside.",
        Fixes = ["Put `await Yield()` into the loop.", "Wrap it in `Blocking(() => ...)`."],
        Confidence = Confidence.High,
        LookCloser = "dotnet gmp-trace view FILE --at 1.204s",
        Goroutines =
        [
            new FindingGoroutine(7, name, "hog", s_hogSite),
            new FindingGoroutine(8, "request", "victim", s_victimSite, WaitNs: 380_000_000, LongestWaitNs: 190_000_000, Waits: 2),
        ],
        Processors = [0],
        Window = new TimeWindow(1_204_000_000, 1_604_000_000),
        Source = s_hogSite,
    };

    /// <summary>A finding with a table and a figure of each kind.</summary>
    public static Finding Numbers(string name) => new()
    {
        Id = "GMP301",
        Severity = Severity.Warning,
        Score = 55,
        Question = "How were goroutines scheduled?",
        Answer = "Goroutines waited 40 % of the time for a P.",
        Tables =
        [
            new FindingTable("By creation site", "sites",
                [
                    new TableColumn("Site", CellKind.Text, "site"), new TableColumn("Goroutines", CellKind.Count, "goroutines"),
                    new TableColumn("Waited", CellKind.Duration, "waitNs"), new TableColumn("First", CellKind.Moment, "firstNs"),
                    new TableColumn("Share", CellKind.Share, "share"), new TableColumn("Heap", CellKind.Bytes, "heapBytes"),
                ],
                [
                    [name, 1204, 380_000_000, 1_204_000_000, 0.4, 12_345_678],
                    ["Requests.cs:17", 2, 1_500, 0, 0.004, 100],
                    ["", 1.5, default, default, default, default],
                ]) { MoreRows = 2 },
        ],
        Figures =
        [
            new FlowFigure("States of goroutines", "goroutineStates",
                [new FlowNode("Runnable", 400_000_000, 0), new FlowNode("Running", 100_000_000, 1), new FlowNode("Waiting", 500_000_000, 7)],
                [new FlowEdge(0, 1, 12_345, "started"), new FlowEdge(1, 2, 12_000, "blocked"), new FlowEdge(2, 0, 11_993, "readied")]),
            new MatrixFigure("Steals", "steals", "thief", "victim", ["P0", "P1"], ["P0", "P1"], CellKind.Count, [[0, 12], [1_204, 0]]),
            new BarsFigure("Waited by reason", "waits", CellKind.Duration, [new Bar(name, 2_000_000_000, "12 times"), new Bar("sleep", 500_000_000), new Bar("select", 0)]),
            new SeriesFigure("Runnable goroutines", "runnable", CellKind.Count,
                [
                    new FigureSeries("global", [(0, 0), (500_000_000, 4), (1_500_000_000, 1), (3_000_000_000, 1)]),
                    new FigureSeries(name, [(1_000_000_000, 8), (1_000_500_000, 0), (3_000_000_000, 2)]),
                ]),
            new HistogramFigure("Waits by length", "waitLengths", CellKind.Duration,
                [new HistogramClass(0, 1_000, 12_000), new HistogramClass(1_000, 1_000_000, 300), new HistogramClass(1_000_000, double.PositiveInfinity, 2)]),
        ],
        LookCloser = "dotnet gmp-trace view FILE",
    };

    public static Cause Cause(string name) => new(
        "GMP201", $"G7 \"{name}\" (Checksum.cs:42) holds P0 for 400 ms at a time.", Confidence.High, "Put `await Yield()` into its loop.",
        "dotnet gmp-trace view FILE --at 1.204s", ["GMP202", "GMP301"]);

    public static Report Whole(string name) => new([Fine, Unanswered, Note, Hog(name), Numbers(name)], [Cause(name)]);

    public static LoadedTrace Trace { get; } = new(new TraceModel(), new TraceInfo
    {
        Bytes = 12_345,
        FormatVersion = 4,
        ProcessId = 4242,
        Runtime = ".NET 10.0.0",
        StartUtc = new DateTime(2025, 1, 31, 23, 5, 9, DateTimeKind.Utc),
        DurationNs = 3_000_000_000,
        Records = 98_765,
        Batches = 60,
        HasGoroutineProvider = true,
    });
}
