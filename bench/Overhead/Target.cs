using System.Globalization;
using Bench.Goroutines;
using Bench.Harness;
using Gmp;

namespace Bench.Overhead;

/// <summary>
/// The side that is recorded. It says its process id and goes on with its workload; to each line that it reads it answers with how many operations it has
/// done; it ends with its input.
/// </summary>
internal static class Target
{
    internal static int Run(string workload, int processors)
    {
        if (workload == "echo")
        {
            Scheduler.Run(() => EchoServer.Run("conn", EchoServing.Listening), new SchedulerOptions { Processors = processors });
            return 0;
        }
        var work = new Workloads(processors);
        Func<GoTask> main = workload switch
        {
            "pingpong" => work.PingPong,
            "forkjoin" => work.ForkJoin,
            "yields" => work.Yields,
            _ when workload.StartsWith("parked:", StringComparison.Ordinal) => () => work.Parked(int.Parse(workload[7..], CultureInfo.InvariantCulture)),
            _ when workload.StartsWith("paced:", StringComparison.Ordinal) => () => work.Paced(int.Parse(workload[6..], CultureInfo.InvariantCulture)),
            _ => throw new FormatException($"There is no workload {workload}."),
        };
        Console.WriteLine(Environment.ProcessId);
        new Thread(() =>
        {
            while (Console.In.ReadLine() is not null)
                Console.WriteLine(work.Operations);
            Environment.Exit(0);
        })
        { IsBackground = true }.Start();
        Scheduler.Run(main, new SchedulerOptions { Processors = processors });
        return 0;
    }
}
