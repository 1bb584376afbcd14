using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Gmp;
using static Gmp.Goroutine;

#pragma warning disable GMPA001 // loops without a scheduling point are what this is about

namespace Samples.Trap;

/// <summary>
/// Go's scheduling trap: as many endless loops as Ps, and a main goroutine that only wants to wait for a timer and end. Before Go 1.14, which interrupts
/// loops, the timer never fired and the program never ended. Here it ends: a loop that uses up its slice loses its P, and runs on without one.
/// The sample measures how late the timer was, for 1 to N Ps, and prints it ("truth ...").
/// </summary>
internal static class Program
{
    // Before the first slice is over, when every P is stuck, and long after.
    private static readonly int[] s_timers = [1, 50];

    private static readonly (string Name, Action Loop)[] s_loops = [("empty", Empty), ("calling", Calling)];

    private static bool s_stop;
    private static int s_running;
    private static uint s_sink;
    private static int s_rounds;
    private static double s_worst;

    private static int Main(string[] args)
    {
        using var options = SampleOptions.Parse(args, Environment.ProcessorCount);
        if (options is null)
            return 2;
        Console.WriteLine($"pid {Environment.ProcessId}");
        do
        {
            for (int ps = 1; ps <= options.Processors; ps++)
            {
                foreach (var (name, loop) in s_loops)
                {
                    foreach (int timer in s_timers)
                        Round(name, loop, ps, timer);
                }
            }
            MainLoops();
        }
        while (options.Duration is null && !options.Over);

        // The last ones do not look at anything. They end with the process.
        Round("forever", Forever, options.Processors, s_timers[0]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"truth end rounds={s_rounds} worst_late_ms={s_worst:F3}"));
        return 0;
    }

    private static void Round(string name, Action loop, int ps, int timer)
    {
        Volatile.Write(ref s_stop, false);
        Scheduler.Run(
            async () =>
            {
                for (int i = 0; i < ps; i++)
                    Go(loop, $"loop-{i + 1}");
                long due = Stopwatch.GetTimestamp() + (Stopwatch.Frequency * timer / 1000);
                await Sleep(TimeSpan.FromMilliseconds(timer));
                Tell(name, ps, timer, Stopwatch.GetElapsedTime(due));
            },
            new SchedulerOptions { Processors = ps });
        Volatile.Write(ref s_stop, true);
        // The next round begins alone on the machine.
        while (loop != Forever && Volatile.Read(ref s_running) != 0)
            Thread.Sleep(1);
    }

    // GOMAXPROCS(1), go println(...), and main loops: what was started never ran.
    private static void MainLoops()
    {
        Scheduler.Run(
            async () =>
            {
                long begin = Stopwatch.GetTimestamp();
                bool printed = false;
                Go(() =>
                {
                    Tell("main", 1, 0, Stopwatch.GetElapsedTime(begin));
                    Volatile.Write(ref printed, true);
                }, "println");
                while (!Volatile.Read(ref printed))
                {
                }
            },
            new SchedulerOptions { Processors = 1 });
    }

    private static void Empty()
    {
        Interlocked.Increment(ref s_running);
        // A read is no scheduling point: it lets the round end, and nobody else in meanwhile.
        while (!Volatile.Read(ref s_stop))
        {
        }
        Interlocked.Decrement(ref s_running);
    }

    // Go's old compiler looked at the stack in each call and gave way there, so a loop with calls was no trap unless they were inlined.
    private static void Calling()
    {
        Interlocked.Increment(ref s_running);
        while (!Volatile.Read(ref s_stop))
            Step();
        Interlocked.Decrement(ref s_running);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Step() => s_sink = (s_sink * 31) + 1;

    private static void Forever()
    {
        while (true)
        {
        }
    }

    private static void Tell(string loops, int ps, int timer, TimeSpan late)
    {
        s_rounds++;
        s_worst = Math.Max(s_worst, late.TotalMilliseconds);
        string what = loops == "main" ? "main loops, and the goroutine that it started ran" : $"{ps} {(ps == 1 ? "loop" : "loops")} ({loops}), and the timer of {timer} ms fired";
        Console.Write(string.Create(CultureInfo.InvariantCulture,
            $"truth: {ps} {(ps == 1 ? "P" : "Ps")}, {what} {late.TotalMilliseconds:F2} ms late\n" +
            $"truth trap loops={loops} ps={ps} timer_ms={timer} late_ms={late.TotalMilliseconds:F3}\n"));
    }
}
