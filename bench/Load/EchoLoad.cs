using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Bench.Load;

/// <summary>
/// Many open connections and a fixed number of messages under way: each answer sends the next message, on the connection whose turn it is. So all connections
/// are used alike, none is used by habit, and the server decides how fast it goes.
/// </summary>
internal sealed unsafe class EchoLoad : IDisposable
{
    private const int ConnectionsPerSource = 20_000;   // below the number of ports that a source address has
    private const int LongestLatency = 1_000_000;
    private const int InternetProtocol = 0, BindAddressNoPort = 24;

    private readonly LoadOptions _options;
    private readonly Socket[] _sockets;
    private readonly int[] _files;
    private readonly long[] _sent;   // when, in ticks; 0 while nothing is under way
    private readonly int[] _missing;
    private readonly int[] _byFile;
    private readonly byte[] _message;
    private readonly int[] _latencies = new int[LongestLatency + 1];   // by microsecond
    private readonly int _epoll;
    private int _next;

    internal EchoLoad(LoadOptions options)
    {
        _options = options;
        _sockets = new Socket[options.Connections];
        _files = new int[options.Connections];
        _sent = new long[options.Connections];
        _missing = new int[options.Connections];
        _message = new byte[options.Size];
        _epoll = Native.CreateEpoll(0);
        for (int i = 0; i < options.Connections; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            // The port is chosen by the connect, which knows the peer: it may be one that another connection of the last minute had. By the bind it would be
            // searched for among all, for minutes.
            socket.SetRawSocketOption(InternetProtocol, BindAddressNoPort, BitConverter.GetBytes(1));
            // The whole of 127/8 is this machine.
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(2 + (i / ConnectionsPerSource))]), 0));
            socket.Connect(new IPEndPoint(IPAddress.Loopback, options.Port));
            socket.Blocking = false;
            _sockets[i] = socket;
            _files[i] = (int)socket.Handle;
        }
        _byFile = new int[_files.Max() + 1];
        for (int i = 0; i < _files.Length; i++)
        {
            _byFile[_files[i]] = i;
            if (Native.Add(_epoll, _files[i]) != 0)
                throw new IOException("A connection could not be polled.");
        }
        for (int i = 0; i < options.Active; i++)
            SendNext();
    }

    /// <summary>How many answers since <see cref="Begin"/>.</summary>
    internal long Answers { get; private set; }

    /// <summary>From here on it counts.</summary>
    internal void Begin()
    {
        Answers = 0;
        Array.Clear(_latencies);
    }

    /// <summary>Sends and receives.</summary>
    /// <returns>For how many seconds.</returns>
    internal double Run(TimeSpan duration)
    {
        long begin = Stopwatch.GetTimestamp();
        long end = begin + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        int* ready = stackalloc int[Native.MostEvents];
        while (true)
        {
            int n = Native.Wait(_epoll, ready, 5_000);
            if (n == 0)
                throw new IOException("The server has not answered for 5 s.");
            for (int i = 0; i < n; i++)
                Receive(_byFile[ready[i]]);
            long now = Stopwatch.GetTimestamp();
            if (now >= end)
                return Stopwatch.GetElapsedTime(begin, now).TotalSeconds;
        }
    }

    /// <summary>The latency, in us, within which a share of the messages were answered.</summary>
    internal double Latency(double share)
    {
        long wanted = (long)(Answers * share), seen = 0;
        int us = 0;
        while (us < LongestLatency && (seen += _latencies[us]) <= wanted)
            us++;
        return us;
    }

    private void Receive(int connection)
    {
        byte* buffer = stackalloc byte[4096];
        nint n = Native.Receive(_files[connection], buffer, 4096);
        if (n <= 0)
            throw new IOException("The server closed a connection.");
        _missing[connection] -= (int)n;
        if (_missing[connection] > 0)
            return;
        double us = Stopwatch.GetElapsedTime(_sent[connection]).TotalMicroseconds;
        _latencies[(int)Math.Min(us, LongestLatency)]++;
        Answers++;
        _sent[connection] = 0;
        SendNext();
    }

    private void SendNext()
    {
        // One that is still waiting is passed over.
        while (_sent[_next] != 0)
            _next = (_next + 1) % _files.Length;
        int connection = _next;
        _next = (_next + 1) % _files.Length;
        _missing[connection] = _message.Length;
        _sent[connection] = Stopwatch.GetTimestamp();
        fixed (byte* message = _message)
        {
            if (Native.Send(_files[connection], message, _message.Length) != _message.Length)
                throw new IOException("A message could not be sent.");
        }
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
            socket.Dispose();
        _ = Native.Close(_epoll);
    }
}
