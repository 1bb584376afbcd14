using System.Net.Sockets;

namespace Gmp.Tool.Ports;

/// <summary>Knocks at diagnostics ports that are Unix sockets.</summary>
internal static class PortProbe
{
    /// <summary>Asks who is there. One short question that a runtime answers in half a millisecond, without touching the program.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="limit">How long to wait for the answer.</param>
    public static async Task<(PortAnswer Answer, RuntimeIdentity? Identity)> AskAsync(string path, TimeSpan limit)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var cancel = new CancellationTokenSource(limit);
        try
        {
            // On another thread: a connect to a port whose backlog is full waits and does not look at the token.
            await Task.Run(() => socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel.Token).AsTask(), cancel.Token)
                .WaitAsync(cancel.Token).ConfigureAwait(false);
            using var stream = new NetworkStream(socket);
            var identity = await DiagnosticIpc.AskAsync(stream, cancel.Token).ConfigureAwait(false);
            return identity is null ? (PortAnswer.TooOld, null) : (PortAnswer.Answers, identity with { LocalProcessId = PeerProcess.Of(socket) });
        }
        catch (OperationCanceledException)
        {
            return (PortAnswer.Silent, null);
        }
        catch (SocketException e)
        {
            return (e.SocketErrorCode == SocketError.AccessDenied ? PortAnswer.Denied : PortAnswer.Dead, null);
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return (PortAnswer.Dead, null);   // it ended meanwhile, or the path is too long for a socket
        }
    }
}
