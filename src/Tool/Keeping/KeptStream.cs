using Gmp.Tool.Recording;
using Microsoft.Diagnostics.NETCore.Client;

namespace Gmp.Tool.Keeping;

/// <summary>
/// The stream of a session that is never written as a whole: its pieces, and what is asked of the target beside it.
/// </summary>
internal sealed class KeptStream : IDisposable
{
    private const int MostPieces = 256;   // 64 MB
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly ITraceSession _session;
    private readonly SessionPieces _pieces;
    private readonly CancellationTokenSource _abort = new();
    private Task _renewal = Task.CompletedTask;

    /// <summary>Takes over an open session.</summary>
    public KeptStream(ITraceSession session)
    {
        _session = session;
        _pieces = new SessionPieces(session, MostPieces);
    }

    /// <summary>Everything that came was taken, and nothing will come.</summary>
    public bool HasEnded => _pieces.HasEnded;

    /// <summary>The next piece.</summary>
    public bool TryTake(out byte[] piece, TimeSpan limit) => _pieces.TryTake(out piece, limit);

    /// <summary>Asks for everyone's state anew, beside the stream. A second one waits for the first.</summary>
    public void Renew()
    {
        if (_renewal.IsCompleted)
            _renewal = Task.Run(() => QuietlyAsync(_session.RenewAsync));
    }

    /// <summary>Asks the target to end the session; the stream then comes to its end.</summary>
    public void RequestEnd() => _ = Task.Run(async () =>
    {
        await _renewal.ConfigureAwait(false);
        await QuietlyAsync(_session.FlushAsync).ConfigureAwait(false);
        await QuietlyAsync(_session.StopAsync).ConfigureAwait(false);
    });

    public void Dispose()
    {
        _abort.Cancel();
        if (!_pieces.HasStreamEnded)
            _session.Abort();
        // Somebody must take what the pump still brings.
        while (!_pieces.Join(TimeSpan.Zero) && _pieces.TryTake(out _, s_patience))
        {
        }
        // Asks a living target to stop once more, which may wait for ever if it is stopped: not on this thread.
        _ = Task.Run(_session.Dispose).ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
    }

    private async Task QuietlyAsync(Func<CancellationToken, Task> ask)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token);
            limit.CancelAfter(s_patience);
            await ask(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DiagnosticsClientException or IOException or OperationCanceledException or ObjectDisposedException
            or System.Net.Sockets.SocketException)
        {
            // The target is gone: the stream's end tells it. Or it does not answer, and what is kept then begins earlier.
        }
    }
}
