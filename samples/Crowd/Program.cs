using System.Diagnostics;
using System.Globalization;
using Gmp;
using static Gmp.Goroutine;

namespace Samples.Crowd;

/// <summary>
/// One disease: a goroutine "visitor" for each of 200,000 things that hardly ever happen, each with a buffer of its own, beside a goroutine that makes garbage as
/// every program does. Each full collection has to walk through all of them while everybody stands still. The sample measures this itself
/// and prints it ("truth ...").
/// </summary>
internal static class Program
{
    private const int Visitors = 200_000;

    private static int s_line;

    private static int Main(string[] args)
    {
        using var options = SampleOptions.Parse(args, 2);
        if (options is null)
            return 2;
        Console.WriteLine($"pid {Environment.ProcessId}");
        long heapBefore = GC.GetTotalMemory(forceFullCollection: true), heapAfter = 0;
        TimeSpan pausesBefore = default, ran = default;
        int collections = 0;
        Scheduler.Run(
            async () =>
            {
                var happened = new Chan<int>();
                for (int i = 1; i <= Visitors; i++)
                {
                    Go(() => Visitor(happened, Here.Line()), "visitor");
                    // Only the crowd is the disease: who starts it gives way in time.
                    if (i % 500 == 0)
                        await Yield();
                }
                await Yield();
                // A collection that one asks for runs on one's own thread, for 100 ms here: nobody's P is to wait for it.
                heapAfter = await Blocking(() => GC.GetTotalMemory(forceFullCollection: true));
                (pausesBefore, collections) = (GC.GetTotalPauseDuration(), GC.CollectionCount(1));
                long begin = Stopwatch.GetTimestamp();
                for (int i = 1; i <= 4; i++)
                    Go(Host, $"host-{i}");
                while (!options.Over)
                    await Sleep(TimeSpan.FromMilliseconds(20));
                ran = Stopwatch.GetElapsedTime(begin);
            },
            new SchedulerOptions { Processors = options.Processors });
        collections = GC.CollectionCount(1) - collections;
        double pauses = (GC.GetTotalPauseDuration() - pausesBefore).TotalMilliseconds;
        double each = (double)(heapAfter - heapBefore) / Visitors;
        Console.Write(string.Create(CultureInfo.InvariantCulture,
            $"truth: {Visitors} goroutines of Program.cs:{s_line} wait with {each:F0} bytes each; {collections} collections of generation 1 and 2 stopped everybody for {pauses:F0} ms, {100 * pauses / ran.TotalMilliseconds:F1} % of the time\n" +
            $"truth end at=Program.cs:{s_line} goroutines={Visitors} bytes_each={each:F0} collections={collections} pause_ms={pauses:F2} seconds={ran.TotalSeconds:F2}\n"));
        return 0;
    }

    private static async GoTask Visitor(Chan<int> happened, int createdAt)
    {
        s_line = createdAt;
        byte[] buffer = new byte[512];
        buffer[0] = (byte)await happened.Receive();
        GC.KeepAlive(buffer);
    }

    // Garbage that lives for a moment, as that of a request does: long enough that a collection finds some of it alive.
    private static async GoTask Host()
    {
        var recent = new object?[20_000];
        for (int i = 0; ; i++)
        {
            recent[i % recent.Length] = new byte[400];
            if (i % 1_000 == 0)
                await Sleep(TimeSpan.FromMilliseconds(1));
        }
    }
}
