using System.Net;
using System.Net.Sockets;

namespace Gmp;

/// <summary>Accepts stream connections, TCP or Unix, for goroutines (Go: net.Listener). As thread-safe as <see cref="GoConn"/>; accepts take turns.</summary>
public sealed class GoListener : IDisposable
{
    private readonly Socket _socket;
    private readonly PollDesc? _desc;
    private readonly ConnSide _accepting;
    private int _isClosed;

    private GoListener(Socket socket)
    {
        var poller = M.OfGoroutine().Scheduler.OpenPoller();
        _socket = socket;
        if (poller is not null)
        {
            socket.Blocking = false;
            _desc = poller.Open(socket.SafeHandle);
        }
        _accepting = new ConnSide(_desc?.Reading);
        LocalEndPoint = socket.LocalEndPoint!;
    }

    /// <summary>For a listener that was dropped and not closed; the socket sees to itself.</summary>
    ~GoListener() => _desc?.Poller.Close(_desc, _socket.SafeHandle);

    /// <summary>Where it listens, with the port that the system chose if it was left open. After the close too.</summary>
    public EndPoint LocalEndPoint { get; }

    /// <summary>Listens (Go: net.Listen). By a goroutine.</summary>
    /// <param name="at">The address; port 0 for any that is free.</param>
    /// <param name="backlog">How many connections may wait to be accepted; the system has a limit of its own.</param>
    /// <exception cref="SocketException">The address is in use, or is none of this machine's.</exception>
    /// <exception cref="InvalidOperationException">The caller is no goroutine.</exception>
    public static GoListener Listen(EndPoint at, int backlog = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(at);
        bool isUnix = at.AddressFamily == AddressFamily.Unix;
        var socket = new Socket(at.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            socket.Bind(at);
            socket.Listen(backlog);
            return new GoListener(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the next connection.</summary>
    /// <exception cref="SocketException">The system cannot: too many open files, for one.</exception>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The listener was closed.</exception>
    public async GoTask<GoConn> Accept(CancellationToken token = default)
    {
        if (!_accepting.TryEnter())
            await _accepting.Enter(token);
        try
        {
            if (_accepting.Poll is not { } poll)
                return GoConn.Take(await _accepting.Run(static (s, t) => s.AcceptAsync(t), _socket, token));
            while (true)
            {
                if (poll.MayTry() && TryAccept() is { } socket)
                    return GoConn.Take(socket);
                await _accepting.Wait(token);
            }
        }
        finally
        {
            _accepting.Exit();
        }
    }

    /// <summary>Limits how long accepts may wait from now on; null for no limit. Any thread.</summary>
    public void SetDeadline(TimeSpan? after) => _accepting.SetDeadline(after);

    /// <summary>Closes it; those who accept hear of it with an <see cref="ObjectDisposedException"/>. Any thread, any number of times.</summary>
    public void Close() => Dispose();

    /// <summary>The same.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        GC.SuppressFinalize(this);
        _desc?.Poller.Close(_desc, _socket.SafeHandle);
        _accepting.Dispose();
        _socket.Dispose();
    }

    private Socket? TryAccept()
    {
        // Accept throws where nobody is there, which costs as much as a hundred looks.
        if (!_socket.Poll(0, SelectMode.SelectRead))
            return null;
        try
        {
            return _socket.Accept();
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.ConnectionAborted)
        {
            // It was there and has gone.
            return null;
        }
    }
}
