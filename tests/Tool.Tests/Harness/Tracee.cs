using System.Diagnostics;
using System.Globalization;
using Gmp.Tool.Demo;

namespace Gmp.Tests.Harness;

/// <summary>A child process of the tests. It ends with the test, and when the tests are killed, since its input then closes.</summary>
internal sealed class Tracee : IDisposable
{
    private Tracee(Process process) => Process = process;

    public Process Process { get; }

    public int Id => Process.Id;

    public string IdText => Id.ToString(CultureInfo.InvariantCulture);

    /// <summary>Starts a program under tests/Tracees and waits until it says its pid.</summary>
    public static Tracee Start(string name, params string[] args)
    {
        var tracee = Start(new ProcessStartInfo(DotnetHost.Find(), [Repository.Tracee(name), .. args]));
        Assert.Equal($"pid {tracee.IdText}", tracee.Process.StandardOutput.ReadLine());
        return tracee;
    }

    /// <summary>Starts the tool as a process of its own.</summary>
    public static Tracee StartTool(params string[] args) =>
        Start(new ProcessStartInfo(DotnetHost.Find(), [Repository.Tool, .. args]) { RedirectStandardError = true });

    /// <summary>Starts anything.</summary>
    public static Tracee Start(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        return new Tracee(Process.Start(start)!);
    }

    /// <summary>Tells <c>Obedient</c> what to do, and waits until it has done it.</summary>
    public void Do(params string[] commands)
    {
        foreach (string command in commands)
        {
            Process.StandardInput.WriteLine(command);
            Process.StandardInput.Flush();
            Assert.Equal(command, Process.StandardOutput.ReadLine());
        }
    }

    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, IdText]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits for its end.</summary>
    public int WaitForExit()
    {
        Assert.True(Process.WaitForExit(TimeSpan.FromSeconds(60)), "the process goes on after a minute");
        return Process.ExitCode;
    }

    public void Dispose()
    {
        if (!Process.HasExited)
            Process.Kill(entireProcessTree: true);
        Process.WaitForExit();
        Process.Dispose();
    }
}
