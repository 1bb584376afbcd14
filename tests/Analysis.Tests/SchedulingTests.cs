using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;

namespace Gmp.Analysis.Tests;

/// <summary>GMP301, GMP302 and GMP303: what is counted of goroutines, Ps and threads.</summary>
public class SchedulingTests
{
    // P0 creates and runs G8 and G9, P1 wakes up, steals two of P0's and goes idle again.
    private static readonly string[] s_steal =
    [
        "0 - SchedulerStart procs=2 sliceNs=10ms",
        "0 - MStart m=1 tid=501",
        "0 - MStart m=2 tid=502",
        "0 P0 ProcStatus status=Running m=1",
        "0 P1 ProcStatus status=Idle m=-1",
        "0 P0 GoCreate g=7 queue=RunNext",
        "0 P0 GoStart g=7",
        "1ms P0 GoCreate g=8 parent=7 queue=Local",
        "1ms P0 GoCreate g=9 parent=7 queue=Local",
        "1ms - MUnpark m=2",
        "1.2ms P1 ProcStart m=2",
        "1.2ms P1 MSpinBegin m=2",
        "1.3ms P1 Steal victim=0 count=2 first=8",
        "1.3ms P1 MSpinEnd m=2 found=1",
        "1.3ms P1 GoStart g=8",
        "2ms P0 GoBlock g=7 reason=Sleep",
        "2ms P0 MSpinBegin m=1",
        "2.3ms P1 GoDestroy g=8",
        "2.3ms P1 GoStart g=9",
        "3ms P0 MSpinEnd m=1 found=0",
        "3ms P0 ProcStop m=1",
        "3ms - MPark m=1",
        "4.3ms P1 GoDestroy g=9",
        "10ms P1 GoCreate g=10 queue=RunNext",
        "10ms P1 GoStart g=10",
        "mark 10ms",
    ];

    [Fact]
    public void States_are_drawn_with_counts_and_times()
    {
        var finding = Ask("GMP301", s_steal);
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.StartsWith("4 goroutines began to run 4 times on 2 Ps in 10 ms", finding.Answer, StringComparison.Ordinal);
        var g = finding.Figures.OfType<FlowFigure>().Single(f => f.Key == "goroutineStates");
        Assert.Equal([("Idle", "Runnable", 4L), ("Runnable", "Running", 4L), ("Running", "Waiting", 1L), ("Running", "Dead", 2L)], Edges(g));
        Assert.Equal(5_000_000, g.Nodes.Single(n => n.Name == "Running").TimeNs);
        Assert.Equal(8_000_000, g.Nodes.Single(n => n.Name == "Waiting").TimeNs);
        Assert.Equal((1, 2, 1), (At("Running"), At("Dead"), At("Waiting")));
        var p = finding.Figures.OfType<FlowFigure>().Single(f => f.Key == "processorStates");
        Assert.Equal([("Idle", "Running", 1L), ("Running", "Idle", 1L)], Edges(p));
        var m = finding.Figures.OfType<FlowFigure>().Single(f => f.Key == "machineStates");
        Assert.Contains(("with a P", "asleep", 1L), Edges(m));
        Assert.Contains(finding.Tables.Single(t => t.Key == "changes").Rows, r => r[0].Text == "G" && r[4].Text!.StartsWith("It awaits", StringComparison.Ordinal));
        var times = finding.Tables.Single(t => t.Key == "processorTimes");
        foreach (var row in times.Rows)
            Assert.Equal(10_000_000, row.Skip(1).Sum(c => c.Number!.Value));   // the parts are the whole
        Assert.Equal([2_000_000.0, 3_000_000.0], times.Rows.Select(r => r[1].Number!.Value));

        long At(string state) => g.Nodes.Single(n => n.Name == state).Count;
    }

    [Fact]
    public void Steals_are_told_with_who_took_from_whom_and_how_long_a_search_took()
    {
        var finding = Ask("GMP302", s_steal);
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.StartsWith("1 time a P took goroutines from another one, 2 goroutines in all, which are 50 % of those that began to run. 2 searches for work began, and 50 % found some.", finding.Answer, StringComparison.Ordinal);
        var matrix = Assert.IsType<MatrixFigure>(Assert.Single(finding.Figures));
        Assert.Equal(["P0", "P1"], matrix.Rows);
        Assert.Equal([[0.0, 0.0], [2.0, 0.0]], matrix.Values);
        Assert.Contains(finding.Evidence, e => e.Contains("it took 100 us at the median", StringComparison.Ordinal));
        Assert.Contains(finding.Evidence, e => e.StartsWith("A steal took 2 goroutines at the mean and 2 at most", StringComparison.Ordinal));
    }

    [Fact]
    public void One_P_has_nobody_to_steal_from() =>
        Assert.Equal(Severity.NotApplicable, Ask("GMP302", "0 - SchedulerStart procs=1", "0 P0 GoCreate g=7 queue=RunNext", "0 P0 GoStart g=7", "1ms P0 GoDestroy g=7").Severity);

    [Fact]
    public void Threads_that_are_there_already_were_not_made_in_the_trace()
    {
        var finding = Ask("GMP303", s_steal);
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.StartsWith("Yes. 2 threads took a P", finding.Answer, StringComparison.Ordinal);
        Assert.EndsWith("and no thread was made.", finding.Answer, StringComparison.Ordinal);
        Assert.Contains(finding.Evidence, e => e.Contains("Once awake, a thread had its P after 200 us at the mean", StringComparison.Ordinal));
    }

    [Fact]
    public void A_new_thread_for_each_call_is_a_warning()
    {
        var records = new List<string> { "0 - SchedulerStart procs=1", "0 P0 GoCreate g=7 queue=RunNext", "0 P0 GoStart g=7" };
        for (int m = 2; m < 50; m++)
        {
            records.Add($"{m}ms - MStart m={m} tid={500 + m}");
            records.Add($"{m}ms - MStop m={m}");
        }
        var finding = Ask("GMP303", [.. records]);
        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.StartsWith("No: 48 threads were made", finding.Answer, StringComparison.Ordinal);
        Assert.Contains("48 threads ended", finding.Answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GMP301")]
    [InlineData("GMP302")]
    [InlineData("GMP303")]
    public void A_trace_in_which_nothing_happened_answers_nothing(string id) => Assert.Equal(Severity.NotApplicable, Ask(id, "0 - FlushMark").Severity);

    [Fact]
    public void Quantiles_are_right_to_a_percent_and_the_ends_exactly()
    {
        var lengths = new Distribution();
        for (int i = 1; i <= 100_000; i++)
            lengths.Add(i * 37L);
        Assert.InRange(lengths.Median, 50_000 * 37 * 0.99, 50_000 * 37 * 1.01);
        Assert.InRange(lengths.Quantile(0.99), 99_000 * 37 * 0.99, 99_000 * 37 * 1.01);
        Assert.Equal(100_000 * 37, lengths.Longest);
        Assert.Equal(lengths.Longest, lengths.Quantile(1));
        Assert.Equal(100_000, lengths.Histogram().Sum(c => c.Count));
        Assert.InRange(lengths.AtLeast(1_000_000), 72_000, 73_500);
        Assert.Equal(0, new Distribution().Median);
        var edges = new Distribution();
        edges.Add(long.MaxValue);
        edges.Add(-5);
        Assert.Equal((0, long.MaxValue), (edges.Quantile(0.5), edges.Longest));
    }

    private static IEnumerable<(string, string, long)> Edges(FlowFigure figure) => figure.Edges.Select(e => (figure.Nodes[e.From].Name, figure.Nodes[e.To].Name, e.Count));

    internal static Finding Ask(string id, params string[] records) =>
        Analyzer.Run(TraceFile.Load(new MemoryStream(TextTrace.Record(records).ToArray()))).Findings.Single(f => f.Id == id);
}
