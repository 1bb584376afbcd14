using System.Diagnostics;
using System.Globalization;
using Bench.Reading;

// Prints a line a sample, "row config value unit [peer peerValue]", or makes the trace that is read.
var options = ReadingOptions.Parse(args);
if (options.Make)
{
    TraceMaker.Make(options.File, options.Transitions, options.Processors);
    return;
}
string config = string.Create(CultureInfo.InvariantCulture, $"P={options.Processors}");
switch (options.Row)
{
    case "parse":
        Rate("parse", () => Passes.Parse(options.File), "TraceEvent", () => Passes.ParseWithTraceEvent(options.File));
        break;
    case "merge":
        Rate("merge", () => Passes.Merge(options.File), null, null);
        break;
    case "model":
        Model();
        break;
    case "memory":
        Memory();
        break;
    case "report":
        Report();
        break;
    default:
        throw new ArgumentException($"There is no row {options.Row}.");
}

// Processor time of the process, what the collector and the JIT take included: other programs stretch the wall's.
void Rate(string row, Func<long> ours, string? peer, Func<long>? theirs)
{
    double oursPerSecond = 0, theirsPerSecond = 0;
    for (int round = 0; round <= options.Rounds; round++)
    {
        // The first is for the JIT.
        double rate = PerSecond(ours), peerRate = theirs is null ? 0 : PerSecond(theirs);
        if (round == 0)
            continue;
        oursPerSecond = Math.Max(oursPerSecond, rate);
        theirsPerSecond = Math.Max(theirsPerSecond, peerRate);
    }
    Print(row, oursPerSecond / 1e6, "M/s", peer, theirsPerSecond / 1e6);
}

// The whole way, which goes over two threads. By the clock, the best round: what it waits for is the machine's, which may be busy; and by the processor time of all threads.
void Model()
{
    double byClock = 0, byCpu = 0;
    for (int round = 0; round <= options.Rounds; round++)
    {
        GC.Collect();
        var before = Environment.CpuUsage.TotalTime;
        long begin = Stopwatch.GetTimestamp();
        long count = Passes.Model(options.File).Info.Records;
        double wall = Stopwatch.GetElapsedTime(begin).TotalSeconds, cpu = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        if (round > 0)
            (byClock, byCpu) = (Math.Max(byClock, count / wall), Math.Max(byCpu, count / cpu));
    }
    Print("model", byClock / 1e6, "M/s", "bar", 25);
    Print("model-cpu", byCpu / 1e6, "M/s", null, 0);
}

double PerSecond(Func<long> pass)
{
    GC.Collect();
    var before = Environment.CpuUsage.TotalTime;
    long count = pass();
    return count / (Environment.CpuUsage.TotalTime - before).TotalSeconds;
}

void Memory()
{
    long before = GC.GetTotalMemory(forceFullCollection: true);
    var trace = Passes.Model(options.File);
    double peak = Process.GetCurrentProcess().PeakWorkingSet64;
    long after = GC.GetTotalMemory(forceFullCollection: true);
    Print("memory", (double)(after - before) / trace.Info.Records, "B", "bar", 24);
    Print("peak", peak / trace.Info.Records, "B", null, 0);
    GC.KeepAlive(trace);
}

// The tool as its users start it. The file is in the system's memory; what is cold is the program.
void Report()
{
    double wall = double.MaxValue, cpu = double.MaxValue;
    for (int round = 0; round < options.Rounds; round++)
    {
        long begin = Stopwatch.GetTimestamp();
        double before = ChildrenCpuMs();
        using var tool = Process.Start(new ProcessStartInfo(options.Tool, ["report", options.File]) { RedirectStandardOutput = true })!;
        string report = tool.StandardOutput.ReadToEnd();
        tool.WaitForExit();
        if (tool.ExitCode != 0 || !report.Contains("GMP201", StringComparison.Ordinal))
            throw new InvalidOperationException($"The report ended with {tool.ExitCode}: {report}");
        wall = Math.Min(wall, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        cpu = Math.Min(cpu, ChildrenCpuMs() - before);
    }
    double bar = 2000.0 * options.Transitions / 10_000_000;
    Print("report", wall, "ms", "bar", bar);
    if (OperatingSystem.IsLinux())
        Print("report-cpu", cpu, "ms", "bar", bar);
}

// Of those that have ended, to the system's 10 ms; a process that has ended no longer tells of itself.
static double ChildrenCpuMs()
{
    if (!OperatingSystem.IsLinux())
        return 0;
    string stat = File.ReadAllText("/proc/self/stat");
    // Behind the name, which may have blanks: 11 fields up to utime, then stime, cutime, cstime.
    string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    return 10 * (double.Parse(fields[13], CultureInfo.InvariantCulture) + double.Parse(fields[14], CultureInfo.InvariantCulture));
}

void Print(string row, double value, string unit, string? peer, double peerValue)
{
    string line = string.Create(CultureInfo.InvariantCulture, $"{row} {config} {value:0.###} {unit}");
    Console.WriteLine(peer is null ? line : string.Create(CultureInfo.InvariantCulture, $"{line} {peer} {peerValue:0.###}"));
}
