using Gmp;
using static Gmp.Goroutine;

namespace Samples.Healthy;

/// <summary>
/// No disease: the shape of the hog sample with short slices only. Tickers, workers along channels, small tasks that are forked and
/// joined, and a reader that is in a system call now and then. Nobody computes for more than a millisecond without a scheduling point;
/// the sample measures that itself and prints it ("truth ...").
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
        for (int i = 1; i <= 4; i++)
            Go(Ticker, $"ticker-{i}");

        // worker-1 -> worker-2 -> worker-3 -> worker-4, over channels, the first unbuffered.
        Chan<int>[] belts = [new(), new(8), new(8)];
        Go(() => FirstWorker(belts[0]), "worker-1");
        Go(() => Worker(belts[0], belts[1], "worker-2"), "worker-2");
        Go(() => Worker(belts[1], belts[2], "worker-3"), "worker-3");
        Go(() => LastWorker(belts[2], "worker-4"), "worker-4");

        Go(Forker, "forker");
        Go(Reader, "reader");

        while (!options.Over)
            await Sleep(TimeSpan.FromMilliseconds(20));
    }

    private static async GoTask Ticker()
    {
        while (true)
            await Sleep(TimeSpan.FromMilliseconds(1));
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

    private static async GoTask Worker(Chan<int> items, Chan<int> next, string name)
    {
        await foreach (int item in items)
        {
            s_truth.Slice(name, TimeSpan.FromMicroseconds(30));
            await next.Send(item);
        }
    }

    private static async GoTask LastWorker(Chan<int> items, string name)
    {
        await foreach (int item in items)
            s_truth.Slice(name, TimeSpan.FromMicroseconds(30));
    }

    private static async GoTask Forker()
    {
        var all = new WaitGroup();
        while (true)
        {
            await Sleep(TimeSpan.FromMilliseconds(10));
            all.Add(8);
            for (int i = 0; i < 8; i++)
            {
                Go(
                    () =>
                    {
                        s_truth.Slice("forked", TimeSpan.FromMicroseconds(200));
                        all.Done();
                    },
                    "forked");
            }
            await all.Wait();
        }
    }

    private static async GoTask Reader()
    {
        while (true)
        {
            await Sleep(TimeSpan.FromMilliseconds(15));
            // Stands for a read from a slow disk: the thread is gone for 2 ms, and sysmon may give the P to another one meanwhile.
            await Syscall(() => Thread.Sleep(2));
            s_truth.Slice("reader", TimeSpan.FromMicroseconds(100));
        }
    }
}
