using System.Net;
using System.Net.Sockets;
using Gmp;
using static Gmp.Goroutine;

namespace Bench.Goroutines;

/// <summary>The server of bench/echo on goroutines: one for each connection, as bench/go/echo.go.</summary>
internal static class EchoServer
{
    private const int BufferSize = 4096;

    /// <summary>Serves until the process ends.</summary>
    /// <param name="through"><c>conn</c> for GoConn, <c>sockets</c> for the framework's asynchronous sockets, awaited by goroutines.</param>
    /// <param name="listening">Told the port.</param>
    public static GoTask Run(string through, Action<EndPoint> listening) => through == "sockets" ? Sockets(listening) : Conns(listening);

    private static async GoTask Conns(Action<EndPoint> listening)
    {
        var listener = GoListener.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        listening(listener.LocalEndPoint);
        while (true)
        {
            var conn = await listener.Accept();
            Go(conn, static async conn =>
            {
                using (conn)
                {
                    byte[] buffer = new byte[BufferSize];
                    while (await conn.Read(buffer) is > 0 and var n)
                        await conn.Write(buffer.AsMemory(0, n));
                }
            });
        }
    }

    private static async GoTask Sockets(Action<EndPoint> listening)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        listening(listener.LocalEndPoint!);
        while (true)
        {
            var socket = await listener.AcceptAsync();
            socket.NoDelay = true;
            Go(socket, static async socket =>
            {
                using (socket)
                {
                    byte[] buffer = new byte[BufferSize];
                    while (await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None) is > 0 and var n)
                    {
                        for (int sent = 0; sent < n;)
                            sent += await socket.SendAsync(buffer.AsMemory(sent, n - sent), SocketFlags.None);
                    }
                }
            });
        }
    }
}
