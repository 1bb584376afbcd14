using System.Net.Sockets;
using Gmp.Tool.Commands;
using Gmp.Tool.Targets;
using Microsoft.Diagnostics.NETCore.Client;

namespace Gmp.Tool.Recording;

/// <summary>Opens a session in a process and words why that fails.</summary>
internal sealed class SessionOpening(TargetResolver resolver, IProcessTable processes)
{
    // A living runtime answers within a tenth of a second, a busy machine within a few.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Opens a session.</summary>
    /// <exception cref="ToolFailure">The process is gone, no .NET process, another user's, or does not answer.</exception>
    public ITraceSession Open(TargetProcess target, RecordingRequest request)
    {
        // One that is stopped would take the command and carry it out whenever it goes on, when nobody waits for the events any more.
        if (OperatingSystem.IsLinux() && processes.Look(target.Id) is { IsStopped: true } facts)
            throw resolver.Unseen(facts);
        return Open(target, Client(target), request);
    }

    /// <summary>What speaks to a process's diagnostics port, wherever that is.</summary>
    public DiagnosticsClient Client(TargetProcess target)
    {
        // The library looks in the folder of our own TMPDIR and, for a process of another pid namespace, in that process's. A service with
        // a private /tmp has neither.
        string path = OperatingSystem.IsLinux() ? processes.Look(target.Id).PortPath : "";
        if (path.Length == 0 || path.Contains(',', StringComparison.Ordinal) || Path.GetDirectoryName(path) == processes.DiagnosticsDirectory)
            return new DiagnosticsClient(target.Id);
        // A connector that does not listen holds nothing that must be disposed.
        return DiagnosticsClientConnector.FromDiagnosticPort(path + ",connect", CancellationToken.None).GetAwaiter().GetResult().Instance;
    }

    /// <summary>Opens a session over a connection that is already there.</summary>
    public ITraceSession Open(TargetProcess target, DiagnosticsClient client, RecordingRequest request)
    {
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            // Not the caller's thread: a connect to a full backlog blocks without looking at the token.
            var opening = Task.Run(() => EventPipeTraceSession.OpenAsync(client, request, patience.Token));
            return opening.WaitAsync(s_patience + TimeSpan.FromSeconds(1)).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            throw new ToolFailure(ExitCode.SessionCreationError,
                $"Process {target.Id} ({target.Name}) did not answer its diagnostics port for {s_patience.TotalSeconds:0} s: "
                + "is it stopped (SIGSTOP, a debugger), suspended at its start, or hung (the manual: When a program hangs as a session starts)?", e);
        }
        catch (Exception e) when (IsAccessDenied(e))
        {
            throw resolver.AccessDenied(target, e);
        }
        catch (Exception e) when (e is ServerNotAvailableException or IOException or SocketException)
        {
            throw resolver.NoDiagnosticsPort(target, e);
        }
        catch (DiagnosticsClientException e)
        {
            throw new ToolFailure(ExitCode.SessionCreationError,
                $"The runtime of process {target.Id} ({target.Name}) refused the session: {e.Message}", e);
        }
    }

    /// <summary>Lets a process go on that its runtime holds at its start, now that it is recorded; to one that runs it does nothing.</summary>
    /// <returns>True if it was held.</returns>
    public bool LetGo(TargetProcess target)
    {
        // Only Linux tells which ones wait; elsewhere all are told, as dotnet-trace does.
        bool isHeld = OperatingSystem.IsLinux() && processes.Look(target.Id).IsSuspended;
        if (OperatingSystem.IsLinux() && !isHeld)
            return false;
        try
        {
            Task.Run(() => Client(target).ResumeRuntime()).WaitAsync(s_patience).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is DiagnosticsClientException or IOException or SocketException or TimeoutException)
        {
            // It is gone, or too old to know the command; the recording shows which.
        }
        return isHeld;
    }

    private static bool IsAccessDenied(Exception? e) =>
        e is UnauthorizedAccessException or SocketException { SocketErrorCode: SocketError.AccessDenied }
        || (e?.InnerException is not null && IsAccessDenied(e.InnerException));
}
