using System.Net;
using System.Net.Sockets;

namespace Gmp;

/// <summary>
/// A stream connection, TCP or Unix, for goroutines (Go: net.Conn). A goroutine that has to wait is parked with the reason "IO wait", its thread runs others, and on
/// Linux the scheduler itself learns when the socket is ready.
/// </summary>
/// <remarks>
/// Belongs to the scheduler of the goroutine that made it. Thread-safe as in Go: one goroutine may read while another writes, reads take turns and so do
/// writes, and <see cref="Close"/> ends those that wait. Any other code uses sockets as ever: what it awaits parks the goroutine too, through the thread pool.
/// </remarks>
public sealed class GoConn : IDisposable
{
    private readonly PollDesc? _desc;
    private readonly ConnSide _reading;
    private readonly ConnSide _writing;
    private EndPoint? _remote;
    private EndPoint? _local;
    private int _isClosed;

    /// <summary>Takes over a connected socket, which becomes non-blocking; for this class alone to read, write and close. By a goroutine.</summary>
    /// <exception cref="ArgumentException">The socket is no stream.</exception>
    /// <exception cref="InvalidOperationException">The caller is no goroutine.</exception>
    public GoConn(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.SocketType != SocketType.Stream)
            throw new ArgumentException("A connection needs a stream socket.", nameof(socket));
        var poller = M.OfGoroutine().Scheduler.OpenPoller();
        Socket = socket;
        if (poller is not null)
        {
            socket.Blocking = false;
            _desc = poller.Open(socket.SafeHandle);
        }
        _reading = new ConnSide(_desc?.Reading);
        _writing = new ConnSide(_desc?.Writing);
        // As Go: small messages are not held back for an answer to earlier ones.
        if (socket.ProtocolType == ProtocolType.Tcp)
            socket.NoDelay = true;
    }

    /// <summary>For a connection that was dropped and not closed; the socket sees to itself.</summary>
    ~GoConn() => _desc?.Poller.Close(_desc, Socket.SafeHandle);

    /// <summary>The socket, for its options and addresses.</summary>
    public Socket Socket { get; }

    /// <summary>The peer's address, after the close too; null where there is none.</summary>
    public EndPoint? RemoteEndPoint => _remote ??= Ask(static socket => socket.RemoteEndPoint);

    /// <summary>This side's address, after the close too; null where there is none.</summary>
    public EndPoint? LocalEndPoint => _local ??= Ask(static socket => socket.LocalEndPoint);

    /// <summary>Connects (Go: net.Dial).</summary>
    /// <param name="to">The address: an <see cref="IPEndPoint"/>, <see cref="DnsEndPoint"/> or <see cref="UnixDomainSocketEndPoint"/>.</param>
    /// <param name="token">Ends the attempt.</param>
    /// <exception cref="SocketException">There is nobody, or no way.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static async GoTask<GoConn> Dial(EndPoint to, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        if (to is DnsEndPoint name)
            return await DialByName(name, token);
        var socket = to.AddressFamily == AddressFamily.Unix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (M.OfGoroutine().Scheduler.OpenPoller() is not null)
                return await DialPolled(socket, to, token);
            await socket.ConnectAsync(to, token);
            return new GoConn(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A connection of a socket that is nobody else's: closed if it cannot be made.</summary>
    internal static GoConn Take(Socket socket)
    {
        try
        {
            return new GoConn(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Not ConnectAsync, which would have the framework's own poller hear of every edge of this socket for ever.
    private static async GoTask<GoConn> DialPolled(Socket socket, EndPoint to, CancellationToken token)
    {
        socket.Blocking = false;
        try
        {
            socket.Connect(to);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock && to.AddressFamily != AddressFamily.Unix)
        {
            // Under way. A Unix socket says so where the listener's backlog is full, and then nothing is.
        }
        var conn = new GoConn(socket);
        try
        {
            while (!conn._writing.Poll!.MayTry() || !(socket.Poll(0, SelectMode.SelectWrite) || socket.Poll(0, SelectMode.SelectError)))
                await conn._writing.Wait(token);
            var error = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            return error == SocketError.Success ? conn : throw new SocketException((int)error);
        }
        catch
        {
            conn.Close();
            throw;
        }
    }

    private static async GoTask<GoConn> DialByName(DnsEndPoint name, CancellationToken token)
    {
        SocketException? first = null;
        foreach (var address in await Dns.GetHostAddressesAsync(name.Host, name.AddressFamily, token))
        {
            try
            {
                return await Dial(new IPEndPoint(address, name.Port), token);
            }
            catch (SocketException e)
            {
                first ??= e;
            }
        }
        throw first ?? new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>Reads what is there, at least one byte; waits if there is nothing.</summary>
    /// <returns>How many bytes; 0 if the peer sends no more.</returns>
    /// <exception cref="SocketException">The connection failed.</exception>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; nothing was read.</exception>
    /// <exception cref="ObjectDisposedException">The connection was closed on this side.</exception>
    public async GoTask<int> Read(Memory<byte> buffer, CancellationToken token = default)
    {
        if (!_reading.TryEnter())
            await _reading.Enter(token);
        try
        {
            if (_reading.Poll is not { } poll)
                return await _reading.Run(static (s, t) => s.Socket.ReceiveAsync(s.buffer, SocketFlags.None, t), (Socket, buffer), token);
            if (buffer.IsEmpty)
                return 0;
            while (true)
            {
                if (poll.MayTry())
                {
                    int n = Socket.Receive(buffer.Span, SocketFlags.None, out var error);
                    if (error == SocketError.Success)
                    {
                        if (n < buffer.Length)
                            poll.Emptied();
                        return n;
                    }
                    if (error != SocketError.WouldBlock)
                        throw new SocketException((int)error);
                }
                await _reading.Wait(token);
            }
        }
        finally
        {
            _reading.Exit();
        }
    }

    /// <summary>Writes all of it; waits where the peer does not read. No other goroutine's bytes come in between.</summary>
    /// <exception cref="SocketException">The connection failed; some may have been written.</exception>
    /// <exception cref="TimeoutException">The deadline has passed; some may have been written.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; some may have been written.</exception>
    /// <exception cref="ObjectDisposedException">The connection was closed on this side.</exception>
    public async GoTask Write(ReadOnlyMemory<byte> data, CancellationToken token = default)
    {
        if (!_writing.TryEnter())
            await _writing.Enter(token);
        try
        {
            while (!data.IsEmpty)
            {
                if (_writing.Poll is not { } poll)
                {
                    data = data[await _writing.Run(static (s, t) => s.Socket.SendAsync(s.data, SocketFlags.None, t), (Socket, data), token)..];
                    continue;
                }
                if (poll.MayTry())
                {
                    int n = Socket.Send(data.Span, SocketFlags.None, out var error);
                    if (error == SocketError.Success)
                    {
                        data = data[n..];
                        continue;
                    }
                    if (error != SocketError.WouldBlock)
                        throw new SocketException((int)error);
                }
                await _writing.Wait(token);
            }
        }
        finally
        {
            _writing.Exit();
        }
    }

    /// <summary>Limits how long reads and writes may wait from now on, those that wait already too; null for no limit (Go: SetDeadline). Any thread.</summary>
    /// <param name="after">Zero and less mean at once.</param>
    public void SetDeadline(TimeSpan? after)
    {
        SetReadDeadline(after);
        SetWriteDeadline(after);
    }

    /// <summary>The same for reads.</summary>
    public void SetReadDeadline(TimeSpan? after) => _reading.SetDeadline(after);

    /// <summary>The same for writes.</summary>
    public void SetWriteDeadline(TimeSpan? after) => _writing.SetDeadline(after);

    /// <summary>Says that no more is sent; reading goes on (Go: TCPConn.CloseWrite). Any thread.</summary>
    /// <exception cref="SocketException">The connection failed.</exception>
    /// <exception cref="ObjectDisposedException">The connection was closed on this side.</exception>
    public void CloseWrite() => Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes it. Those who read and write hear of it with an <see cref="ObjectDisposedException"/>. Any thread, any number of times.</summary>
    public void Close() => Dispose();

    /// <summary>The same.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        GC.SuppressFinalize(this);
        // What is said of a connection is often said when it has ended.
        _ = RemoteEndPoint;
        _ = LocalEndPoint;
        // Out of the poller first: the number of the socket is another's as soon as it is closed.
        _desc?.Poller.Close(_desc, Socket.SafeHandle);
        _reading.Dispose();
        _writing.Dispose();
        Socket.Dispose();
    }

    private EndPoint? Ask(Func<Socket, EndPoint?> address)
    {
        try
        {
            return address(Socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Never connected, or reset, or closed behind our back.
            return null;
        }
    }
}
