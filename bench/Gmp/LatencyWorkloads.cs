using System.Diagnostics;
using Bench.Harness;
using Gmp;
using static Gmp.Goroutine;

namespace Bench.Goroutines;

/// <summary>How late goroutines run where another one does not give way: bench/go/latency.go, statement for statement.</summary>
internal static class LatencyWorkloads
{
    private const int WarmupRounds = 3, BusyRounds = 25;

    public static IReadOnlyList<Row<GoTask>> Rows { get; } =
    [
        new("wakebusy", WakeBusy),
        new("besidehog", BesideHog),
        new("third", Third),
    ];

    /// <summary>
    /// Has one wake another and then compute for 30 ms, when all else is asleep: how late the other runs.
    /// </summary>
    private static async GoTask WakeBusy(Lateness late)
    {
        var ch = new Chan<int>();
        long sent = 0;
        Go(async () =>
        {
            await foreach (int round in ch)
            {
                if (round >= WarmupRounds)
                    late.Add(Volatile.Read(ref sent), Stopwatch.GetTimestamp());
            }
        });
        for (int round = 0; round < WarmupRounds + BusyRounds; round++)
        {
            await Sleep(TimeSpan.FromMilliseconds(2));
            Volatile.Write(ref sent, Stopwatch.GetTimestamp());
            await ch.Send(round);
            Spin(TimeSpan.FromMilliseconds(30));
        }
        // The last one may still be waiting for its turn.
        ch.Close();
        await Sleep(TimeSpan.FromMilliseconds(50));
    }

    /// <summary>Has one compute for a second while another sleeps 1 ms at a time: how late each sleep ends.</summary>
    private static async GoTask BesideHog(Lateness late)
    {
        bool ended = false;
        Go(async () =>
        {
            await Sleep(TimeSpan.FromMilliseconds(5));
            Spin(TimeSpan.FromSeconds(1));
            Volatile.Write(ref ended, true);
        });
        while (!Volatile.Read(ref ended))
        {
            long due = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 1000);
            await Sleep(TimeSpan.FromMilliseconds(1));
            late.Add(due, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>Has one give way beside two that ready each other for half a second: how long it waits for its next turn.</summary>
    private static async GoTask Third(Lateness late)
    {
        var (there, back) = (new Chan<int>(), new Chan<int>());
        bool ended = false;
        Go(async () =>
        {
            await foreach (int v in there)
                await back.Send(v);
        });
        Go(async () =>
        {
            for (int v = 0; !Volatile.Read(ref ended); v++)
            {
                await there.Send(v);
                await back.Receive();
            }
            there.Close();
        });
        long end = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 2);
        long last = Stopwatch.GetTimestamp();
        while (last < end)
        {
            await Gosched();
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
