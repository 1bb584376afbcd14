using System.Diagnostics;
using System.Globalization;
using Gmp;
using static Gmp.Goroutine;

namespace Samples.Syscall;

/// <summary>
/// One disease: the goroutines "loader" read from a slow disk as any .NET code does, in the middle of a goroutine, and nobody tells the scheduler. The thread
/// sleeps in the kernel and the P with it, for <see cref="CallMilliseconds"/>: less than a slice, so that nobody takes it away. "polite" makes the same call by
/// <c>Syscall</c>, and its P goes on with others. Tickers tell how late everybody is meanwhile. The sample measures this itself and prints it ("truth ...").
/// </summary>
internal static class Program
{
    private const int CallMilliseconds = 8;

    private static readonly Durations s_hidden = new();
    private static readonly Durations s_told = new();
    private static readonly Durations s_late = new();
    private static int s_line;

    private static int Main(string[] args)
    {
        using var options = SampleOptions.Parse(args);
        if (options is null)
            return 2;
        Console.WriteLine($"pid {Environment.ProcessId}");
        Scheduler.Run(
            async () =>
            {
                for (int i = 1; i <= 2; i++)
                    Go(() => Loader(Here.Line()), $"loader-{i}");
                Go(Polite, "polite");
                for (int i = 1; i <= 4; i++)
                    Go(Ticker, $"ticker-{i}");
                while (!options.Over)
                    await Sleep(TimeSpan.FromMilliseconds(20));
            },
            new SchedulerOptions { Processors = options.Processors });
        Console.Write(string.Create(CultureInfo.InvariantCulture,
            $"truth: {s_hidden.Count} calls of {s_hidden.Median:F1} ms kept their P at Program.cs:{s_line}; tickers woke {s_late.Median:F2} ms late, {s_late.Worst:F2} at worst\n" +
            $"truth hidden at=Program.cs:{s_line} {s_hidden}\ntruth told {s_told}\ntruth late {s_late}\n"));
        return 0;
    }

    private static async GoTask Loader(int createdAt)
    {
        s_line = createdAt;
        while (true)
        {
            await Sleep(TimeSpan.FromMilliseconds(12));
            long begin = Stopwatch.GetTimestamp();
#pragma warning disable GMPA002 // that the call is hidden from the scheduler is what this is about
            Thread.Sleep(CallMilliseconds);
#pragma warning restore GMPA002
            s_hidden.Since(begin);
        }
    }

    private static async GoTask Polite()
    {
        while (true)
        {
            await Sleep(TimeSpan.FromMilliseconds(12));
            long begin = Stopwatch.GetTimestamp();
            await Goroutine.Syscall(() => Thread.Sleep(CallMilliseconds));
            s_told.Since(begin);
        }
    }

    private static async GoTask Ticker()
    {
        while (true)
        {
            long due = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 1000);
            await Sleep(TimeSpan.FromMilliseconds(1));
            s_late.Since(due);
        }
    }
}
