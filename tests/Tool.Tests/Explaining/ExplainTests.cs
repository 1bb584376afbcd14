using Gmp.Tests.Harness;
using Gmp.Tool.Commands;
using Gmp.Tool.Settings;

namespace Gmp.Tests.Explaining;

/// <summary><c>explain</c> prints the pages that the tool carries.</summary>
public class ExplainTests
{
    [Fact]
    public void The_page_of_a_finding_is_printed()
    {
        Assert.StartsWith("# GMP201: did one goroutine monopolize a P?\n", ToolRun.Of("explain", "GMP201").Out, StringComparison.Ordinal);
        Assert.StartsWith("# GMP201：", ToolRun.Of("explain", "gmp201", "--lang", "zh-CN").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void All_are_listed_with_their_questions()
    {
        string[] lines = ToolRun.Of("explain").Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(KnownNames.Questions.Select(q => $"{q.Id}  {q.Text}"), lines);
    }

    [Fact]
    public void Thresholds_are_listed_with_their_defaults()
    {
        string text = ToolRun.Of("explain", "GMP001", "--thresholds").Out;
        Assert.Contains("GMP001.shortMs", text, StringComparison.Ordinal);
        Assert.DoesNotContain("GMP202", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finding_that_there_is_not_is_refused() =>
        Assert.Contains("There is no finding GMP999: there are GMP001", ToolRun.Of("explain", "GMP999").AssertFails(ExitCode.ArgumentError), StringComparison.Ordinal);
}
