using System.Diagnostics;
using Gmp.Tests.Harness;

namespace Gmp.Tests.Targets;

public class PsTests
{
    [Fact]
    public void Lists_by_name_then_pid_and_says_who_runs_goroutines()
    {
        var processes = new FakeProcessTable
        {
            Rows = [new(12, "web", Goroutines: true, CommandLine: "dotnet web.dll --port 80"), new(9, "web", Goroutines: false), new(300, "Batch", Goroutines: null)],
        };
        var run = ToolRun.With(new FakeStdio(), processes, "ps");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            """
            PID  NAME   GOROUTINES  RECORD  COMMAND
            300  Batch  ?           yes
              9  web    no          yes
             12  web    yes         yes     dotnet web.dll --port 80

            """.ReplaceLineEndings("\n"),
            run.Out);
        Assert.Equal("?: not visible from outside on this system; `attach` finds out.\n", run.Error);
    }

    [Fact]
    public void Says_what_it_cannot_see_and_why()
    {
        var processes = new FakeProcessTable { Rows = [new(5, "mine"), new(6, "theirs", User: 1001), new(7, "hidden", HasPort: false)] };
        var run = ToolRun.With(new FakeStdio(), processes, "ps");
        Assert.Contains("Process 6 (theirs) belongs to user 1001. To record it, run this tool as that user or as root", run.Error, StringComparison.Ordinal);
        Assert.Contains("Process 7 (hidden) has no diagnostics port in /tmp. Set TMPDIR as the target has it", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Process 5", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_when_there_is_none()
    {
        var run = ToolRun.With(new FakeStdio(), new FakeProcessTable(), "ps");
        Assert.Equal((0, ""), (run.ExitCode, run.Out));
        Assert.Contains("No supported .NET processes were found", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Fits_the_terminal_and_escapes_names()
    {
        var processes = new FakeProcessTable { Rows = [new(5, "a\u001b[31m", CommandLine: new string('x', 200))] };
        var run = ToolRun.With(new FakeStdio { OutIsTerminal = true, Width = 60 }, processes, "ps");
        Assert.All(run.Out.Split('\n'), line => Assert.InRange(line.Length, 0, 60));
        Assert.DoesNotContain('\u001b', run.Out);
    }

    [Fact]
    public void Sees_real_processes()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Only Linux shows thread names to other processes.");
        using var scripted = Tracee.Start("Scripted");
        using var plain = Tracee.Start("Plain");
        Wait.Until(() => ToolRun.Of("ps").Out.Split('\n').Any(line => line.Contains(scripted.IdText + "  Scripted", StringComparison.Ordinal)
            && line.Contains(" yes ", StringComparison.Ordinal)), "the goroutines of Scripted");
        var run = ToolRun.Of("ps");
        Assert.Contains(run.Out.Split('\n'), line => line.Contains(plain.IdText + "  Plain", StringComparison.Ordinal) && line.Contains(" no ", StringComparison.Ordinal));
        Assert.DoesNotContain(run.Out.Split('\n'), line => line.TrimStart().StartsWith(Environment.ProcessId + " ", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_users_process_is_refused_in_earnest()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root" || !File.Exists("/usr/bin/setpriv"))
            Assert.Skip("Needs Linux, root and setpriv, to run the tool as somebody else.");
        using var target = Tracee.Start("Scripted");
        using var tool = Tracee.Start(new ProcessStartInfo("/usr/bin/setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", Gmp.Tool.Demo.DotnetHost.Find(), Repository.Tool, "attach", target.IdText, "--no-ui"])
        {
            RedirectStandardError = true,
            WorkingDirectory = "/",
        });
        Assert.Equal(1, tool.WaitForExit());
        string error = tool.Process.StandardError.ReadToEnd();
        Assert.Equal(
            $"[ERROR] Process {target.IdText} (Scripted) belongs to user 0 and this tool runs as user 65534: run it as user 0, or as root with the target's TMPDIR.\n", error);
    }
}
