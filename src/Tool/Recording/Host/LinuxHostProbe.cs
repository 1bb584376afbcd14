using System.Globalization;
using Gmp.Analysis.Model;

namespace Gmp.Tool.Recording.Host;

/// <summary>Reads /proc and the control groups' file system. Whatever is missing there (old kernels, containers that hide it) is unknown.</summary>
/// <param name="processId">The process.</param>
/// <param name="proc">The folder of processes; another one in tests.</param>
/// <param name="groups">The folder of control groups.</param>
internal sealed class LinuxHostProbe(int processId, string proc = "/proc", string groups = "/sys/fs/cgroup") : HostProbe
{
    /// <summary>Threads beyond this many are not looked at: a look must not cost more than some 50 ms.</summary>
    private const int MostThreads = 2048;

    /// <summary>How the runtime names the threads that run goroutines (M.Start).</summary>
    private const string MachineName = "gmp-";

    /// <summary>A thread that did so much in the second before was not one that slept.</summary>
    private const long AtWorkNs = 10_000_000;

    private const long NsPerTick = 10_000_000;   // USER_HZ is 100 on every platform that .NET runs on

    private readonly Dictionary<string, ThreadTimes> _threads = [];
    private long _cpu, _queue, _machineCpu, _machineQueue;

    private sealed class ThreadTimes
    {
        public long Cpu { get; set; }
        public long Queue { get; set; }
        public bool IsMachine { get; init; }
        public bool IsSeen { get; set; }
        public long Recent { get; set; }   // what it did up to the last look
    }

    private string Process => $"{proc}/{processId.ToString(CultureInfo.InvariantCulture)}";

    public override (int Cpus, int MachineCpus, double QuotaCpus) Describe()
    {
        int machine = Lines($"{proc}/stat").Count(l => l.StartsWith("cpu", StringComparison.Ordinal) && l.Length > 3 && char.IsAsciiDigit(l[3]));
        string allowed = Lines($"{Process}/status").FirstOrDefault(l => l.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)) ?? "";
        int cpus = allowed.Length == 0 ? 0 : CountOfList(allowed[(allowed.IndexOf(':') + 1)..].Trim());
        return (machine > 0 ? Math.Min(machine, cpus == 0 ? machine : cpus) : cpus, machine, Quota());
    }

    public override HostFact? Look(long ticks)
    {
        var (busy, idle, stolen) = CpuTimes();
        var (threads, worst) = LookAtThreads();
        var (throttled, throttledNs) = Throttling();
        return new HostFact(ticks)
        {
            BusyNs = busy,
            IdleNs = idle,
            StolenNs = stolen,
            PressureNs = Pressure(),
            Load = double.TryParse(Words($"{proc}/loadavg") is [var load, ..] ? load : "", NumberStyles.Float, CultureInfo.InvariantCulture, out double l) ? l : -1,
            Threads = threads,
            WorkingSetBytes = Words($"{Process}/statm") is [_, var pages, ..] && Number(pages) is >= 0 and var resident ? resident * Environment.SystemPageSize : -1,
            CpuNs = threads < 0 ? -1 : _cpu,
            QueueNs = threads < 0 ? -1 : _queue,
            MachineCpuNs = threads < 0 ? -1 : _machineCpu,
            MachineQueueNs = threads < 0 ? -1 : _machineQueue,
            WorstQueueNs = worst,
            Throttled = throttled,
            ThrottledNs = throttledNs,
        };
    }

    // user nice system idle iowait irq softirq steal guest guest_nice; the guests are part of user and nice.
    private (long Busy, long Idle, long Stolen) CpuTimes()
    {
        string[] words = Words($"{proc}/stat");
        if (words.Length < 9 || words[0] != "cpu")
            return (-1, -1, -1);
        long[] t = [.. words.Skip(1).Take(8).Select(Number)];
        return t.Any(n => n < 0) ? (-1, -1, -1) : ((t[0] + t[1] + t[2] + t[5] + t[6]) * NsPerTick, (t[3] + t[4]) * NsPerTick, t[7] * NsPerTick);
    }

    private long Pressure()
    {
        const string Total = "total=";
        string some = Lines($"{proc}/pressure/cpu").FirstOrDefault(l => l.StartsWith("some", StringComparison.Ordinal)) ?? "";
        int at = some.IndexOf(Total, StringComparison.Ordinal);
        return at < 0 || Number(some[(at + Total.Length)..].Trim()) is not (>= 0 and var us) ? -1 : us * 1000;
    }

    // A thread that ended took its times with it: what counts is what was added since the look before.
    private (int Threads, long WorstQueue) LookAtThreads()
    {
        string[] tasks;
        try
        {
            tasks = Directory.GetDirectories($"{Process}/task");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (-1, -1);
        }
        bool isFirst = _threads.Count == 0, any = false;
        long worst = 0;
        foreach (string task in tasks.Take(MostThreads))
        {
            if (Words($"{task}/schedstat") is not [var cpuWord, var queueWord, ..] || Number(cpuWord) is not (>= 0 and var cpu) || Number(queueWord) is not (>= 0 and var queue))
                continue;
            any = true;
            if (!_threads.TryGetValue(task, out var known))
            {
                bool isMachine = Lines($"{task}/comm") is [var name, ..] && name.StartsWith(MachineName, StringComparison.Ordinal);
                // One that came since the last look did all of it since then; of one that was there at the first, nothing counts yet.
                _threads[task] = known = new ThreadTimes { IsMachine = isMachine, Cpu = isFirst ? cpu : 0, Queue = isFirst ? queue : 0 };
            }
            long newCpu = Math.Max(0, cpu - known.Cpu), newQueue = Math.Max(0, queue - known.Queue);
            (known.Cpu, known.Queue, known.IsSeen, known.Recent) = (cpu, queue, true, newCpu + newQueue);
            _cpu += newCpu;
            _queue += newQueue;
            if (!known.IsMachine)
                continue;
            _machineCpu += newCpu;
            _machineQueue += newQueue;
            worst = Math.Max(worst, newQueue);
        }
        foreach (var (task, thread) in _threads.Where(t => !t.Value.IsSeen).ToList())
        {
            // It took with it what it did since the last look, which may be all that there was to see.
            if (thread is { IsMachine: true, Recent: >= AtWorkNs })
                worst = -1;
            _threads.Remove(task);
        }
        foreach (var thread in _threads.Values)
            thread.IsSeen = false;
        return any ? (tasks.Length, worst) : (-1, -1);
    }

    // The tightest limit from the process's own group up to the root counts.
    private double Quota()
    {
        double least = 0;
        foreach (string folder in GroupFolders())
        {
            if (Words($"{folder}/cpu.max") is [var quota, var period, ..] && Number(quota) is > 0 and var q && Number(period) is > 0 and var p)
                least = least == 0 ? (double)q / p : Math.Min(least, (double)q / p);
        }
        return least;
    }

    private (long Times, long Ns) Throttling()
    {
        foreach (string folder in GroupFolders())
        {
            var stat = Lines($"{folder}/cpu.stat").Select(l => l.Split(' ')).Where(w => w.Length == 2).ToDictionary(w => w[0], w => Number(w[1]));
            if (stat.TryGetValue("nr_throttled", out long times) && stat.TryGetValue("throttled_usec", out long us))
                return (times, us * 1000);
        }
        return (-1, -1);
    }

    // Version 2 only: its line begins with 0::. In a container the path may be that of the host, and its root is what is seen.
    private IEnumerable<string> GroupFolders()
    {
        const string Unified = "0::";
        string path = (Lines($"{Process}/cgroup").FirstOrDefault(l => l.StartsWith(Unified, StringComparison.Ordinal)) ?? "")
            is { Length: > 0 } line ? line[Unified.Length..].Trim('/') : "";
        if (path.Contains("..", StringComparison.Ordinal))
            path = "";
        while (path.Length > 0)
        {
            yield return $"{groups}/{path}";
            path = path.LastIndexOf('/') is > 0 and var at ? path[..at] : "";
        }
        yield return groups;
    }

    private static int CountOfList(string list) =>
        list.Split(',').Sum(part => part.Split('-') is [var from, var to] && Number(from) is >= 0 and var f && Number(to) is var t && t >= f ? (int)(t - f + 1) : Number(part) >= 0 ? 1 : 0);

    private static long Number(string word) => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : -1;

    private static string[] Words(string path) => Lines(path) is [var first, ..] ? first.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
