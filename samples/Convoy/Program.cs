using System.Diagnostics;
using System.Globalization;
using Gmp;
using static Gmp.Goroutine;

namespace Samples.Convoy;

/// <summary>
/// One disease: twenty goroutines "client-N" want one <see cref="GoMutex"/>, and whoever has it waits for something with it in hand. So they go one after
/// the other however many Ps there are, and most of their time is a wait for the lock. The sample measures these waits itself and prints them ("truth ...").
/// </summary>
internal static class Program
{
    private const int Clients = 20;

    private static readonly GoMutex s_lock = new();
    private static readonly Durations s_waits = new();
    private static readonly Durations s_held = new();
    private static int s_line;

    private static int Main(string[] args)
    {
        using var options = SampleOptions.Parse(args, 2);
        if (options is null)
            return 2;
        Console.WriteLine($"pid {Environment.ProcessId}");
        Scheduler.Run(
            async () =>
            {
                for (int i = 1; i <= Clients; i++)
                    Go(() => Client(Here.Line()), $"client-{i}");
                while (!options.Over)
                    await Sleep(TimeSpan.FromMilliseconds(20));
            },
            new SchedulerOptions { Processors = options.Processors });
        Console.Write(string.Create(CultureInfo.InvariantCulture,
            $"truth: {Clients} goroutines of Program.cs:{s_line} waited {s_waits.Count} times for one lock, {s_waits.Median:F1} ms at the median; it was held for {s_held.Median:F2} ms\n" +
            $"truth waits at=Program.cs:{s_line} goroutines={Clients} {s_waits}\ntruth held {s_held}\n"));
        return 0;
    }

    private static async GoTask Client(int createdAt)
    {
        s_line = createdAt;
        while (true)
        {
            long asked = Stopwatch.GetTimestamp();
            using (await s_lock.Lock())
            {
                s_waits.Since(asked);
                long begin = Stopwatch.GetTimestamp();
                // The mistake: what could be done before or after is done with the lock in hand.
                await Sleep(TimeSpan.FromMilliseconds(1));
                s_held.Since(begin);
            }
            await Sleep(TimeSpan.FromMilliseconds(1));
        }
    }
}
