using System.Reflection;
using Gmp.Tests.Harness;
using Gmp.Tool.Commands;

namespace Gmp.Tests;

/// <summary>Scripts live from exit codes: each is documented.</summary>
public class ExitCodeTests
{
    [Fact]
    public void Every_exit_code_stands_in_the_help_and_in_the_manual()
    {
        int[] codes = [.. typeof(ExitCode).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (int)f.GetRawConstantValue()!).Order()];
        Assert.Equal(codes, ExitCode.All.Select(c => c.Code));
        string help = ToolRun.Of("--help").Out;
        string manual = File.ReadAllText(Path.Combine(Repository.Root, "docs", "manual.md")).Split("## Exit codes")[1].Split("\n## ")[0];
        Assert.All(ExitCode.All, c => Assert.Contains(c.Meaning, help, StringComparison.Ordinal));
        Assert.All(codes, c => Assert.Contains($"| {c} | ", manual, StringComparison.Ordinal));
    }
}
