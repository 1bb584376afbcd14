using System.Globalization;
using Bench.Overhead;

// Two programs in one: `target WORKLOAD Ps` runs goroutines; everything else records such targets and measures what that costs. Linux.
try
{
    return args switch
    {
        ["target", var workload, var processors] => Target.Run(workload, int.Parse(processors, CultureInfo.InvariantCulture)),
        _ => Measuring.Run(new OverheadOptions(args)),
    };
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (Exception e) when (e is IOException or InvalidOperationException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
