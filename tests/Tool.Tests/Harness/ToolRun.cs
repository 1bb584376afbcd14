using Gmp.Tool.Commands;
using Gmp.Tool.Stdio;
using Gmp.Tool.Targets;

namespace Gmp.Tests.Harness;

/// <summary>A run of the tool in this process: what it returned and said.</summary>
internal sealed record ToolRun(int ExitCode, string Out, string Error)
{
    public static ToolRun Of(params string[] args) => With(new FakeStdio(), args);

    public static ToolRun With(FakeStdio stdio, params string[] args) => With(stdio, new ProcessTable(), args);

    public static ToolRun With(FakeStdio stdio, IProcessTable processes, params string[] args)
    {
        int code = ToolCommand.Run(args, new ToolContext(stdio, processes));
        return new ToolRun(code, stdio.OutText, stdio.ErrorText);
    }

    /// <summary>The exit code, one line on stderr, nothing on stdout, no stack trace.</summary>
    public string AssertFails(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, not {exitCode}\n{Error}");
        string[] lines = Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string sentence = Assert.Single(lines);
        Assert.StartsWith("[ERROR] ", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.Equal("", Out);
        return sentence;
    }
}
