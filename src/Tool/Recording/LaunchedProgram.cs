using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Gmp.Tool.Commands;
using Gmp.Tool.Ports;
using Microsoft.Diagnostics.NETCore.Client;

namespace Gmp.Tool.Recording;

/// <summary>
/// A program that we start and that waits, before its first own instruction, until it is recorded: its runtime connects to a diagnostics
/// port of ours. Disposing ends the program.
/// </summary>
internal sealed class LaunchedProgram : IDisposable
{
    private const int FileNotFound = 2;   // ENOENT, and ERROR_FILE_NOT_FOUND
    private static readonly TimeSpan s_connectLimit = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly string _name;
    private readonly TemporaryFolder? _folder;
    private readonly ProgramPort _port;
    private readonly SuspendedGuard _guard;

    private LaunchedProgram(Process process, string name, TemporaryFolder? folder, ProgramPort port, SuspendedGuard guard) =>
        (_process, _name, _folder, _port, _guard) = (process, name, folder, port, guard);

    /// <summary>The program's process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Other .NET processes that it started, which ran unrecorded.</summary>
    public IReadOnlyList<int> Others => _port.Others;

    /// <summary>Listens, then starts the program.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="showIo">It uses our standard streams; otherwise what it writes is swallowed and its input is empty.</param>
    /// <exception cref="ToolFailure">It cannot be started.</exception>
    public static LaunchedProgram Start(string[] command, bool showIo)
    {
        // In a folder of this user's: whoever connects to the port is taken for the program.
        var folder = OperatingSystem.IsWindows() ? null : new TemporaryFolder();
        string address = folder is null
            ? string.Create(CultureInfo.InvariantCulture, $"gmp-trace-{Environment.ProcessId}-{Stopwatch.GetTimestamp()}")
            : folder.File("port");
        var port = ProgramPort.Open(address);
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = !showIo,
            RedirectStandardOutput = !showIo,
            RedirectStandardError = !showIo,
        };
        start.Environment[ProgramPort.Variable] = address + ",suspend,connect";
        var guard = SuspendedGuard.Begin();
        try
        {
            var process = Process.Start(start)!;
            guard.Watch(process.Id);
            if (!showIo)
            {
                process.StandardInput.Close();
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
            }
            return new LaunchedProgram(process, command[0], folder, port, guard);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            guard.Dispose();
            port.Dispose();
            folder?.Dispose();
            // The framework's message repeats the working folder and says the reason last.
            string reason = e is Win32Exception { NativeErrorCode: FileNotFound } ? "there is no such program" : e.Message.TrimEnd('.');
            throw new ToolFailure(ExitCode.SessionCreationError, $"Cannot start {command[0]}: {reason}.", e);
        }
    }

    /// <summary>Waits until the program's runtime has connected. It is suspended then.</summary>
    /// <exception cref="ToolFailure">It ended or did not connect: it is no .NET program.</exception>
    public DiagnosticsClient Connect()
    {
        var waited = Stopwatch.StartNew();
        while (!_port.Caller.IsCompleted)
        {
            if (_process.HasExited)
            {
                throw new ToolFailure(ExitCode.SessionCreationError,
                    $"{_name} ended with exit code {_process.ExitCode} before a .NET runtime in it answered: is it a .NET program?");
            }
            if (waited.Elapsed > s_connectLimit)
            {
                throw new ToolFailure(ExitCode.SessionCreationError,
                    $"No .NET runtime in {_name} answered within {s_connectLimit.TotalSeconds:0} s: is it a .NET program, "
                    + "and is DOTNET_EnableDiagnostics not 0? It was stopped.");
            }
            Task.WaitAny([_port.Caller], TimeSpan.FromMilliseconds(50));
        }
        // A script is not the process that waits. By the id that it has here: its own may be of a container, and somebody else here.
        if (_port.Caller.Result.Identity?.LocalProcessId is int caller && caller != _process.Id)
            _guard.Watch(caller);
        // Or every .NET process that the program starts would connect here too.
        Ask(client => client.SetEnvironmentVariable(ProgramPort.Variable, null!));
        return _port.Caller.Result.Client;
    }

    /// <summary>Lets the program run.</summary>
    /// <exception cref="ToolFailure">It is gone.</exception>
    public void Resume()
    {
        Ask(client => client.ResumeRuntime());
        _guard.LetGo();
    }

    /// <summary>Ends the program, wherever it is.</summary>
    public void Stop() => ChildEnd.Stop(_process);

    /// <summary>Waits for the program, which has closed its diagnostics port already.</summary>
    /// <returns>Its exit code; 128 and the signal's number if one ended it.</returns>
    public int WaitForExit()
    {
        // It may take its time to end; whoever loses patience ends it, not us and leave it behind.
        using var signals = new StopSignals(() => ChildEnd.Stop(_process), static () => { });
        _process.WaitForExit();
        return _process.ExitCode;
    }

    private void Ask(Action<DiagnosticsClient> command)
    {
        try
        {
            command(_port.Caller.Result.Client);
        }
        catch (UnsupportedCommandException)
        {
            // .NET 5 cannot take a variable back; its programs go on with it, and their own .NET children come to the port and are let go.
        }
        catch (Exception e) when (e is DiagnosticsClientException or IOException)
        {
            throw new ToolFailure(ExitCode.SessionCreationError, $"{_name} ended before it ran: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        ChildEnd.Stop(_process);
        _guard.Dispose();
        _port.Dispose();
        _process.Dispose();
        _folder?.Dispose();
    }
}
