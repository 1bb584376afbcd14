using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Gmp;
using static Gmp.Goroutine;

namespace Bench.Sampling;

/// <summary>
/// A program at work that tells how much it has done: for each line of its input it prints the time (ns), how many messages its goroutines have
/// passed on, and the processor time that it has used (ns). With "hog" one of them also computes for 50 ms, four times a second.
/// Arguments: healthy or hog, the number of Ps, the number of threads that only wait. With "alternate" before and a number behind them it starts itself and
/// measures what sampling costs: see <see cref="Alternation"/>.
/// </summary>
internal static class Program
{
    private const int Pairs = 8;
    private static readonly long[] s_passed = new long[Pairs * 16];   // a cache line each
    private static uint s_sink;
    private static volatile bool s_over;

    private static int Main(string[] args)
    {
        if (args is ["alternate", var what, var on, var beside, var pairs])
        {
            Alternation.Run(what, on, beside, int.Parse(pairs, CultureInfo.InvariantCulture));
            return 0;
        }
        if (args is not [var kind, var processors, var threads] || !int.TryParse(processors, out int ps) || !int.TryParse(threads, out int waiting))
        {
            Console.Error.WriteLine("usage: Bench.Sampling [alternate] healthy|hog PS THREADS [PAIRS]");
            return 2;
        }
        for (int i = 0; i < waiting; i++)
            new Thread(static () => Thread.Sleep(Timeout.Infinite)) { IsBackground = true }.Start();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pid {Environment.ProcessId}"));
        new Thread(Answer) { IsBackground = true }.Start();
        Scheduler.Run(() => MainGoroutine(kind == "hog"), new SchedulerOptions { Processors = ps });
        return 0;
    }

    private static async GoTask MainGoroutine(bool hog)
    {
        for (int i = 0; i < Pairs; i++)
        {
            int pair = i;
            Chan<int> there = new(), back = new();
            Go(async () =>
            {
                for (int n = 0; ; n++)
                {
                    Compute(300);
                    await there.Send(n);
                    await back.Receive();
                    s_passed[pair * 16]++;
                }
            }, "ping");
            Go(async () =>
            {
                while (true)
                {
                    int n = await there.Receive();
                    Compute(300);
                    await back.Send(n);
                }
            }, "pong");
        }
        if (hog)
        {
            Go(async () =>
            {
                while (true)
                {
                    await Sleep(TimeSpan.FromMilliseconds(200));
                    for (long begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin).TotalMilliseconds < 50;)
                        Compute(10_000);
                }
            }, "hog");
        }
        while (!s_over)
            await Sleep(TimeSpan.FromMilliseconds(10));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Compute(int rounds)
    {
        uint sum = s_sink;
        for (uint i = 0; i < rounds; i++)
            sum = (sum * 31) + i;
        s_sink = sum;
    }

    private static void Answer()
    {
        while (Console.ReadLine() is not null)
        {
            long passed = 0;
            for (int i = 0; i < Pairs; i++)
                passed += Volatile.Read(ref s_passed[i * 16]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Stopwatch.GetTimestamp() * (1_000_000_000 / Stopwatch.Frequency)} {passed} {(long)Process.GetCurrentProcess().TotalProcessorTime.TotalNanoseconds}"));
        }
        s_over = true;
    }
}
