using System.Diagnostics;
using System.Threading.Channels;
using Bench.Harness;

namespace Bench.Tasks;

/// <summary>How late tasks run where another one does not give way: the workloads of bench/go/latency.go.</summary>
internal static class LatencyWorkloads
{
    private const int WarmupRounds = 3, BusyRounds = 25;

    public static IReadOnlyList<Row<Task>> Rows { get; } =
    [
        new("wakebusy", WakeBusy),
        new("besidehog", BesideHog),
        new("third", Third),
    ];

    /// <summary>
    /// Has one wake another and then compute for 30 ms, when all else is asleep: how late the other runs.
    /// </summary>
    private static async Task WakeBusy(Lateness late)
    {
        var ch = Channel.CreateBounded<int>(1);
        long sent = 0;
        _ = Task.Run(async () =>
        {
            await foreach (int round in ch.Reader.ReadAllAsync())
            {
                if (round >= WarmupRounds)
                    late.Add(Volatile.Read(ref sent), Stopwatch.GetTimestamp());
            }
        });
        for (int round = 0; round < WarmupRounds + BusyRounds; round++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2));
            Volatile.Write(ref sent, Stopwatch.GetTimestamp());
            await ch.Writer.WriteAsync(round);
            Spin(TimeSpan.FromMilliseconds(30));
        }
        // The last one may still be waiting for its turn.
        ch.Writer.Complete();
        await Task.Delay(TimeSpan.FromMilliseconds(50));
    }

    /// <summary>Has one compute for a second while another sleeps 1 ms at a time: how late each sleep ends.</summary>
    private static async Task BesideHog(Lateness late)
    {
        bool ended = false;
        _ = Task.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5));
            Spin(TimeSpan.FromSeconds(1));
            Volatile.Write(ref ended, true);
        });
        while (!Volatile.Read(ref ended))
        {
            long due = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 1000);
            await Task.Delay(TimeSpan.FromMilliseconds(1));
            late.Add(due, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>Has one give way beside two that ready each other for half a second: how long it waits for its next turn.</summary>
    private static async Task Third(Lateness late)
    {
        var (there, back) = (Channel.CreateBounded<int>(1), Channel.CreateBounded<int>(1));
        bool ended = false;
        _ = Task.Run(async () =>
        {
            await foreach (int v in there.Reader.ReadAllAsync())
                await back.Writer.WriteAsync(v);
        });
        _ = Task.Run(async () =>
        {
            for (int v = 0; !Volatile.Read(ref ended); v++)
            {
                await there.Writer.WriteAsync(v);
                await back.Reader.ReadAsync();
            }
            there.Writer.Complete();
        });
        long end = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 2);
        long last = Stopwatch.GetTimestamp();
        while (last < end)
        {
            await Task.Yield();
            long now = Stopwatch.GetTimestamp();
            late.Add(last, now);
            last = now;
        }
        Volatile.Write(ref ended, true);
    }

    private static void Spin(TimeSpan duration)
    {
        long end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < end)
        {
        }
    }
}
