using System.Net;
using System.Net.Sockets;
using System.Text;
using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>What holds for connections, with the scheduler's own poller and without.</summary>
public abstract class GoConnContract
{
    private static readonly AsyncLocal<string?> s_local = new();

    protected abstract bool UsesPoller { get; }

    private static IPEndPoint AnyPort => new(IPAddress.Loopback, 0);

    protected void Run(int processors, Func<GoTask> main, bool detectDeadlock = false) => RuntimeTest.Run(
        processors, main, new SchedulerOptions { Processors = processors, DetectDeadlock = detectDeadlock, UsePoller = UsesPoller });

    protected static async GoTask<(GoConn Client, GoConn Server)> Pair()
    {
        using var listener = GoListener.Listen(AnyPort);
        var client = await GoConn.Dial(listener.LocalEndPoint);
        return (client, await listener.Accept());
    }

    protected static async GoTask ReadFully(GoConn conn, Memory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int n = await conn.Read(buffer);
            Assert.NotEqual(0, n);
            buffer = buffer[n..];
        }
    }

    protected static async GoTask<T> Throws<T>(Func<GoTask> body)
        where T : Exception
    {
        try
        {
            await body();
        }
        catch (T e)
        {
            return e;
        }
        throw new InvalidOperationException($"No {typeof(T)} was thrown.");
    }

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void An_echo_server_serves_many_connections(int processors) => Run(processors, async () =>
    {
        const int Clients = 50, Messages = 40;
        using var listener = GoListener.Listen(AnyPort);
        Go(async () =>
        {
            while (true)
            {
                GoConn conn;
                try
                {
                    conn = await listener.Accept();
                }
                catch (ObjectDisposedException)
                {
                    return;
                }
                Go(async () =>
                {
                    byte[] buffer = new byte[256];
                    using (conn)
                    {
                        while (await conn.Read(buffer) is > 0 and var n)
                            await conn.Write(buffer.AsMemory(0, n));
                    }
                });
            }
        });
        var ended = new WaitGroup();
        for (int i = 0; i < Clients; i++)
        {
            int client = i;
            ended.Add(1);
            Go(async () =>
            {
                using var conn = await GoConn.Dial(listener.LocalEndPoint);
                byte[] answer = new byte[256];
                for (int k = 0; k < Messages; k++)
                {
                    byte[] message = Encoding.ASCII.GetBytes($"client {client}, message {k}");
                    await conn.Write(message);
                    await ReadFully(conn, answer.AsMemory(0, message.Length));
                    Assert.Equal(message, answer[..message.Length]);
                }
                ended.Done();
            });
        }
        await ended.Wait();
    });

    [Fact]
    public void Addresses_are_known_after_the_close_too() => Run(1, async () =>
    {
        using var listener = GoListener.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var client = await GoConn.Dial(listener.LocalEndPoint);
        var server = await listener.Accept();
        var own = client.Socket.LocalEndPoint!;
        client.Close();
        server.Close();
        listener.Close();
        Assert.Equal((own, own), (client.LocalEndPoint!, server.RemoteEndPoint!));
        Assert.Equal((listener.LocalEndPoint, listener.LocalEndPoint), (client.RemoteEndPoint!, server.LocalEndPoint!));
        Assert.NotEqual(0, ((IPEndPoint)listener.LocalEndPoint).Port);

        // One that never was.
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var never = new GoConn(socket);
        never.Close();
        Assert.Null(never.RemoteEndPoint);
    });

    [Fact]
    public void A_deadline_that_is_set_after_the_close_is_none() => Run(1, async () =>
    {
        var (client, server) = await Pair();
        client.Close();
        client.SetDeadline(TimeSpan.FromHours(1));
        client.SetDeadline(null);
        client.SetDeadline(TimeSpan.FromTicks(1));
        await Throws<ObjectDisposedException>(async () => await client.Read(new byte[1]));
        Assert.Equal(Timers.Never, M.Current!.Scheduler.NextTimer());
        server.Close();
    });

    [Fact]
    public void While_one_reads_the_P_runs_others_and_the_wait_is_IO() => Run(1, async () =>
    {
        var (client, server) = await Pair();
        using var c = client;
        using var s = server;
        s_local.Value = "reader";
        long id = 0;
        var read = new Chan<int>(1);
        Go(async () =>
        {
            id = Current!.Value.Id;
            int n = await client.Read(new byte[10]);
            Assert.Equal(id, Current!.Value.Id);
            Assert.Equal("reader", s_local.Value);
            Assert.Same(M.Current!.Scheduler.SynchronizationContext, SynchronizationContext.Current);
            await read.Send(n);
        });
        s_local.Value = "main";
        await RuntimeTest.UntilWaiting(WaitReason.IOWait, 1);
        Assert.Equal("main", s_local.Value);
        await server.Write(new byte[3]);
        Assert.Equal(3, await read.Receive());
    });

    [Fact]
    public void A_megabyte_passes_through_a_reader_that_is_slower() => Run(2, async () =>
    {
        var (client, server) = await Pair();
        using var c = client;
        server.Socket.SendBufferSize = 16_384;
        client.Socket.ReceiveBufferSize = 16_384;
        byte[] data = new byte[1 << 20];
        new Random(7).NextBytes(data);
        Go(async () =>
        {
            await server.Write(data);
            server.Close();
        });
        // The writer fills the socket's buffers and waits.
        await RuntimeTest.UntilWaiting(WaitReason.IOWait, 1);
        byte[] got = new byte[data.Length];
        int at = 0;
        while (await client.Read(got.AsMemory(at, Math.Min(777, got.Length - at))) is > 0 and var n)
        {
            at += n;
            if (at == got.Length)
                break;
        }
        Assert.Equal(data, got);
        Assert.Equal(0, await client.Read(new byte[1]));
    });

    [Fact]
    public void Who_reads_reads_the_end_that_comes_with_the_data() => Run(1, async () =>
    {
        for (int i = 0; i < 50; i++)
        {
            var (client, server) = await Pair();
            using var c = client;
            using var s = server;
            await server.Write(new byte[3]);
            server.CloseWrite();
            // Less than was asked for, though nothing more will come.
            await ReadFully(client, new byte[3]);
            Assert.Equal(0, await client.Read(new byte[8]));
            // The other way is open.
            await client.Write(new byte[2]);
            Assert.Equal(2, await server.Read(new byte[8]));
        }
    });

    [Fact]
    public void Messages_that_come_while_nobody_waits_are_found_later() => Run(1, async () =>
    {
        var (client, server) = await Pair();
        using var c = client;
        using var s = server;
        byte[] buffer = new byte[64];
        for (int i = 0; i < 200; i++)
        {
            await server.Write(new byte[1 + (i % 5)]);
            if (i % 3 == 0)
                await Yield();
            await ReadFully(client, buffer.AsMemory(0, 1 + (i % 5)));
        }
    });

    [Fact]
    public void Close_ends_who_reads_who_writes_and_who_accepts() => Run(2, async () =>
    {
        var listener = GoListener.Listen(AnyPort);
        var (client, server) = await Pair();
        var ended = new WaitGroup();
        ended.Add(3);
        Go(async () =>
        {
            await Throws<ObjectDisposedException>(async () => await client.Read(new byte[1]));
            ended.Done();
        });
        Go(async () =>
        {
            await Throws<ObjectDisposedException>(async () =>
            {
                while (true)
                    await client.Write(new byte[1 << 20]);
            });
            ended.Done();
        });
        Go(async () =>
        {
            await Throws<ObjectDisposedException>(async () => await listener.Accept());
            ended.Done();
        });
        await RuntimeTest.UntilWaiting(WaitReason.IOWait, 3);
        client.Close();
        client.Close();
        listener.Close();
        await ended.Wait();
        await Throws<ObjectDisposedException>(async () => await client.Read(new byte[1]));
        await Throws<ObjectDisposedException>(async () => await client.Write(new byte[1]));
        server.Close();
    });

    [Fact]
    public void A_deadline_ends_a_wait_and_a_later_one_lifts_it() => Run(1, async () =>
    {
        var (client, server) = await Pair();
        using var c = client;
        using var s = server;
        client.SetReadDeadline(TimeSpan.FromMilliseconds(5));
        await Throws<TimeoutException>(async () => await client.Read(new byte[1]));
        await Throws<TimeoutException>(async () => await client.Read(new byte[1]));
        // The other direction has none.
        await client.Write(new byte[1]);
        client.SetReadDeadline(null);
        await server.Write(new byte[1]);
        Assert.Equal(1, await client.Read(new byte[1]));

        // Set while somebody waits.
        var ended = new Chan<bool>(1);
        Go(async () =>
        {
            await Throws<TimeoutException>(async () => await client.Read(new byte[1]));
            await ended.Send(true);
        });
        await RuntimeTest.UntilWaiting(WaitReason.IOWait, 1);
        client.SetDeadline(TimeSpan.Zero);
        await ended.Receive();
        client.SetDeadline(TimeSpan.FromHours(1));
        await server.Write(new byte[1]);
        Assert.Equal(1, await client.Read(new byte[1]));
    });

    [Fact]
    public void A_token_ends_a_wait_and_the_next_one_is_not_harmed() => Run(1, async () =>
    {
        var (client, server) = await Pair();
        using var c = client;
        using var s = server;
        using var canceled = new CancellationTokenSource();
        var ended = new Chan<OperationCanceledException>(1);
        Go(async () => await ended.Send(await Throws<OperationCanceledException>(async () => await client.Read(new byte[1], canceled.Token))));
        await RuntimeTest.UntilWaiting(WaitReason.IOWait, 1);
        canceled.Cancel();
        Assert.Equal(canceled.Token, (await ended.Receive()).CancellationToken);
        await Throws<OperationCanceledException>(async () => await client.Read(new byte[1], canceled.Token));
        await server.Write(new byte[1]);
        using var unused = new CancellationTokenSource();
        Assert.Equal(1, await client.Read(new byte[1], unused.Token));
        unused.Cancel();
        await server.Write(new byte[1]);
        Assert.Equal(1, await client.Read(new byte[1]));
    });

    [Fact]
    public void Readers_of_one_connection_take_turns() => Run(2, async () =>
    {
        var (client, server) = await Pair();
        using var c = client;
        using var s = server;
        var sum = new Chan<int>(8);
        for (int i = 0; i < 8; i++)
        {
            Go(async () =>
            {
                byte[] one = new byte[1];
                int mine = 0;
                for (int k = 0; k < 25; k++)
                {
                    Assert.Equal(1, await client.Read(one));
                    mine += one[0];
                }
                await sum.Send(mine);
            });
        }
        byte[] all = new byte[200];
        for (int i = 0; i < all.Length; i++)
            all[i] = (byte)i;
        for (int at = 0; at < all.Length; at += 40)
            await server.Write(all.AsMemory(at, 40));
        int total = 0;
        for (int i = 0; i < 8; i++)
            total += await sum.Receive();
        Assert.Equal(199 * 200 / 2, total);
    });

    [Fact]
    public void Writes_of_several_goroutines_are_not_mixed() => Run(2, async () =>
    {
        var (client, server) = await Pair();
        using var c = client;
        const int Size = 300_000;
        var ended = new WaitGroup();
        for (int i = 1; i <= 4; i++)
        {
            byte mark = (byte)i;
            ended.Add(1);
            Go(async () =>
            {
                byte[] data = new byte[Size];
                Array.Fill(data, mark);
                await server.Write(data);
                ended.Done();
            });
        }
        byte[] got = new byte[Size];
        var seen = new HashSet<byte>();
        for (int i = 0; i < 4; i++)
        {
            await ReadFully(client, got);
            Assert.DoesNotContain(got, b => b != got[0]);
            Assert.True(seen.Add(got[0]));
        }
        await ended.Wait();
        server.Close();
    });

    [Fact]
    public void Unix_sockets_connect_too() => Run(1, async () =>
    {
        string path = Path.Combine(Path.GetTempPath(), $"gmp-{Guid.NewGuid():N}");
        try
        {
            using var listener = GoListener.Listen(new UnixDomainSocketEndPoint(path));
            using var client = await GoConn.Dial(new UnixDomainSocketEndPoint(path));
            using var server = await listener.Accept();
            await client.Write("over there"u8.ToArray());
            byte[] buffer = new byte[10];
            await ReadFully(server, buffer);
            Assert.Equal("over there"u8.ToArray(), buffer);
        }
        finally
        {
            File.Delete(path);
        }
    });

    [Fact]
    public void To_dial_where_nobody_listens_fails() => Run(1, async () =>
    {
        var listener = GoListener.Listen(AnyPort);
        var nobody = listener.LocalEndPoint;
        listener.Close();
        var refused = await Throws<SocketException>(async () => await GoConn.Dial(nobody));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    });

    [Fact]
    public void Names_are_resolved() => Run(1, async () =>
    {
        using var listener = GoListener.Listen(AnyPort);
        int port = ((IPEndPoint)listener.LocalEndPoint).Port;
        using var client = await GoConn.Dial(new DnsEndPoint("localhost", port));
        using var server = await listener.Accept();
        Assert.Equal(port, ((IPEndPoint)client.RemoteEndPoint!).Port);
    });

    [Fact]
    public void A_peer_that_is_gone_is_an_error_and_wakes_who_waits() => Run(1, async () =>
    {
        var (client, server) = await Pair();
        using var c = client;
        var ended = new Chan<SocketException>(1);
        Go(async () => await ended.Send(await Throws<SocketException>(async () => await client.Read(new byte[1]))));
        await RuntimeTest.UntilWaiting(WaitReason.IOWait, 1);
        // Reset instead of an orderly end.
        server.Socket.LingerState = new LingerOption(true, 0);
        server.Close();
        Assert.Equal(SocketError.ConnectionReset, (await ended.Receive()).SocketErrorCode);
    });

    [Fact]
    public void No_deadlock_is_reported_while_one_waits_for_a_socket() => Run(
        2,
        async () =>
        {
            var (client, server) = await Pair();
            using var c = client;
            using var peer = server;
            // A thread outside, which the scheduler cannot see coming, writes once everybody sleeps.
            var scheduler = M.Current!.Scheduler;
            var outside = new Thread(() =>
            {
                SpinWait.SpinUntil(() => scheduler.AllIdle);
                Thread.Sleep(20); // for the check that would end the process, not for this test to pass
                peer.Socket.Send(new byte[1]);
            });
            outside.Start();
            Assert.Equal(1, await client.Read(new byte[1]));
            outside.Join();
        },
        detectDeadlock: true);

    [Fact]
    public void A_socket_is_heard_though_the_only_other_goroutine_never_gives_way() => Run(2, async () =>
    {
        var (client, server) = await Pair();
        using var c = client;
        using var s = server;
        bool hasRead = false;
        Go(async () =>
        {
            await client.Read(new byte[1]);
            Volatile.Write(ref hasRead, true);
        });
        await RuntimeTest.UntilWaiting(WaitReason.IOWait, 1);
        server.Socket.Send(new byte[1]);
        while (!Volatile.Read(ref hasRead))
            Thread.SpinWait(100);
    });

    /// <summary>The M that sleeps in the poller is woken for the end and finds the poller gone; and a connection may be closed after that.</summary>
    [Fact]
    public void A_scheduler_may_end_under_its_poller_and_before_its_connections()
    {
        for (int round = 0; round < 200; round++)
        {
            GoConn? left = null, peer = null;
            Run(2, async () =>
            {
                (left, peer) = await Pair();
                Go(async () => await left.Read(new byte[1]));
                // Until an M sleeps there, if it is a poller's; the others have nothing to wait for.
                await RuntimeTest.UntilWaiting(WaitReason.IOWait, 1);
                await Sleep(TimeSpan.FromMicroseconds(50 * (round % 8)));
            });
            left!.Close();
            peer!.Close();
        }
    }
}
