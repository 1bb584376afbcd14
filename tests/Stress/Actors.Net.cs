using System.Net;
using System.Net.Sockets;
using static Gmp.Goroutine;

namespace Gmp.Stress;

// Connections on this machine: talk, deadlines, tokens, and closes under those who wait.
internal sealed partial class Actors
{
    private static int s_lastUnixName;

    private async GoTask Connections(Random random)
    {
        bool isUnix = OperatingSystem.IsLinux() && random.Next(3) == 0;
        EndPoint at = isUnix
            ? new UnixDomainSocketEndPoint($"\0gmp-stress-{Environment.ProcessId}-{Interlocked.Increment(ref s_lastUnixName)}")
            : new IPEndPoint(IPAddress.Loopback, 0);
        using var listener = GoListener.Listen(at);
        Spawn(() => Serve(listener));
        int clients = random.Next(1, 8);
        var done = new WaitGroup();
        done.Add(clients);
        for (int i = 0; i < clients; i++)
        {
            var own = new Random(random.Next());
            Spawn(async () =>
            {
                try
                {
                    using var conn = await GoConn.Dial(isUnix ? at : listener.LocalEndPoint);
                    await Use(conn, own);
                }
                finally
                {
                    done.Done();
                }
            });
        }
        await done.Wait();
    }

    private async GoTask Serve(GoListener listener)
    {
        try
        {
            while (true)
            {
                var conn = await listener.Accept();
                Spawn(() => EchoBack(conn));
            }
        }
        catch (ObjectDisposedException)
        {
        }
    }

    private static async GoTask EchoBack(GoConn conn)
    {
        using (conn)
        {
            var buffer = new byte[700];
            try
            {
                while (await conn.Read(buffer) is var n and > 0)
                    await conn.Write(buffer.AsMemory(0, n));
            }
            catch (SocketException)
            {
                // A client that closes with something unread resets the connection.
            }
        }
    }

    private async GoTask Use(GoConn conn, Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                break;
            case 1:
                conn.SetReadDeadline(Short(random));
                await ExpectEndOf(conn, "TimeoutException", default);
                conn.SetReadDeadline(null);
                break;
            case 2:
                using (var deadline = WithTimeout(Short(random)))
                    await ExpectEndOf(conn, "OperationCanceledException", deadline.Token);
                break;
            case 3:
                var delay = Short(random);
                Spawn(async () =>
                {
                    await Sleep(delay);
                    conn.Close();
                });
                await ExpectEndOf(conn, "ObjectDisposedException", default);
                return;
            case 4:
                // Closed with an answer on its way.
                await conn.Write(new byte[random.Next(1, 100_000)]);
                return;
            default:
                conn.SetDeadline(TimeSpan.FromMinutes(5));
                break;
        }
        for (int i = random.Next(1, 6); i > 0; i--)
            await Talk(conn, random);
        conn.CloseWrite();
        Expect(await conn.Read(new byte[1]), 0, "bytes after the end");
    }

    private async GoTask ExpectEndOf(GoConn conn, string expected, CancellationToken token)
    {
        string ended = "nothing";
        try
        {
            int n = await conn.Read(new byte[10], token);
            ended = $"{n} bytes";
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            ended = e.GetType().Name;
        }
        if (ended != expected)
            _fail($"a read ended with {ended}, not with {expected}");
    }

    // More than the system buffers at times, so that whoever writes has to wait for whoever reads.
    private async GoTask Talk(GoConn conn, Random random)
    {
        var sent = new byte[random.Next(8) == 0 ? random.Next(1, 3_000_000) : random.Next(1, 3_000)];
        random.NextBytes(sent);
        Spawn(() => conn.Write(sent));
        var received = new byte[sent.Length];
        int length = 0;
        while (length < received.Length)
        {
            int n = await conn.Read(received.AsMemory(length));
            if (n == 0)
            {
                _fail($"a connection ended after {length} of {received.Length} bytes");
                return;
            }
            length += n;
        }
        if (!sent.AsSpan().SequenceEqual(received))
            _fail("a connection gave other bytes than it got");
    }
}
