using System.Net.Sockets;
using Gmp.Tool.Commands;
using Gmp.Tool.Targets;
using Microsoft.Diagnostics.NETCore.Client;

namespace Gmp.Tool.Recording;

/// <summary>Opens a session in a process and words why that fails.</summary>
internal sealed class SessionOpening(TargetResolver resolver)
{
    // A living runtime answers within a tenth of a second, a busy machine within a few.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Opens a session.</summary>
    /// <exception cref="ToolFailure">The process is gone, no .NET process, another user's, or does not answer.</exception>
    public ITraceSession Open(TargetProcess target, RecordingRequest request) =>
        Open(target, new DiagnosticsClient(target.Id), request);

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
                + "is it stopped (SIGSTOP, a debugger), or suspended at its start?", e);
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

    private static bool IsAccessDenied(Exception? e) =>
        e is UnauthorizedAccessException or SocketException { SocketErrorCode: SocketError.AccessDenied }
        || (e?.InnerException is not null && IsAccessDenied(e.InnerException));
}
