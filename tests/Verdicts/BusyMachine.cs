using System.Diagnostics;
using System.Globalization;

namespace Gmp.Verdicts;

/// <summary>Processes beside the sample that want all of every core, as long as it is not disposed.</summary>
internal sealed class BusyMachine : IDisposable
{
    private readonly List<Process> _processes = [];

    /// <summary>Starts one for each core.</summary>
    public BusyMachine()
    {
        for (int i = 0; i < Environment.ProcessorCount; i++)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true };
            // Started by `dotnet file.dll`, or by the file's own program.
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
                start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
            start.ArgumentList.Add("--burn");
            _processes.Add(Process.Start(start)!);
        }
    }

    /// <summary>
    /// The part of all CPUs' time that is used by whatever runs now, 0 to 1: a machine that others use is no quiet one, and the report says so rightly. 0 where
    /// the system does not tell.
    /// </summary>
    public static double Used()
    {
        var (busy, all) = Ticks();
        Thread.Sleep(300);
        var (busyThen, allThen) = Ticks();
        return allThen > all ? (busyThen - busy) / (double)(allThen - all) : 0;
    }

    // The first line of /proc/stat: user, nice, system, idle, waiting for disks, and so on, in ticks.
    private static (long Busy, long All) Ticks()
    {
        if (!File.Exists("/proc/stat"))
            return (0, 0);
        long[] ticks = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(t => long.Parse(t, CultureInfo.InvariantCulture))];
        return (ticks.Sum() - ticks[3] - ticks[4], ticks.Sum());
    }

    /// <summary>What such a process does: it ends with its input, so it never outlives the one that started it.</summary>
    public static int Burn()
    {
        bool over = false;
        new Thread(() =>
        {
            Console.In.ReadToEnd();
            Volatile.Write(ref over, true);
        })
        { IsBackground = true }.Start();
        while (!Volatile.Read(ref over))
        {
        }
        return 0;
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.StandardInput.Close();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
