using Bench.Goroutines;
using Bench.Harness;
using Gmp;

// Our side of bench/compare: the workloads of bench/go and bench/Task, row for row, on the goroutine runtime.
try
{
    var arguments = new Arguments(args);
    var rows = arguments.Choose([.. Workloads.Rows, .. SuspensionWorkloads.Rows, .. SyncWorkloads.Rows, .. SelectWorkloads.Rows, .. PoolWorkloads.Rows, .. BlockingWorkloads.Rows, .. LatencyWorkloads.Rows, .. ForeignWorkloads.Rows]).ToArray();
    Scheduler.Run(
        async () =>
        {
            if (arguments.Parked > 0)
            {
                await ParkedGoroutines.Run(arguments.Parked);
                return;
            }
            if (arguments.Echo != "")
            {
                await EchoServer.Run(arguments.Echo, EchoServing.Listening);
                return;
            }
            foreach (var row in rows)
            {
                if (row.Late is { } late)
                {
                    var lateness = new Lateness();
                    await late(lateness);
                    foreach (string line in lateness.Lines(row.Name))
                        Console.WriteLine(line);
                    continue;
                }
                var repetitions = new Repetitions(arguments.Warmup, arguments.Measure);
                while (repetitions.Next())
                    await row.Run(row.Count);
                Console.WriteLine(repetitions.Line(row));
            }
        },
        new SchedulerOptions { Processors = arguments.Processors, Model = arguments.Model == "gm" ? SchedulerModel.GM : SchedulerModel.GMP });
    return 0;
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
