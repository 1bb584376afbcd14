using Gmp.Tool.Ports;
using Gmp.Tool.Recording;
using Gmp.Tool.Reporting;
using Gmp.Tool.Stdio;
using Gmp.Tool.Targets;
using Microsoft.Diagnostics.NETCore.Client;

namespace Gmp.Tool.Commands;

/// <summary><c>collect --diagnostic-port</c>: the program finds the tool, or the tool finds it at an address that both know.</summary>
internal static class PortRecording
{
    private static readonly TimeSpan s_askLimit = TimeSpan.FromSeconds(10);

    /// <summary>Records the program of this port.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(ToolContext context, PortAddress address, RecordingRequest request) =>
        address.Connects ? Connect(context, address, request) : Listen(context, address, request);

    /// <summary>Says so if the recording of a program that was started for it holds no goroutines.</summary>
    public static void CheckGoroutines(ToolContext context, TraceRecording recording)
    {
        if (!GoroutineEvidence.Await(recording, TimeSpan.Zero))
            context.Stdio.Error.WriteLine("No goroutine events came: the program did not run a GmpTrace scheduler in its own process.");
    }

    /// <summary>Names the processes that came to the port and were not recorded.</summary>
    public static void TellOthers(ToolContext context, IReadOnlyList<int> others)
    {
        if (others.Count > 0)
            context.Stdio.Error.WriteLine($"Other .NET processes came up after the recorded one and ran unrecorded: {string.Join(", ", others)}.");
    }

    private static int Listen(ToolContext context, PortAddress address, RecordingRequest request)
    {
        using var port = Open(address);
        context.Stdio.Error.WriteLine("Waiting for connection on " + TerminalText.Escape(address.Address));
        context.Stdio.Error.WriteLine(
            $"Start an application with the following environment variable: {ProgramPort.Variable}={TerminalText.Escape(ShellWord.Quote(address.ForProgram))}");
        var caller = Await(port, address);
        if (address.Suspends)
        {
            // Or its own .NET children would come here too.
            Ask(address, () => caller.Client.SetEnvironmentVariable(ProgramPort.Variable, null!));
        }
        return Record(context, address, caller, request, () => port.Others);
    }

    private static int Connect(ToolContext context, PortAddress address, RecordingRequest request)
    {
        RuntimeIdentity? identity = null;
        string path = address.Address;
        if (!OperatingSystem.IsWindows())
        {
            path = Path.GetFullPath(path);
            (var answer, identity) = PortProbe.AskAsync(path, s_askLimit).GetAwaiter().GetResult();
            if (answer is PortAnswer.Dead or PortAnswer.Denied or PortAnswer.Silent)
            {
                throw new ToolFailure(ExitCode.SessionCreationError, answer switch
                {
                    PortAnswer.Silent => $"The program at {path} did not answer for {s_askLimit.TotalSeconds:0} s: is it stopped (SIGSTOP, a debugger)?",
                    PortAnswer.Denied => $"{path} refuses this user: run this tool as the user of the program, or as root.",
                    _ => $"No runtime listens at {path}: name a process's own socket (dotnet-diagnostic-PID-*-socket), or leave out ,connect and start the program with "
                        + $"{ProgramPort.Variable}={ShellWord.Quote(address.ForProgram)}.",
                });
            }
        }
        var connector = DiagnosticsClientConnector.FromDiagnosticPort(path + ",connect", CancellationToken.None).GetAwaiter().GetResult();
        return Record(context, address, new PortCaller(connector.Instance, identity), request, static () => []);
    }

    private static int Record(ToolContext context, PortAddress address, PortCaller caller, RecordingRequest request, Func<IReadOnlyList<int>> others)
    {
        var target = Describe(context, caller.Identity, address);
        using var recording = RecordingStart.StartOn(context.Sessions.Open(target, caller.Client, request), target, request);
        RecordingProgress.Begin(context.Stdio, target, recording.OutputPath, request);
        if (address.Suspends)
            Ask(address, caller.Client.ResumeRuntime);
        RecordingProgress.Run(context.Stdio, recording, watchEnter: true);
        context.Stdio.WritePath(recording.OutputPath);
        if (recording.Failure is ToolFailure failure)
            throw failure;
        CheckGoroutines(context, recording);
        TellOthers(context, others());
        return ExitCode.Ok;
    }

    private static ProgramPort Open(PortAddress address)
    {
        try
        {
            return ProgramPort.Open(address.Address);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ToolFailure(ExitCode.SessionCreationError, $"Cannot listen at {address.Address}: {e.Message.TrimEnd('.')}; choose another address.", e);
        }
    }

    private static PortCaller Await(ProgramPort port, PortAddress address)
    {
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(stop.Cancel, static () => { });
        try
        {
            return port.Caller.WaitAsync(stop.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw new ToolFailure(ExitCode.SessionCreationError, $"Stopped before a program came to {address.Address}.");
        }
    }

    private static TargetProcess Describe(ToolContext context, RuntimeIdentity? identity, PortAddress address)
    {
        if (identity is null)
            return new TargetProcess(0, Path.GetFileName(address.Address), "");
        // What a runtime says of itself before its program runs is only the host's path.
        if (identity.LocalProcessId is int local && context.Processes.Describe(local) is { CommandLine.Length: > 0 } seen)
            return seen;
        string[] words = identity.CommandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string name = identity.Assembly.Length > 0 ? identity.Assembly
            : words.Length > 0 ? ProcessTable.ProgramName(Path.GetFileName(words[0]), words)
            : Path.GetFileName(address.Address);
        return new TargetProcess(identity.ProcessId, name, identity.CommandLine);
    }

    private static void Ask(PortAddress address, Action command)
    {
        try
        {
            command();
        }
        catch (UnsupportedCommandException)
        {
            // .NET 5 cannot take a variable back, and what came before it cannot be suspended.
        }
        catch (Exception e) when (e is DiagnosticsClientException or IOException)
        {
            throw new ToolFailure(ExitCode.SessionCreationError, $"The program at {address.Address} ended before it ran: {e.Message}", e);
        }
    }
}
