using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Gmp;
using static Gmp.Goroutine;

namespace Gmp.Tests.Hogs;

/// <summary>
/// Hogs whose code is known: each method spins on one line and tells which. The first argument is the scenario:
/// "two" spends three parts of its time in Heavy and one in Light; "short" is over after 15 ms, before any recorder can have seen it, and comes
/// again; "endless" never comes to a scheduling point; "threads" has many threads beside.
/// </summary>
internal static class Program
{
    private static readonly Dictionary<string, int> s_lines = [];
    private static uint s_sink;

    private static int Main(string[] args)
    {
        // Compiled, and their lines known, before anybody is told that this runs.
        Heavy(1);
        Light(1);
        Brief(1);
        Console.WriteLine($"pid {Environment.ProcessId}");
        foreach (var (method, line) in s_lines)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"truth method={method} line={line}"));
        using var stopped = new ManualResetEventSlim();
        new Thread(() => WaitForInput(stopped)) { IsBackground = true }.Start();
        string scenario = args is [var first, ..] ? first : "two";
        if (scenario == "threads")
        {
            for (int i = 0; i < 30; i++)
                new Thread(stopped.Wait) { IsBackground = true }.Start();
        }
        try
        {
            Scheduler.Run(() => MainGoroutine(scenario, stopped), new SchedulerOptions { Processors = 1 });
        }
        finally
        {
            Environment.Exit(args is [_, var code] ? int.Parse(code, CultureInfo.InvariantCulture) : 0);   // an endless hog ends no other way
        }
        return 0;
    }

    private static async GoTask MainGoroutine(string scenario, ManualResetEventSlim stopped)
    {
        Go(async () =>
        {
            while (true)
            {
                await Sleep(TimeSpan.FromMilliseconds(scenario == "short" ? 40 : 20));
                Spin(scenario);
            }
        }, "hog");
        while (!stopped.IsSet)
            await Sleep(TimeSpan.FromMilliseconds(5));
    }

    private static void Spin(string scenario)
    {
        long begin = Stopwatch.GetTimestamp();
        var limit = scenario switch { "short" => TimeSpan.FromMilliseconds(15), "endless" => TimeSpan.MaxValue, _ => TimeSpan.FromMilliseconds(300) };
        while (Stopwatch.GetElapsedTime(begin) < limit)
        {
            if (scenario == "short")
            {
                Brief(200_000);
                continue;
            }
            Heavy(300_000);
            Light(100_000);
        }
    }

    // The same loop in each, so that rounds are time.

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Heavy(int rounds)
    {
        uint sum = s_sink;
        for (uint i = 0; i < rounds; i++) sum = (sum * 31) + i;
        s_sink = sum;
        Tell(nameof(Heavy), Line() - 2);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Light(int rounds)
    {
        uint sum = s_sink;
        for (uint i = 0; i < rounds; i++) sum = (sum * 31) + i;
        s_sink = sum;
        Tell(nameof(Light), Line() - 2);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Brief(int rounds)
    {
        uint sum = s_sink;
        for (uint i = 0; i < rounds; i++) sum = (sum * 31) + i;
        s_sink = sum;
        Tell(nameof(Brief), Line() - 2);
    }

    private static void Tell(string method, int line) => s_lines.TryAdd(method, line);

    private static void WaitForInput(ManualResetEventSlim stopped)
    {
        Console.In.ReadToEnd();
        stopped.Set();
        // What never comes to a scheduling point keeps the main goroutine's end from being seen.
        Thread.Sleep(1000);
        Process.GetCurrentProcess().Kill();
    }

    private static int Line([CallerLineNumber] int line = 0) => line;
}
