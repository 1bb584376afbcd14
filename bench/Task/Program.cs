using Bench.Harness;
using Bench.Tasks;

// The Task side of bench/compare: Task, ThreadPool and System.Threading.Channels, row for row with bench/go and bench/Gmp.
// The number of processors is DOTNET_PROCESSOR_COUNT, which the runtime reads before it starts.
try
{
    var arguments = new Arguments(args);
    if (arguments.Processors != Environment.ProcessorCount)
        throw new FormatException($"{arguments.Processors} processors were asked for and there are {Environment.ProcessorCount}: set DOTNET_PROCESSOR_COUNT.");
    if (arguments.Parked > 0)
    {
        await Task.Run(() => ParkedTasks.Run(arguments.Parked));
        return 0;
    }
    if (arguments.Echo != "")
    {
        await EchoServer.Run(EchoServing.Listening);
        return 0;
    }
    foreach (var row in arguments.Choose([.. Workloads.Rows, .. SuspensionWorkloads.Rows, .. SyncWorkloads.Rows, .. SelectWorkloads.Rows, .. PoolWorkloads.Rows, .. BlockingWorkloads.Rows, .. LatencyWorkloads.Rows, .. ForeignWorkloads.Rows]))
    {
        if (row.Late is { } late)
        {
            var lateness = new Lateness();
            await Task.Run(() => late(lateness));
            foreach (string line in lateness.Lines(row.Name))
                Console.WriteLine(line);
            continue;
        }
        var repetitions = new Repetitions(arguments.Warmup, arguments.Measure);
        // On the pool, as the goroutines of the other programs are on their scheduler from the start.
        await Task.Run(async () =>
        {
            while (repetitions.Next())
                await row.Run(row.Count);
        });
        Console.WriteLine(repetitions.Line(row));
    }
    return 0;
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
