using System.Net;
using System.Net.Sockets;
using Gmp;
using static Gmp.Goroutine;

/// <summary>Waits that something outside the scheduler's queues will end. In each, for a moment, no goroutine runs and none is runnable.</summary>
internal static class Pending
{
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(100);

    internal static async GoTask Run()
    {
        await Socket();
        await Ticker();
        await Timer();
        await Token();
        await LockedInACall();
        await BlockingBesideWaiters();
        await TaskGoroutine();
    }

    // From outside the scheduler: the thread pool writes.
    private static async GoTask Socket()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndpoint).Port);
        using var server = await listener.AcceptTcpClientAsync();
        ThreadPool.QueueUserWorkItem(_ =>
        {
            Thread.Sleep(s_moment);
            server.GetStream().WriteByte(1);
        });
        if (await client.GetStream().ReadAsync(new byte[1]) != 1)
            throw new IOException("nothing was read");
    }

    private static async GoTask Ticker()
    {
        var ticker = new GoTicker(s_moment);
        await ticker.C.Receive();
        await ticker.C.Receive();
        ticker.Stop();
    }

    private static async GoTask Timer()
    {
        var fired = new Chan<int>();
        GoTimer.AfterFunc(s_moment, async () => await fired.Send(1));
        await fired.Receive();
    }

    private static async GoTask Token()
    {
        using var source = new CancellationTokenSource(s_moment);
        try
        {
            await new Chan<int>().Receive(source.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static async GoTask LockedInACall()
    {
        LockOSThread();
        await Blocking(() => Thread.Sleep(s_moment));
        await Task.Delay(s_moment);
        await Sleep(s_moment);
        UnlockOSThread();
    }

    private static async GoTask BlockingBesideWaiters()
    {
        var done = new Chan<int>();
        Go(async () =>
        {
            await Syscall(() => Thread.Sleep(s_moment));
            await done.Send(1);
        });
        await done.Receive();
    }

    private static async GoTask TaskGoroutine()
    {
        var done = new Chan<int>();
        Go(async Task () =>
        {
            await Task.Delay(s_moment).ConfigureAwait(false);
            done.Close();
        });
        await done.Receive();
    }
}
