using System.Diagnostics;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Snapshots;
using Gmp.Tool.Commands;
using Gmp.Tool.Recording;
using Gmp.Tool.Targets;
using Microsoft.Diagnostics.NETCore.Client;

namespace Gmp.Tool.Dumping;

/// <summary>
/// A session that goes on just until the target has told all of its goroutines. Nothing is written to disk. Disposing ends the session.
/// </summary>
internal sealed class SnapshotSession : IDisposable
{
    // Sysmon answers within milliseconds, and what it says is on its way within a tenth of a second.
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan s_all = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(1);

    private readonly ITraceSession _session;
    private readonly TargetProcess _target;
    private readonly SessionPieces _pieces;

    /// <summary>Takes over an open session.</summary>
    /// <param name="session">Disposed with this.</param>
    /// <param name="target">Whose it is.</param>
    public SnapshotSession(ITraceSession session, TargetProcess target)
    {
        (_session, _target) = (session, target);
        // No limit: a snapshot is finite, and whoever disposes of this takes no more pieces.
        _pieces = new SessionPieces(session, int.MaxValue);
    }

    /// <summary>Waits for the snapshot.</summary>
    /// <returns>All goroutines, or those that came within ten seconds.</returns>
    /// <exception cref="ToolFailure">The target runs none, or ended.</exception>
    public ProcessSnapshot Take()
    {
        var reader = new SnapshotReader();
        var clock = Stopwatch.StartNew();
        try
        {
            while (!reader.IsComplete && clock.Elapsed < (reader.HasScheduler ? s_all : s_answer))
            {
                if (_pieces.TryTake(out byte[] piece, SessionPieces.Pause))
                {
                    reader.Read(piece);
                }
                else if (_pieces.HasEnded)
                {
                    reader.End();
                    break;
                }
                else
                {
                    reader.Pause();
                }
            }
        }
        catch (TraceFormatException e)
        {
            throw new ToolFailure(ExitCode.TracingError, $"What process {_target.Id} ({_target.Name}) sent cannot be read: {e.Message}", e);
        }
        if (reader.HasScheduler)
            return reader.Take();
        throw new ToolFailure(ExitCode.SessionCreationError, _pieces.HasEnded
            ? $"Process {_target.Id} ({_target.Name}) exited before it told its goroutines."
            : reader.HasGoroutineProvider
                ? $"Process {_target.Id} ({_target.Name}) runs no scheduler now: no goroutine is alive in it, or it is too busy to answer."
                : $"Process {_target.Id} ({_target.Name}) is a .NET process without goroutines: no GmpTrace scheduler answered.");
    }

    public void Dispose()
    {
        // Ended in order, so that the target is not left with a session that nobody reads; but nobody waits for one that does not answer.
        using var limit = new CancellationTokenSource(s_stop);
        var stopping = Task.Run(() => StopAsync(limit.Token));
        if (!_pieces.Join(s_stop))
            _session.Abort();
        if (stopping.Wait(s_stop))
            _session.Dispose();
    }

    private async Task StopAsync(CancellationToken cancel)
    {
        try
        {
            await _session.StopAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DiagnosticsClientException or IOException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            // The target is gone, or does not answer: its end of the connection closes with ours.
        }
    }
}
