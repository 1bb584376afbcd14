using System.Diagnostics;
using System.Globalization;
using Gmp;
using static Gmp.Goroutine;

namespace Samples.Oversubscribed;

/// <summary>
/// One disease: four times as many Ps as the machine has cores, and work for all of them. Nothing gets faster, since the operating system lets their threads take
/// turns, without knowing which of them holds up others: a step of 1 ms lasts four times as long as it works. The sample does the same work
/// for a second with as many Ps as cores first, measures both and prints it ("truth ...").
/// </summary>
internal static class Program
{
    private const int TooMany = 4;

    private static readonly int s_step = Work.TimesIn(TimeSpan.FromMilliseconds(1));

    private static int Main(string[] args)
    {
        using var options = SampleOptions.Parse(args, TooMany * Environment.ProcessorCount);
        if (options is null)
            return 2;
        Console.WriteLine($"pid {Environment.ProcessId}");
        int cores = Environment.ProcessorCount;
        long begin = Stopwatch.GetTimestamp();
        var (right, rightSteps) = Measure(cores, "right", () => Stopwatch.GetElapsedTime(begin).TotalSeconds >= 1);
        var (many, manySteps) = Measure(options.Processors, "too many", () => options.Over);
        Console.Write(string.Create(CultureInfo.InvariantCulture,
            $"truth: {options.Processors} Ps on {cores} cores did {many:F0} steps a second, {cores} Ps {right:F0}; a step of 1 ms took {manySteps.Median:F1} ms at the median and {manySteps.Worst:F0} at worst, with {cores} Ps {rightSteps.Median:F1} and {rightSteps.Worst:F0}\n" +
            $"truth many ps={options.Processors} cores={cores} steps_per_s={many:F1} {manySteps}\ntruth right ps={cores} steps_per_s={right:F1} {rightSteps}\n"));
        return 0;
    }

    private static (double StepsPerSecond, Durations Steps) Measure(int processors, string name, Func<bool> over)
    {
        var steps = new Durations();
        long begin = Stopwatch.GetTimestamp();
        Scheduler.Run(
            async () =>
            {
                var all = new WaitGroup();
                for (int i = 1; i <= 2 * processors; i++)
                    all.Go(() => Worker(steps, over), $"worker-{i}");
                await all.Wait();
            },
            new SchedulerOptions { Processors = processors, Name = name });
        return (steps.Count / Stopwatch.GetElapsedTime(begin).TotalSeconds, steps);
    }

    private static async GoTask Worker(Durations steps, Func<bool> over)
    {
        while (!over())
        {
            long begin = Stopwatch.GetTimestamp();
            Work.Times(s_step);
            steps.Since(begin);
            await Yield();
        }
    }
}
