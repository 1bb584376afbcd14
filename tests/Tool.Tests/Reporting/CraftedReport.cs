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
