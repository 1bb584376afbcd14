using System.Diagnostics;
using System.Runtime.CompilerServices;
using Gmp;
using static Gmp.Goroutine;

namespace Samples.Hog;

/// <summary>
/// One disease: the goroutine "hog" computes for 400 ms without a scheduling point. While it does, tickers that only want to wake up
/// every millisecond and workers that pass items along wait for its P. The sample measures this itself and prints it ("truth ..."),
/// so that what a trace says about it can be checked.
/// </summary>
internal static class Program
{
    private static readonly Truth s_truth = new();

    private static int Main(string[] args)
    {
        using var options = SampleOptions.Parse(args);
        if (options is null)
            return 2;
        Console.WriteLine($"pid {Environment.ProcessId}");
        Scheduler.Run(() => MainGoroutine(options), new SchedulerOptions { Processors = options.Processors });
        s_truth.PrintSummary();
        return 0;
    }

    private static async GoTask MainGoroutine(SampleOptions options)
    {
        Go(() => Hog(Line()), "hog");
        for (int i = 1; i <= 4; i++)
            Go(Ticker, $"ticker-{i}");

        // worker-1 -> worker-2 -> worker-3 -> worker-4, over unbuffered channels.
        Chan<int>[] belts = [new(), new(), new()];
        Go(() => FirstWorker(belts[0]), "worker-1");
        Go(() => Worker(belts[0], belts[1]), "worker-2");
        Go(() => Worker(belts[1], belts[2]), "worker-3");
        Go(() => LastWorker(belts[2]), "worker-4");

        while (!options.Over)
            await Sleep(TimeSpan.FromMilliseconds(20));
    }

    private static async GoTask Hog(int createdAtLine)
    {
        while (true)
        {
            await Sleep(TimeSpan.FromMilliseconds(200));
            s_truth.SliceBegins();
            Work.For(TimeSpan.FromMilliseconds(400));
            s_truth.Spins("hog", "Work.For", Line() - 1);
            s_truth.SliceEnds("hog", createdAtLine);
        }
    }

    private static async GoTask Ticker()
    {
        while (true)
        {
            long due = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 1000);
            await Sleep(TimeSpan.FromMilliseconds(1));
            s_truth.Tick(due);
        }
    }

    private static async GoTask FirstWorker(Chan<int> next)
    {
        for (int item = 0; ; item++)
        {
            if (item % 5 == 0)
                await Sleep(TimeSpan.FromMilliseconds(2));
            await next.Send(item);
        }
    }

    private static async GoTask Worker(Chan<int> items, Chan<int> next)
    {
        await foreach (int item in items)
        {
            Work.For(TimeSpan.FromMicroseconds(30));
            await next.Send(item);
        }
    }

    private static async GoTask LastWorker(Chan<int> items)
    {
        await foreach (int item in items)
            Work.For(TimeSpan.FromMicroseconds(30));
    }

    // The line it is called from: beside Go, the line of the creation site, found in the same way as the runtime finds it.
    private static int Line([CallerLineNumber] int line = 0) => line;
}
