using System.Net;
using System.Net.Sockets;

namespace Bench.Tasks;

/// <summary>The server of bench/echo on the framework's asynchronous sockets: a Task for each connection, nothing else between it and them.</summary>
internal static class EchoServer
{
    private const int BufferSize = 4096;

    /// <summary>Serves until the process ends.</summary>
    /// <param name="listening">Told the port.</param>
    public static async Task Run(Action<EndPoint> listening)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        listening(listener.LocalEndPoint!);
        while (true)
        {
            var socket = await listener.AcceptAsync();
            socket.NoDelay = true;
            _ = Serve(socket);
        }
    }

    private static async Task Serve(Socket socket)
    {
        using (socket)
        {
            byte[] buffer = new byte[BufferSize];
            try
            {
                while (await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None) is > 0 and var n)
                {
                    for (int sent = 0; sent < n;)
                        sent += await socket.SendAsync(buffer.AsMemory(sent, n - sent), SocketFlags.None);
                }
            }
            catch (SocketException)
            {
                // The load has ended.
            }
        }
    }
}
