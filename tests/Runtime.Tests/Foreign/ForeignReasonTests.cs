using System.IO.Pipelines;
using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>
/// What the framework can wait for: the P is free meanwhile, the wait says whether it is I/O, and the goroutine comes back to its scheduler with its own
/// AsyncLocal values.
/// </summary>
public class ForeignReasonTests
{
    private static readonly AsyncLocal<string?> s_local = new();

    /// <summary>Has a goroutine wait, at one P, looks at it from another, ends the wait, and looks again.</summary>
    private static async GoTask WaitsFor(WaitReason reason, string what, Func<GoTask> wait, Action release)
    {
        var scheduler = M.Current!.Scheduler;
        var ended = new Chan<Exception?>(1);
        Go(
            async () =>
            {
                Exception? fault = null;
                try
                {
                    s_local.Value = what;
                    long id = Current!.Value.Id;
                    await wait();
                    Assert.Equal(id, Current!.Value.Id);
                    Assert.Same(scheduler, M.Current!.Scheduler);
                    Assert.Same(scheduler.SynchronizationContext, SynchronizationContext.Current);
                    Assert.Equal(what, s_local.Value);
                }
                catch (Exception e)
                {
                    fault = e;
                }
                await ended.Send(fault);
            },
            "waiter");
        s_local.Value = "other";
        // This goroutine runs meanwhile, on the only P, and sees the other wait.
        await RuntimeTest.UntilWaiting(reason, 1);
        Assert.Equal("other", s_local.Value);
        var waiter = Assert.Single(scheduler.AllGs.Snapshot().ToArray(), g => g.Status == GoStatus.Waiting && g.Name == "waiter");
        string awaited = waiter.Rare.Foreign!.Awaited!;
        Assert.Contains(what, awaited, StringComparison.Ordinal);
        Assert.Contains($"[{reason.Text()} ({awaited})]", Scheduler.DumpGoroutines(), StringComparison.Ordinal);
        release();
        if (await ended.Receive() is { } thrown)
            throw new InvalidOperationException("In the goroutine.", thrown);
    }

    private static void Run(Func<GoTask> main) => RuntimeTest.Run(1, main, RuntimeTest.OnePUndisturbed);

    private static (Socket, Socket) Connected()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        return (client, listener.Accept());
    }

    [Fact]
    public void A_socket_that_receives() => Run(async () =>
    {
        var (client, server) = Connected();
        using var c = client;
        using var s = server;
        byte[] buffer = new byte[4];
        await WaitsFor(WaitReason.IOWait, "Socket", async () => Assert.Equal(2, await client.ReceiveAsync(buffer.AsMemory(), SocketFlags.None)),
            () => server.Send(new byte[2]));
        await WaitsFor(WaitReason.IOWait, "Socket", async () => Assert.Equal(3, await client.ReceiveAsync(buffer.AsMemory(), SocketFlags.None).ConfigureAwait(false)),
            () => server.Send(new byte[3]));
    });

    [Fact]
    public void A_socket_that_accepts() => Run(async () =>
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await WaitsFor(WaitReason.IOWait, "Socket", async () => (await listener.AcceptAsync(CancellationToken.None)).Dispose(),
            () => client.Connect(listener.LocalEndPoint!));
    });

    [Fact]
    public void A_datagram() => Run(async () =>
    {
        using var receiver = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        byte[] buffer = new byte[8];
        await WaitsFor(
            WaitReason.IOWait, "Socket",
            async () => Assert.Equal(5, (await receiver.ReceiveFromAsync(buffer.AsMemory(), SocketFlags.None, new IPEndPoint(IPAddress.Any, 0))).ReceivedBytes),
            () => sender.SendTo(new byte[5], receiver.LocalEndPoint!));
    });

    [Fact]
    public void A_Unix_socket() => Run(async () =>
    {
        string path = Path.Combine(Path.GetTempPath(), $"gmp-{Guid.NewGuid():N}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen();
            client.Connect(new UnixDomainSocketEndPoint(path));
            using var server = listener.Accept();
            byte[] buffer = new byte[8];
            await WaitsFor(WaitReason.IOWait, "Socket", async () => Assert.Equal(1, await server.ReceiveAsync(buffer.AsMemory())), () => client.Send(new byte[1]));
        }
        finally
        {
            File.Delete(path);
        }
    });

    [Fact]
    public void A_network_stream() => Run(async () =>
    {
        var (client, server) = Connected();
        using var reading = new NetworkStream(client, ownsSocket: true);
        using var s = server;
        byte[] buffer = new byte[8];
        await WaitsFor(WaitReason.IOWait, "Socket", async () => Assert.Equal(1, await reading.ReadAsync(buffer)), () => server.Send(new byte[1]));
        // An async method of the framework, with its own name.
        await WaitsFor(WaitReason.IOWait, "Stream.", async () => await reading.ReadExactlyAsync(buffer), () => server.Send(new byte[8]));
        using var lines = new StreamReader(reading, leaveOpen: true);
        await WaitsFor(WaitReason.IOWait, "StreamReader.", async () => Assert.Equal("line", await lines.ReadLineAsync()), () => server.Send("line\n"u8));
    });

    [Fact]
    public void An_anonymous_pipe() => Run(async () =>
    {
        using var reading = new AnonymousPipeServerStream(PipeDirection.In);
        using var writing = new AnonymousPipeClientStream(PipeDirection.Out, reading.ClientSafePipeHandle);
        byte[] buffer = new byte[8];
        await WaitsFor(WaitReason.IOWait, "", async () => Assert.Equal(2, await reading.ReadAsync(buffer)), () => writing.Write(new byte[2]));
    });

    [Fact]
    public void A_file_comes_back_to_the_scheduler_whether_it_waits_or_not() => Run(async () =>
    {
        string path = Path.GetTempFileName();
        try
        {
            long id = Current!.Value.Id;
            byte[] data = new byte[100_000];
            new Random(1).NextBytes(data);
            await using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 0, useAsync: true))
                await file.WriteAsync(data);
            await using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 4096, useAsync: true))
            {
                byte[] got = new byte[data.Length];
                await file.ReadExactlyAsync(got);
                Assert.Equal(data, got);
            }
            Assert.Equal(data, await File.ReadAllBytesAsync(path));
            Assert.Equal(id, Current!.Value.Id);
            Assert.NotNull(M.Current);
        }
        finally
        {
            File.Delete(path);
        }
    });

    [Fact]
    public void A_file_that_makes_it_wait()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Run(async () =>
        {
            // A read of a fifo lasts until somebody writes, whatever the disk does.
            string path = Path.Combine(Path.GetTempPath(), $"gmp-{Guid.NewGuid():N}");
            using (var made = System.Diagnostics.Process.Start("mkfifo", path))
                made.WaitForExit();
            try
            {
                // Opened for both, so that neither open waits for the other.
                using var writing = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
                using var reading = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0, useAsync: true);
                byte[] buffer = new byte[8];
                await WaitsFor(WaitReason.IOWait, "SafeFileHandle", async () => Assert.Equal(3, await reading.ReadAsync(buffer)),
                    () => writing.Write(new byte[3]));
            }
            finally
            {
                File.Delete(path);
            }
        });
    }

    [Fact]
    public void HttpClient_against_a_server_on_goroutines() => Run(async () =>
    {
        using var listener = GoListener.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var mayAnswer = new Chan<bool>(1);
        Go(async () =>
        {
            using var conn = await listener.Accept();
            byte[] buffer = new byte[4096];
            int read = 0;
            while (!Encoding.ASCII.GetString(buffer, 0, read).EndsWith("\r\n\r\n", StringComparison.Ordinal))
                read += await conn.Read(buffer.AsMemory(read));
            await mayAnswer.Receive();
            await conn.Write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"u8.ToArray());
        });
        using var http = new HttpClient();
        await WaitsFor(
            WaitReason.IOWait, "HttpClient", async () => Assert.Equal("hello", await http.GetStringAsync(new Uri($"http://{listener.LocalEndPoint}/"))),
            () => mayAnswer.TrySend(true));
    });

    [Fact]
    public void What_is_no_IO() => Run(async () =>
    {
        var task = new TaskCompletionSource<int>();
        await WaitsFor(WaitReason.ForeignAwait, "Task", async () => Assert.Equal(4, await task.Task), () => task.SetResult(4));

        var other = new TaskCompletionSource();
        await WaitsFor(WaitReason.ForeignAwait, "WhenAny", async () => await Task.WhenAny(other.Task, new TaskCompletionSource().Task), other.SetResult);

        using var canceled = new CancellationTokenSource();
        await WaitsFor(
            WaitReason.ForeignAwait, "Delay",
            async () =>
            {
                bool isCanceled = false;
                try
                {
                    await Task.Delay(TimeSpan.FromHours(1), canceled.Token);
                }
                catch (TaskCanceledException)
                {
                    isCanceled = true;
                }
                Assert.True(isCanceled);
            },
            canceled.Cancel);

        using var semaphore = new SemaphoreSlim(0);
        await WaitsFor(WaitReason.ForeignAwait, "SemaphoreSlim", async () => await semaphore.WaitAsync(), () => semaphore.Release());

        var timer = new PeriodicTimer(TimeSpan.FromHours(1));
        await WaitsFor(WaitReason.ForeignAwait, "", async () => Assert.False(await timer.WaitForNextTickAsync()), timer.Dispose);

        var channel = Channel.CreateUnbounded<int>();
        await WaitsFor(WaitReason.ForeignAwait, "", async () => Assert.Equal(9, await channel.Reader.ReadAsync()), () => channel.Writer.TryWrite(9));

        // In memory, though its name says System.IO.
        var pipe = new Pipe();
        await WaitsFor(
            WaitReason.ForeignAwait, "",
            async () => Assert.Equal(1, (await pipe.Reader.ReadAsync()).Buffer.Length),
            () =>
            {
                pipe.Writer.GetSpan(1)[0] = 1;
                pipe.Writer.Advance(1);
                pipe.Writer.Complete();
            });

        // The program's own method, whatever it awaits.
        var own = new TaskCompletionSource();
        await WaitsFor(WaitReason.ForeignAwait, "ForeignReasonTests.", async () => await Own(own.Task), own.SetResult);

        static async Task Own(Task task) => await task;
    });
}
