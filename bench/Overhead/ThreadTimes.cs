using System.Globalization;

namespace Bench.Overhead;

/// <summary>Processor time of a process by what its threads do, in seconds, from /proc.</summary>
internal readonly record struct ThreadTimes(double Goroutines, double EventPipe, double Sysmon, double Others)
{
    internal double Total => Goroutines + EventPipe + Sysmon + Others;

    internal static ThreadTimes Of(int process)
    {
        double goroutines = 0, eventPipe = 0, sysmon = 0, others = 0;
        foreach (string task in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            try
            {
                // The first number is what it ran, in ns.
                double seconds = double.Parse(File.ReadAllText(task + "/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1e9;
                string name = File.ReadAllText(task + "/comm").Trim();
                if (name == "gmp-sysmon")
                    sysmon += seconds;
                else if (name.StartsWith("gmp-", StringComparison.Ordinal))
                    goroutines += seconds;
                else if (name.StartsWith(".NET EventPipe", StringComparison.Ordinal))
                    eventPipe += seconds;
                else
                    others += seconds;
            }
            catch (IOException)
            {
                // It ended just now.
            }
        }
        return new ThreadTimes(goroutines, eventPipe, sysmon, others);
    }

    public static ThreadTimes operator -(ThreadTimes a, ThreadTimes b) =>
        new(a.Goroutines - b.Goroutines, a.EventPipe - b.EventPipe, a.Sysmon - b.Sysmon, a.Others - b.Others);
}
