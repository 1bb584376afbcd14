using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Gmp.Tool.Commands;
using Gmp.Tool.Recording;

namespace Gmp.Tool.Demo;

/// <summary>A bundled program that runs in a process of its own. Disposing ends it; it also ends when this tool is killed.</summary>
internal sealed class DemoProgram : IDisposable
{
    // What the user set for their own programs must not keep the demo from being attached to.
    private static readonly string[] s_unwanted =
        ["DiagnosticPorts", "EnableDiagnostics", "EnableDiagnostics_IPC", "DefaultDiagnosticPortSuspend", "EnableEventPipe"];

    private readonly Process _process;
    private readonly Thread _reader;
    private readonly ManualResetEventSlim _running = new();

    private DemoProgram(Process process, Action<string> line)
    {
        _process = process;
        _reader = new Thread(() => Read(line)) { IsBackground = true, Name = "gmp-demo-output" };
        _reader.Start();
    }

    /// <summary>Its process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>It ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Its exit code, once it ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a scenario's program.</summary>
    /// <param name="scenario">Which.</param>
    /// <param name="processors">How many Ps, or null for the scenario's own number.</param>
    /// <param name="line">Called on another thread for each line that it prints, but the one with its pid.</param>
    /// <exception cref="ToolFailure">It is not bundled or cannot be started.</exception>
    public static DemoProgram Start(Scenario scenario, int? processors, Action<string> line)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "demo", scenario.Program);
        string program = Path.Combine(folder, scenario.Program + ".dll");
        if (!File.Exists(program))
            throw new ToolFailure(Commands.ExitCode.UnknownError, $"The demo program {program} is missing: install the tool again.");
        var start = new ProcessStartInfo(DotnetHost.Find())
        {
            // --serve: it runs until it is stopped. Its own limit could end it before a long recording does.
            ArgumentList = { program, "--serve", "--ps", (processors ?? scenario.Processors).ToString(CultureInfo.InvariantCulture) },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (string name in s_unwanted)
        {
            start.Environment.Remove("DOTNET_" + name);
            start.Environment.Remove("COMPlus_" + name);
        }
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        try
        {
            return new DemoProgram(Process.Start(start)!, line);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            throw new ToolFailure(Commands.ExitCode.PlatformNotSupported,
                $"Cannot start the demo with {start.FileName} ({e.Message.TrimEnd('.')}): put dotnet on PATH or set DOTNET_HOST_PATH.", e);
        }
    }

    /// <summary>Waits until its Main runs, so that it can be attached to; returns early if it ends.</summary>
    public void WaitUntilRunning(TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        while (!_running.Wait(TimeSpan.FromMilliseconds(20)) && !_process.HasExited && clock.Elapsed < limit)
        {
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>False if it goes on after <paramref name="limit"/>.</returns>
    public bool WaitForExit(TimeSpan limit) => _process.WaitForExit(limit);

    /// <summary>Ends it.</summary>
    public void Stop() => ChildEnd.Stop(_process);

    public void Dispose()
    {
        Stop();
        _reader.Join(TimeSpan.FromSeconds(1));
        _process.Dispose();
        // _running stays: a reader that outlived its second may still set it, and it holds no handle.
    }

    private void Read(Action<string> line)
    {
        try
        {
            while (_process.StandardOutput.ReadLine() is string text)
            {
                // It begins with its pid, which the tool knows and says itself: the line means that its Main runs.
                if (text.StartsWith("pid ", StringComparison.Ordinal))
                    _running.Set();
                else
                    line(text);
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
        {
            // It ended.
        }
    }
}
