using Gmp.Stress;

// Everything at once, on several schedulers, until the time is over; ends with 0 if every invariant held. tests/long starts it for minutes.
StressOptions options;
try
{
    options = StressOptions.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
return StressRun.Run(options);
