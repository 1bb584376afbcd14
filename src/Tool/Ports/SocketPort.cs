using System.Buffers.Binary;
using System.Net.Sockets;
using System.Threading.Channels;
using Gmp.Tool.Recording;
using Microsoft.Diagnostics.NETCore.Client;

namespace Gmp.Tool.Ports;

/// <summary>
/// A port that is a Unix socket. The client library has a server of its own, but that one leaves every process except the first waiting
/// at its start for ever: a script that starts two .NET programs would never end. So the runtimes come to this class, which lets the others
/// go, and hands the connections of the first to the client, which comes to a second socket for them.
/// </summary>
/// <remarks>
/// A runtime opens a connection, says who it is, and waits for one command; once that came it opens the next. So the client's connections
/// and the runtime's are paired in the order in which they come. A session's events then pass through a copy in this process.
/// </remarks>
internal sealed class SocketPort : ProgramPort
{
    // "ADVR_V1\0", a cookie of 16 bytes that tells processes apart, the process id, and 2 bytes for later.
    private const int AdvertisementBytes = 34, CookieAt = 8, ProcessAt = 24;
    private const int CookieBytes = ProcessAt - CookieAt;
    private const int CopyBytes = 256 * 1024;
    private const int Backlog = 64;
    private static readonly TimeSpan s_askLimit = TimeSpan.FromSeconds(5);

    private readonly string _address;
    private readonly TemporaryFolder _folder;
    private readonly string _clientAddress;
    private readonly Socket _runtimes;
    private readonly Socket _clients;
    private readonly CancellationTokenSource _closing = new();
    private readonly Channel<Socket> _connections = Channel.CreateUnbounded<Socket>();
    private readonly TaskCompletionSource<PortCaller> _caller = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly List<Socket> _held = [];      // under the lock: connections of processes that were let go
    private readonly List<int> _others = [];       // under the lock
    private readonly HashSet<Guid> _letGo = [];    // under the lock
    private Guid? _first;                          // under the lock

    /// <summary>Opens the port.</summary>
    /// <exception cref="IOException">Something else is there, or cannot be made there.</exception>
    public SocketPort(string address)
    {
        _address = Path.GetFullPath(address);
        MakeRoom(_address);
        _runtimes = Listen(_address);
        // In a folder of this user's: whoever connects is taken for our client.
        _folder = new TemporaryFolder();
        _clientAddress = _folder.File("client");
        _clients = Listen(_clientAddress);
        _ = AcceptAsync(_runtimes, GreetAsync);
        _ = AcceptAsync(_clients, ServeAsync);
    }

    public override Task<PortCaller> Caller => _caller.Task;

    public override IReadOnlyList<int> Others
    {
        get
        {
            lock (_lock)
                return [.. _others];
        }
    }

    public override void Dispose()
    {
        _closing.Cancel();
        _runtimes.Dispose();
        _clients.Dispose();
        lock (_lock)
            _held.ForEach(socket => socket.Dispose());
        while (_connections.Reader.TryRead(out var socket))
            socket.Dispose();
        _caller.TrySetCanceled();
        _folder.Dispose();
        try
        {
            File.Delete(_address);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A socket that stays harms nobody.
        }
    }

    // A socket that somebody left behind is replaced; nothing is lost with an empty file. One at which somebody listens is not.
    private static void MakeRoom(string address)
    {
        if (!File.Exists(address))
            return;
        using var knock = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            knock.Connect(new UnixDomainSocketEndPoint(address));
        }
        catch (SocketException) when (new FileInfo(address).Length == 0)
        {
            File.Delete(address);
            return;
        }
        catch (SocketException)
        {
            throw new IOException("there is a file of that name");
        }
        throw new IOException("another program listens there");
    }

    private static Socket Listen(string address)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(address));
            // Between the two nobody can connect yet.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(address, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(Backlog);
            return socket;
        }
        catch (Exception e) when (e is SocketException or ArgumentException or UnauthorizedAccessException)
        {
            socket.Dispose();
            throw new IOException(e is ArgumentException ? "a socket's path has at most 107 bytes" : e.Message.TrimEnd('.'), e);
        }
    }

    private async Task AcceptAsync(Socket listener, Func<Socket, Task> take)
    {
        try
        {
            while (true)
                _ = take(await listener.AcceptAsync(_closing.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (IsEnd(e))
        {
            // The port was closed.
        }
    }

    // Who is it? The first stays, others are let go once and then only kept from coming again.
    private async Task GreetAsync(Socket connection)
    {
        try
        {
            byte[] advertisement = new byte[AdvertisementBytes];
            using var stream = new NetworkStream(connection, ownsSocket: false);
            await stream.ReadExactlyAsync(advertisement, _closing.Token).ConfigureAwait(false);
            if (!advertisement.AsSpan().StartsWith("ADVR_V1\0"u8))
                throw new IOException();
            var cookie = new Guid(advertisement.AsSpan(CookieAt, CookieBytes));
            int process = (int)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(advertisement.AsSpan(ProcessAt)), int.MaxValue);
            int? local = PeerProcess.Of(connection);
            bool isNew, isFirst;
            lock (_lock)
            {
                isNew = _first is null;
                _first ??= cookie;
                isFirst = _first == cookie;
                if (!isFirst && !_letGo.Add(cookie))
                {
                    _held.Add(connection);
                    return;
                }
                if (!isFirst)
                    _others.Add(local ?? process);
            }
            if (isFirst)
            {
                _connections.Writer.TryWrite(connection);
                if (isNew)
                    await IntroduceAsync(local).ConfigureAwait(false);
                return;
            }
            await DiagnosticIpc.ResumeAsync(stream, _closing.Token).ConfigureAwait(false);
            connection.Dispose();
        }
        catch (Exception e) when (IsEnd(e))
        {
            connection.Dispose();   // it went away, or is no runtime
        }
    }

    private async Task IntroduceAsync(int? process)
    {
        var (_, identity) = await PortProbe.AskAsync(_clientAddress, s_askLimit).ConfigureAwait(false);
        var connector = await DiagnosticsClientConnector.FromDiagnosticPort(_clientAddress + ",connect", _closing.Token).ConfigureAwait(false);
        _caller.TrySetResult(new PortCaller(connector.Instance, identity is null ? null : identity with { LocalProcessId = process }));
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            using (client)
            using (var runtime = await _connections.Reader.ReadAsync(_closing.Token).ConfigureAwait(false))
            {
                using NetworkStream one = new(client), other = new(runtime);
                // Whichever side ends first ends both: neither speaks on to somebody who hung up.
                await Task.WhenAny(CopyAsync(one, other), CopyAsync(other, one)).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // The port was closed before the runtime came back.
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        try
        {
            await from.CopyToAsync(to, CopyBytes, _closing.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsEnd(e))
        {
            // One side is gone.
        }
    }

    private static bool IsEnd(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or ChannelClosedException;
}
