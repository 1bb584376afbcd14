using System.Net;
using System.Net.Sockets;
using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

public class PolledConnTests : GoConnContract
{
    protected override bool UsesPoller => true;

    [Fact]
    public void Another_scheduler_s_connection_is_refused()
    {
        GoConn? conn = null;
        Run(1, async () =>
        {
            (conn, _) = await Pair();
        });
        Run(1, async () => await Throws<InvalidOperationException>(async () => await conn!.Read(new byte[1])));
        conn!.Close();
    }

    [Fact]
    public void A_descriptor_that_is_used_again_gets_no_event_of_the_one_before() => Run(2, async () =>
    {
        for (int i = 0; i < 200; i++)
        {
            var (client, server) = await Pair();
            await server.Write(new byte[1]);
            server.Close();
            client.Close();
            var (next, peer) = await Pair();
            next.SetReadDeadline(TimeSpan.FromTicks(1));
            await Throws<TimeoutException>(async () => await next.Read(new byte[1]));
            next.Close();
            peer.Close();
        }
    });

#if !DEBUG
    // Of optimized code alone: else the compiler makes a class of each async method, and the JIT boxes awaiters. The optimized tests are a step of the CI.
    [Fact]
    public void Waiting_for_a_socket_allocates_nothing() => Run(1, async () =>
    {
        var (client, server) = await Pair();
        using var c = client;
        using var s = server;
        var echo = new WaitGroup();
        echo.Go(async () =>
        {
            byte[] buffer = new byte[8];
            while (await server.Read(buffer) is > 0 and var n)
                await server.Write(buffer.AsMemory(0, n));
        });
        byte[] mine = new byte[8];
        // An object a round trip would be 24 bytes at least; until the JIT's last tier comes there are boxes, and other tests may run.
        const int Rounds = 10_000;
        const long Limit = 23 * Rounds;
        long least = long.MaxValue, begin = Environment.TickCount64;
        while (least > Limit && Environment.TickCount64 - begin < 30_000)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < Rounds; i++)
            {
                await client.Write(mine);
                _ = await client.Read(mine);
            }
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        Assert.InRange(least, 0, Limit);
        // Its end before the server's, or a close that comes under the echo's read ends the process.
        client.Close();
        await echo.Wait();
    });
#endif

    [Fact]
    public void An_idle_listener_costs_no_processor_time() => Run(2, async () =>
    {
        using var listener = GoListener.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        Go(async () => await Throws<ObjectDisposedException>(async () => await listener.Accept()));
        await RuntimeTest.UntilWaiting(WaitReason.IOWait, 1);
        var scheduler = M.Current!.Scheduler;
        uint before = scheduler.Switches();
        await Sleep(TimeSpan.FromMilliseconds(200));
        // Waked for the sleeper, and no more: nobody polls in a loop.
        Assert.InRange(scheduler.Switches() - before, 0u, 10u);
    });
}

public class UnpolledConnTests : GoConnContract
{
    protected override bool UsesPoller => false;
}

internal static class SwitchCount
{
    internal static uint Switches(this Scheduler scheduler)
    {
        uint sum = 0;
        foreach (var p in scheduler.Ps)
            sum += p.Switches;
        return sum;
    }
}
