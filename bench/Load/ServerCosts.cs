using System.Globalization;

namespace Bench.Load;

/// <summary>What a process has used so far, from /proc.</summary>
internal readonly record struct ServerCosts(double CpuSeconds, double ResidentMegabytes)
{
    private const double TicksPerSecond = 100;   // the same on every Linux that a user meets

    internal static ServerCosts Of(int process)
    {
        // The name, which may hold anything, ends at the last bracket; after it the 12th and 13th field are the user's and the system's time.
        string stat = File.ReadAllText($"/proc/{process}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        double ticks = double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture);
        string memory = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        double kilobytes = double.Parse(memory.Split(':', 'k')[1], CultureInfo.InvariantCulture);
        return new ServerCosts(ticks / TicksPerSecond, kilobytes / 1024);
    }
}
