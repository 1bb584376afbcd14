using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;

namespace Gmp.Analysis.Tests.Comparison;

/// <summary>GMP501 about runs that are known.</summary>
public class RegressionTests
{
    [Fact]
    public void A_run_that_waits_longer_got_worse()
    {
        var finding = Compare(Run(waitUs: 200, seed: 1), Run(waitUs: 2000, seed: 2));
        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.Contains("wait for a P", finding.Answer, StringComparison.Ordinal);
        Assert.Contains(finding.Tables[0].Rows, r => r[0].Text == "wait for a P, 99 of 100 at most" && r[^1].Text == "worse");
    }

    [Fact]
    public void A_run_that_waits_less_got_better()
    {
        var finding = Compare(Run(waitUs: 2000, seed: 1), Run(waitUs: 200, seed: 2));
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.Contains("it got better", finding.Answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 4)]
    [InlineData(5, 6)]
    public void Runs_that_are_alike_are_not_told_apart(int one, int other)
    {
        var finding = Compare(Run(waitUs: 1000, seed: one), Run(waitUs: 1000, seed: other));
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.DoesNotContain(finding.Tables[0].Rows, r => r[^1].Text is "worse" or "better");
    }

    [Fact]
    public void A_finding_that_is_new_is_worse()
    {
        string[] hog = [.. Run(waitUs: 100, seed: 1).TakeWhile(l => !l.StartsWith("1000", StringComparison.Ordinal)),
            "1000ms P0 GoCreate g=50 queue=Local", "1000ms P0 GoCreate g=51 queue=RunNext", "1000ms P0 GoStart g=51", "1500ms P0 GoHog g=51 m=1 observedNs=490ms onCpuNs=490ms",
            "1900ms P0 GoHogEnd g=51 m=1 observedNs=890ms onCpuNs=890ms", "1900ms P0 GoDestroy g=51", "1900ms P0 GoStart g=50", "1901ms P0 GoDestroy g=50"];
        var finding = Compare(Run(waitUs: 100, seed: 1), hog);
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.Contains("GMP201 is critical and was ok", finding.Answer, StringComparison.Ordinal);
        Assert.Contains(finding.Tables, t => t.Key == "findings");
    }

    [Fact]
    public void Too_short_a_run_is_not_compared()
    {
        var finding = Compare(Run(waitUs: 200, seed: 1), Run(waitUs: 2000, seed: 2).TakeWhile(l => !l.StartsWith("500", StringComparison.Ordinal)));
        Assert.Equal(Severity.NotApplicable, finding.Severity);
        Assert.NotEmpty(finding.Fixes);
    }

    private static Finding Compare(IEnumerable<string> before, IEnumerable<string> after)
    {
        var context = new QuestionContext(Load(after));
        return new RegressionQuestion(Load(before), "old.nettrace", Analyzer.Run(context).Findings).Ask(context);
    }

    private static LoadedTrace Load(IEnumerable<string> lines) => TraceFile.Load(new MemoryStream(TextTrace.Record(lines).ToArray()));

    // Two seconds in which a goroutine wakes every 10 ms and waits for its P for about so long.
    private static List<string> Run(int waitUs, int seed)
    {
        var random = new Random(seed);
        List<string> lines = ["0 - SchedulerStart procs=1 sliceNs=10ms", "0 P0 ProcStart m=1", "0 P0 GoCreate g=7 queue=RunNext", "0 P0 GoStart g=7", "100us P0 GoBlock g=7 reason=Sleep"];
        for (int ms = 10; ms < 2000; ms += 10)
        {
            int wait = waitUs / 2 + random.Next(waitUs);
            lines.Add($"{ms}ms P0 GoUnblock g=7 queue=Local");
            lines.Add($"{(ms * 1000) + wait}us P0 GoStart g=7");
            lines.Add($"{(ms * 1000) + wait + 500}us P0 GoBlock g=7 reason=Sleep");
        }
        return lines;
    }
}
