using System.Diagnostics;
using System.Net.Sockets;
using Gmp.Analysis.Reading;
using Gmp.Tests.Harness;
using Gmp.Tool.Demo;

namespace Gmp.Tests.Ports;

/// <summary>Programs that come to the tool, or to which the tool goes, over an address that both know.</summary>
public class DiagnosticPortTests
{
    [Fact]
    public void A_program_that_comes_to_the_port_is_recorded_from_its_start()
    {
        SkipOnWindows();
        using var folder = new TempFolder();
        string port = folder.File("port"), path = folder.File("x.nettrace");
        using var tool = Tracee.StartTool("collect", "--diagnostic-port", port, "-o", path);
        Assert.Equal("Waiting for connection on " + port, tool.Process.StandardError.ReadLine());
        Assert.Equal($"Start an application with the following environment variable: DOTNET_DiagnosticPorts={port}", tool.Process.StandardError.ReadLine());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(port));
        using var program = Launch(port, "burst 40", "child " + Repository.Tracee("Plain"), "exit 3");
        Assert.Equal(3, program.WaitForExit());
        Assert.Equal(0, tool.WaitForExit());
        Assert.Equal(path + "\n", tool.Process.StandardOutput.ReadToEnd());
        string said = tool.Process.StandardError.ReadToEnd();
        Assert.Contains($"Obedient.dll burst 40 child {Repository.Tracee("Plain")} exit 3 (pid {program.IdText})", said, StringComparison.Ordinal);
        // The program's own .NET child was not held up, and did not come to the port either.
        Assert.DoesNotContain("unrecorded", said, StringComparison.Ordinal);
        Assert.Equal(40, Bursts(path));
        Assert.False(File.Exists(port));
    }

    [Theory]
    [InlineData("0", "connect,nosuspend")]
    [InlineData("0", "connect")]
    [InlineData("1", "connect")]
    public void The_tool_goes_to_a_runtime_that_listens(string suspended, string tool)
    {
        SkipOnWindows();
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace");
        var start = new ProcessStartInfo(DotnetHost.Find(), [Repository.Tracee("Obedient")]);
        start.Environment["DOTNET_DefaultDiagnosticPortSuspend"] = suspended;
        start.Environment["TMPDIR"] = folder.Path;
        using var target = Tracee.Start(start);
        Wait.Until(() => Directory.GetFiles(folder.Path, "dotnet-diagnostic-*").Length == 1, "the runtime to listen");
        string port = Directory.GetFiles(folder.Path, "dotnet-diagnostic-*")[0];
        var run = ToolRun.Of("collect", "--dport", $"{port},{tool}", "-o", path, "--duration", "1s");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains($"(pid {target.IdText})", run.Error, StringComparison.Ordinal);
        Assert.Equal($"pid {target.IdText}", target.Process.StandardOutput.ReadLine());
        Assert.False(target.Process.HasExited);
        Assert.True(TraceFile.Load(path).Info.HasHello);
    }

    [Fact]
    public void A_script_that_starts_several_programs_comes_to_its_end()
    {
        SkipOnWindows();
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace");
        string dotnet = DotnetHost.Find();
        string script = $"'{dotnet}' '{Repository.Tracee("Obedient")}' 'burst 10' 'exit 0'; '{dotnet}' '{Repository.Tracee("Obedient")}' 'exit 5'";
        using var tool = Tracee.StartTool("collect", "-o", path, "--", "sh", "-c", script);
        Assert.Equal(5, tool.WaitForExit());
        Assert.Contains("ran unrecorded: ", tool.Process.StandardError.ReadToEnd(), StringComparison.Ordinal);
        Assert.Equal(10, Bursts(path));
    }

    [Fact]
    public void A_program_that_starts_a_dotnet_program_is_not_held_up_by_it()
    {
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace");
        using var tool = Tracee.StartTool(
            "collect", "-o", path, "--", DotnetHost.Find(), Repository.Tracee("Obedient"), "child " + Repository.Tracee("Obedient"), "burst 7", "exit 9");
        Assert.Equal(9, tool.WaitForExit());
        Assert.DoesNotContain("unrecorded", tool.Process.StandardError.ReadToEnd(), StringComparison.Ordinal);
        Assert.Equal(7, Bursts(path));
    }

    [Fact]
    public void What_cannot_be_listened_at_or_found_is_one_sentence()
    {
        SkipOnWindows();
        using var folder = new TempFolder();
        Assert.Contains("Cannot listen at", ToolRun.Of("collect", "--diagnostic-port", folder.File("no/such/port")).AssertFails(1), StringComparison.Ordinal);
        File.WriteAllText(folder.File("taken"), "text");
        Assert.Contains("there is a file of that name", ToolRun.Of("collect", "--diagnostic-port", folder.File("taken")).AssertFails(1), StringComparison.Ordinal);
        Assert.Contains("at most 107 bytes", ToolRun.Of("collect", "--diagnostic-port", folder.File(new string('x', 120))).AssertFails(1), StringComparison.Ordinal);
        Assert.Contains("No runtime listens at", ToolRun.Of("collect", "--diagnostic-port", folder.File("none") + ",connect").AssertFails(1), StringComparison.Ordinal);
        using (var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            listener.Bind(new UnixDomainSocketEndPoint(folder.File("port")));
            listener.Listen();
            Assert.Contains("another program listens there", ToolRun.Of("collect", "--diagnostic-port", folder.File("port")).AssertFails(1), StringComparison.Ordinal);
        }
        Assert.Equal("text", File.ReadAllText(folder.File("taken")));
    }

    [Fact]
    public void A_tool_that_waits_for_a_program_can_be_stopped()
    {
        SkipOnWindows();
        using var folder = new TempFolder();
        string port = folder.File("port");
        // A socket that an earlier tool left behind is no hindrance.
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            left.Bind(new UnixDomainSocketEndPoint(port));
        using var tool = Tracee.StartTool("collect", "--diagnostic-port", port, "-o", folder.File("x.nettrace"));
        while (tool.Process.StandardError.ReadLine()?.StartsWith("Start an application", StringComparison.Ordinal) == false)
        {
        }
        // The signal's handler comes right after the line.
        Wait.Until(() => tool.Process.HasExited || Interrupt(tool), "the end of the tool");
        Assert.Contains("Stopped before a program came", tool.Process.StandardError.ReadToEnd(), StringComparison.Ordinal);
        Assert.Equal(1, tool.WaitForExit());
        Assert.False(File.Exists(port));
    }

    private static bool Interrupt(Tracee tool)
    {
        Thread.Sleep(200);
        tool.Signal("TERM");
        return tool.Process.WaitForExit(5000);
    }

    private static int Bursts(string path)
    {
        var trace = TraceFile.Load(path);
        Assert.Equal((0, 0), (trace.Info.EventsLost, trace.Info.BatchesLost));
        return trace.Model.Goroutines.Count(g => g.Name == "burst");
    }

    private static Tracee Launch(string ports, params string[] commands)
    {
        var start = new ProcessStartInfo(DotnetHost.Find(), [Repository.Tracee("Obedient"), .. commands]);
        start.Environment["DOTNET_DiagnosticPorts"] = ports;
        return Tracee.Start(start);
    }

    private static void SkipOnWindows()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Ports are pipes on Windows.");
    }
}
