using Gmp.Verdicts;

// Records every sample again and again, and holds what the report finds against what the sample has. Ends with 0 if every disease was found, none was claimed
// where there is none, and the numbers are the samples' own.
if (args is ["--burn"])
    return BusyMachine.Burn();
VerdictOptions options;
try
{
    options = VerdictOptions.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
var table = new VerdictTable(options);
foreach (bool busy in options.Machines)
{
    using var load = busy ? new BusyMachine() : null;
    foreach (var sample in options.Samples)
    {
        for (int run = 1; run <= options.Runs; run++)
            table.Add(sample, busy, SampleRun.Of(sample, options));
    }
}
return table.Print() ? 0 : 1;
