using Gmp.Analysis.Model;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Questions.Causes;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;

namespace Gmp.Analysis.Tests.Causes;

/// <summary>What explains what, and what does not.</summary>
public class CauseTests
{
    private static readonly SourceSite s_site = new("/src/Checksum.cs", 42, "Main");

    private static readonly Finding s_hog = Bad("GMP201") with
    {
        Goroutines = [new(7, "hog", "hog", s_site) { LongestSliceNs = 400_000_000 }, Victim(8, 12), Victim(9, 10)],
        Processors = [0],
        Window = new(100_000_000, 500_000_000),
        Source = s_site,
        LookCloser = "dotnet gmp-trace view FILE --at 0.1s",
        Fixes = ["Yield."],
    };

    [Fact]
    public void A_hog_explains_the_waits_of_those_behind_it()
    {
        var waits = Bad("GMP202") with { Goroutines = [Victim(8, 12), Victim(9, 12), Victim(10, 1)], Processors = [0] };
        var cause = Assert.Single(Find(s_hog, waits));
        Assert.Equal(("GMP201", Confidence.High, "Yield.", "dotnet gmp-trace view FILE --at 0.1s"), (cause.Finding, cause.Confidence, cause.Try, cause.LookCloser));
        Assert.Equal(["GMP202"], cause.Explains);
        Assert.Equal("G7 \"hog\" (Checksum.cs:42) runs for up to 400 ms without a scheduling point, and who is queued behind it waits. That is 88 % of the waits that GMP202 names.", cause.Statement);
    }

    [Fact]
    public void A_hog_does_not_explain_the_waits_of_others() =>
        Assert.Empty(Find(s_hog, Bad("GMP202") with { Goroutines = [Victim(8, 2), Victim(20, 50)], Processors = [0] }));

    [Fact]
    public void Waits_without_names_are_explained_by_time_only_and_with_little_confidence()
    {
        var waits = Bad("GMP203") with { Processors = [0], Window = new(150_000_000, 400_000_000) };
        Assert.Equal(Confidence.Low, Assert.Single(Find(s_hog, waits)).Confidence);
        Assert.Empty(Find(s_hog, waits with { Processors = [1] }));
        Assert.Empty(Find(s_hog, waits with { Window = new(600_000_000, 900_000_000) }));
    }

    [Fact]
    public void A_hog_that_the_waits_blame_themselves_explains_them()
    {
        var waits = Bad("GMP202") with { Goroutines = [new(7, "hog", "blocker", s_site), Victim(20, 500)], Processors = [0] };
        Assert.Equal(Confidence.High, Assert.Single(Find(s_hog, waits)).Confidence);
        // Another one is blamed first.
        Assert.Empty(Find(s_hog, waits with { Goroutines = [new(30, "", "blocker", null), new(7, "hog", "blocker", s_site), Victim(20, 500)] }));
    }

    [Fact]
    public void A_finding_alone_needs_no_cause()
    {
        Assert.Empty(Find(s_hog));
        Assert.Empty(Find(Bad("GMP202") with { Goroutines = [Victim(8, 12)] }));
        Assert.Empty(Find(s_hog with { Severity = Severity.Info }, Bad("GMP202") with { Goroutines = [Victim(8, 12)] }));
    }

    [Fact]
    public void Calls_explain_waits_as_a_hog_does()
    {
        var calls = Bad("GMP103") with { Goroutines = [new(3, "loader", "caller", s_site), Victim(8, 80)], Processors = [0], Source = s_site };
        var cause = Assert.Single(Find(calls, Bad("GMP202") with { Goroutines = [Victim(8, 100)] }));
        Assert.Equal(("GMP103", Confidence.High), (cause.Finding, cause.Confidence));
        Assert.Contains("Checksum.cs:42", cause.Statement, StringComparison.Ordinal);
    }

    [Fact]
    public void A_convoy_explains_what_goroutines_block_on()
    {
        var convoy = Bad("GMP104") with { Source = s_site };
        Assert.Equal(Confidence.High, Assert.Single(Find(convoy, Bad("GMP101", Severity.Info) with { Source = s_site })).Confidence);
        Assert.Equal(Confidence.Medium, Assert.Single(Find(convoy, Bad("GMP101", Severity.Info))).Confidence);
    }

    [Fact]
    public void A_deadlock_explains_those_who_pile_up_behind_it()
    {
        var deadlock = Bad("GMP106") with { Goroutines = [new(1, "alice", "deadlocked", null), new(2, "bob", "deadlocked", null), new(9, "customer", "behind", s_site)], Window = new(0, 2_000_000_000) };
        var leak = Bad("GMP105") with { Goroutines = [new(9, "customer", "leaked", s_site), new(10, "customer", "leaked", s_site)], Source = s_site, Window = new(500_000_000, 2_000_000_000) };
        var cause = Assert.Single(Find(deadlock, leak));
        Assert.Equal(["GMP105"], cause.Explains);
        Assert.Contains("2 goroutines wait for each other's locks, G1 \"alice\" among them", cause.Statement, StringComparison.Ordinal);
        // Another place leaks for a reason of its own.
        Assert.Empty(Find(deadlock, leak with { Goroutines = [new(30, "", "leaked", null)], Source = null }));
    }

    [Fact]
    public void A_busy_host_explains_waits_last_and_makes_the_others_less_sure()
    {
        var waits = Bad("GMP202") with { Goroutines = [Victim(8, 12), Victim(9, 10)] };
        var causes = Find(s_hog, waits, Bad("GMP002"));
        Assert.Equal([("GMP201", Confidence.Medium), ("GMP002", Confidence.Medium)], causes.Select(c => (c.Finding, c.Confidence)));
        // A hog is proven by CPU time, which no other process can spend.
        Assert.DoesNotContain("GMP201", causes[1].Explains);
    }

    [Fact]
    public void Collections_explain_waits_that_passed_in_their_pauses()
    {
        string[] lines =
        [
            "0 - SchedulerStart procs=1 sliceNs=10ms", "0 P0 ProcStart m=1", "0 P0 GoCreate g=7 queue=RunNext", "0 P0 GoStart g=7", "1ms P0 GoBlock g=7 reason=Sleep",
            "10ms P0 GoUnblock g=7 queue=Local", "40ms P0 GoStart g=7", "41ms P0 GoBlock g=7 reason=Sleep", "1000ms P0 GoUnblock g=7 queue=Local", "1001ms P0 GoStart g=7",
        ];
        var trace = Load(lines);
        trace.Model.PauseList.Add(new RuntimePause(12_000_000, 38_000_000, true));
        Finding[] findings = [Bad("GMP402"), Bad("GMP202")];
        var cause = Assert.Single(CauseSearch.Find(new QuestionContext(trace), findings));
        Assert.Equal(("GMP402", Confidence.High), (cause.Finding, cause.Confidence));
        Assert.Contains("84 %", cause.Statement, StringComparison.Ordinal);   // 26 of 31 ms
        trace.Model.PauseList.Clear();
        trace.Model.PauseList.Add(new RuntimePause(500_000_000, 600_000_000, true));
        Assert.Empty(CauseSearch.Find(new QuestionContext(trace), findings));
    }

    private static Finding Bad(string id, Severity severity = Severity.Warning) =>
        new() { Id = id, Severity = severity, Score = 50, Question = "?", Answer = "" };

    private static FindingGoroutine Victim(long id, int waitedMs) => new(id, "", "victim", null, waitedMs * 1_000_000L, waitedMs * 1_000_000L, 1);

    private static IReadOnlyList<Cause> Find(params Finding[] findings) =>
        CauseSearch.Find(new QuestionContext(Load(["0 - SchedulerStart procs=1 sliceNs=10ms", "0 P0 ProcStart m=1", "1000ms P0 ProcStop m=1"])), findings);

    private static LoadedTrace Load(IEnumerable<string> lines) => TraceFile.Load(new MemoryStream(TextTrace.Record(lines).ToArray()));
}
