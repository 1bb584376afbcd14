using System.Diagnostics;
using System.Globalization;
using Gmp.Tests.Harness;
using Gmp.Tracing;
using Microsoft.Diagnostics.Tracing;

namespace Gmp.Tests.Recording;

/// <summary>Recordings of real processes over real diagnostics ports.</summary>
public class RealTargetTests
{
    [Fact]
    public void Collect_records_a_process_and_TraceEvent_reads_the_file()
    {
        using var target = Tracee.Start("Scripted");
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace");
        var run = ToolRun.Of("collect", "-p", target.IdText, "-o", path, "--duration", "600ms");
        Assert.Equal((0, path + "\n"), (run.ExitCode, run.Out));
        Assert.Contains("Trace Duration : 00:00:00:00.600", run.Error, StringComparison.Ordinal);
        Assert.Contains("Trace completed", run.Error, StringComparison.Ordinal);
        var (hellos, batches) = ReadWithTraceEvent(path);
        Assert.InRange(hellos, 1, int.MaxValue);
        Assert.InRange(batches, 4, int.MaxValue);
        Assert.False(target.Process.HasExited);
    }

    [Fact]
    public void Collect_finds_a_process_by_its_name()
    {
        using var target = Tracee.Start("Scripted", "--name", "x");
        using var other = Tracee.Start("Plain");
        using var folder = new TempFolder();
        // Another test may run a Scripted of its own meanwhile; then the name is ambiguous, which is told with the pids.
        var run = ToolRun.Of("collect", "-n", "Scripted", "-o", folder.File("x.nettrace"), "--duration", "200ms");
        if (run.ExitCode != 0)
            Assert.Contains(target.IdText, run.AssertFails(3), StringComparison.Ordinal);
        else
            Assert.Contains($"(pid {target.IdText})", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("attach {0} --no-ui")]
    [InlineData("collect -p {0}")]
    [InlineData("report -p {0} --duration 2s")]
    public void A_process_without_goroutines_is_told_and_leaves_no_file(string line)
    {
        using var target = Tracee.Start("Plain");
        using var folder = new TempFolder();
        string[] args = [.. string.Format(CultureInfo.InvariantCulture, line, target.Id).Split(' '), "-o", folder.File("x.nettrace")];
        Assert.Contains("without goroutines", ToolRun.Of(args).AssertFails(1), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
        Assert.False(target.Process.HasExited);
    }

    [Fact]
    public void A_pid_that_does_not_exist_is_told()
    {
        string id;
        using (var target = Tracee.Start("Plain"))
            id = target.IdText;
        Assert.Contains($"There is no process {id}", ToolRun.Of("collect", "-p", id).AssertFails(1), StringComparison.Ordinal);
        Assert.Contains("There is no process 2147483647", ToolRun.Of("attach", "2147483647").AssertFails(1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_is_not_dotnet_is_told()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("The program that this test starts is Unix's.");
        using var target = Tracee.Start(new ProcessStartInfo("sleep", ["60"]));
        string sentence = ToolRun.Of("attach", target.IdText, "--no-ui").AssertFails(1);
        Assert.Contains($"Process {target.IdText} (sleep) is not a .NET process", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_signal_ends_the_recording_in_order(string signal)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no signals to send.");
        using var target = Tracee.Start("Scripted");
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace");
        using var tool = Tracee.StartTool("collect", "-p", target.IdText, "-o", path);
        Wait.Until(() => Size(path) > 4000, "the recording to grow");
        tool.Signal(signal);
        Assert.Equal(0, tool.WaitForExit());
        Assert.Equal(path + "\n", tool.Process.StandardOutput.ReadToEnd());
        Assert.InRange(ReadWithTraceEvent(path).Batches, 2, int.MaxValue);
        Assert.False(target.Process.HasExited);
    }

    [Fact]
    public void A_signal_at_any_moment_of_the_start_leaves_a_whole_file_or_none()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no signals to send.");
        using var target = Tracee.Start("Scripted");
        using var folder = new TempFolder();
        for (int i = 0; i < 8; i++)
        {
            string path = folder.File($"{i}.nettrace");
            using var tool = Tracee.StartTool("collect", "-p", target.IdText, "-o", path);
            // The first byte of the file, and moments after it.
            Wait.Until(() => File.Exists(path), "the file");
            Thread.Sleep(i * 10);
            tool.Signal("INT");
            int code = tool.WaitForExit();
            if (File.Exists(path) && Size(path) > 0)
                Assert.Contains(", complete", ToolRun.Of("info", path).Out, StringComparison.Ordinal);
            Assert.True(code is 0 or 1 or 130, $"exit code {code}");
            Assert.Equal(code == 0, Size(path) > 0);
        }
    }

    [Fact]
    public void A_second_signal_does_not_wait_for_a_target_that_is_stopped()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no signals to send.");
        using var target = Tracee.Start("Scripted");
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace");
        using var tool = Tracee.StartTool("collect", "-p", target.IdText, "-o", path);
        Wait.Until(() => Size(path) > 4000, "the recording to grow");
        target.Signal("STOP");
        tool.Signal("INT");
        string? line;
        do
            line = tool.Process.StandardError.ReadLine();
        while (line?.StartsWith("Stopping the trace", StringComparison.Ordinal) == false);
        Assert.NotNull(line);
        tool.Signal("INT");
        Assert.Equal(0, tool.WaitForExit());
        Assert.Contains("Aborted", tool.Process.StandardError.ReadToEnd(), StringComparison.Ordinal);
        Assert.InRange(ReadWithTraceEvent(path).Batches, 2, int.MaxValue);
        target.Signal("CONT");
    }

    [Fact]
    public void A_target_that_is_killed_leaves_a_file_that_TraceEvent_reads()
    {
        using var target = Tracee.Start("Scripted");
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace");
        using var tool = Tracee.StartTool("collect", "-p", target.IdText, "-o", path);
        Wait.Until(() => Size(path) > 4000, "the recording to grow");
        target.Process.Kill();
        Assert.Equal(0, tool.WaitForExit());
        Assert.Contains("Target exited", tool.Process.StandardError.ReadToEnd(), StringComparison.Ordinal);
        Assert.InRange(ReadWithTraceEvent(path).Batches, 2, int.MaxValue);
        // The recorder gave the file its end, and the file tells it.
        Assert.Contains("ended early: repaired by the recorder", ToolRun.Of("info", path).Out, StringComparison.Ordinal);
        Assert.Contains("the recording ended early", ToolRun.Of("report", path).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tool_that_is_killed_leaves_the_target_alone()
    {
        using var target = Tracee.Start("Scripted");
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace"), again = folder.File("again.nettrace");
        using (var tool = Tracee.StartTool("collect", "-p", target.IdText, "-o", path))
            Wait.Until(() => Size(path) > 4000, "the recording to grow");
        Assert.Equal(0, ToolRun.Of("collect", "-p", target.IdText, "-o", again, "--duration", "300ms").ExitCode);
        Assert.InRange(ReadWithTraceEvent(again).Batches, 2, int.MaxValue);
    }

    [Fact]
    public void A_program_is_recorded_from_its_start_and_gives_its_exit_code()
    {
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace");
        using var tool = Tracee.StartTool(
            "collect", "-o", path, "--", Gmp.Tool.Demo.DotnetHost.Find(), Repository.Tracee("Scripted"), "--cycles", "6", "--exit", "7");
        Assert.Equal(7, tool.WaitForExit());
        Assert.Equal(path + "\n", tool.Process.StandardOutput.ReadToEnd());
        Assert.InRange(ReadWithTraceEvent(path).Batches, 4, int.MaxValue);
        // It ended in good order, and so did its stream: nothing was repaired.
        Assert.Contains(", complete", ToolRun.Of("info", path).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Show_child_io_gives_the_program_the_terminal()
    {
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace");
        using var tool = Tracee.StartTool(
            "collect", "--show-child-io", "-o", path, "--", Gmp.Tool.Demo.DotnetHost.Find(), Repository.Tracee("Scripted"), "--cycles", "2", "--echo");
        tool.Process.StandardInput.WriteLine("a line for the child");
        tool.Process.StandardInput.Flush();
        Assert.Equal(0, tool.WaitForExit());
        Assert.EndsWith("echo a line for the child\n", tool.Process.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_outlives_the_recording_is_ended()
    {
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace");
        var run = ToolRun.Of("collect", "-o", path, "--duration", "400ms", "--", Gmp.Tool.Demo.DotnetHost.Find(), Repository.Tracee("Scripted"));
        // Its input is empty, so it may also have ended by itself; either way none is left and the file is whole.
        Assert.Equal(0, run.ExitCode);
        _ = ReadWithTraceEvent(path);
    }

    [Fact]
    public void A_program_that_cannot_be_started_or_is_not_dotnet_is_told()
    {
        Assert.Contains("there is no such program", Last(ToolRun.Of("collect", "--", "/no/such/program"), 1), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Contains("is it a .NET program?", Last(ToolRun.Of("collect", "--", "true"), 1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_child_without_goroutines_is_told_and_its_exit_code_kept()
    {
        using var folder = new TempFolder();
        var run = ToolRun.Of("collect", "-o", folder.File("x.nettrace"), "--", Gmp.Tool.Demo.DotnetHost.Find(), Repository.Tracee("Plain"), "--exit", "3");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("No goroutine events came", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Enter_ends_the_recording()
    {
        using var target = Tracee.Start("Scripted");
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace");
        var stdio = new FakeStdio { InIsTerminal = true, ErrorIsTerminal = true, Enter = () => Size(path) > 4000 };
        var run = ToolRun.With(stdio, "collect", "-p", target.IdText, "-o", path);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Press <Enter> or <Ctrl+C>", run.Error, StringComparison.Ordinal);
        Assert.Contains("\rRecording trace", run.Error.Replace("[00:00:00:00]\t", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static long Size(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private static string Last(ToolRun run, int exitCode)
    {
        Assert.Equal(exitCode, run.ExitCode);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        return run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
    }

    // An independent judge: throws where the file breaks off.
    private static (int Hellos, int Batches) ReadWithTraceEvent(string path)
    {
        int hellos = 0, batches = 0;
        using var source = new EventPipeEventSource(path);
        source.Dynamic.All += e =>
        {
            if (e.ProviderName == GmpEventSource.ProviderName)
            {
                hellos += (int)e.ID == GmpEventSource.HelloId ? 1 : 0;
                batches += (int)e.ID == GmpEventSource.BatchId ? 1 : 0;
            }
        };
        source.Process();
        Assert.Equal(0, source.EventsLost);
        return (hellos, batches);
    }
}
