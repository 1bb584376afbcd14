using Gmp.Tool.Recording.Host;

namespace Gmp.Tool.Tests.Recording;

/// <summary>What is read of the machine: from crafted files, and from this process on Linux.</summary>
public sealed class HostProbeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gmp-host-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Facts_come_from_the_files_of_the_system()
    {
        Write("proc/stat", "cpu  100 10 20 300 40 5 6 7 0 0\ncpu0 50 5 10 150 20 2 3 3 0 0\ncpu1 50 5 10 150 20 3 3 4 0 0\n");
        Write("proc/loadavg", "1.25 0.50 0.25 2/100 4242\n");
        Write("proc/pressure/cpu", "some avg10=1.00 avg60=1.00 avg300=1.00 total=1500\nfull avg10=0 avg60=0 avg300=0 total=0\n");
        Write("proc/42/status", "Name:\tx\nCpus_allowed_list:\t0-1,3\n");
        Write("proc/42/statm", "1000 25 10 1 0 1 0\n");
        Write("proc/42/cgroup", "0::/app.slice/x.service\n");
        Write("groups/app.slice/cpu.max", "150000 100000\n");
        Write("groups/app.slice/x.service/cpu.max", "max 100000\n");
        Write("groups/app.slice/x.service/cpu.stat", "usage_usec 10\nnr_periods 5\nnr_throttled 3\nthrottled_usec 20\n");
        Thread(1, "main", 1000, 500);
        Thread(2, "gmp-1-m1", 2000, 700);
        var probe = new LinuxHostProbe(42, Path.Combine(_root, "proc"), Path.Combine(_root, "groups"));
        Assert.Equal((2, 2, 1.5), probe.Describe());
        var first = probe.Look(7)!;
        Assert.Equal((7L, 1_410_000_000L, 3_400_000_000L, 70_000_000L, 1_500_000L, 1.25), (first.Time, first.BusyNs, first.IdleNs, first.StolenNs, first.PressureNs, first.Load));
        Assert.Equal((2, 25L * Environment.SystemPageSize, 3L, 20_000L), (first.Threads, first.WorkingSetBytes, first.Throttled, first.ThrottledNs));
        Assert.Equal((0L, 0L, 0L), (first.CpuNs, first.QueueNs, first.MachineQueueNs));

        // What came since counts, of a new thread all of it; a thread that ended takes nothing back.
        Directory.Delete(Path.Combine(_root, "proc/42/task/1"), recursive: true);
        Thread(2, "gmp-1-m1", 2600, 900);
        Thread(3, "gmp-1-m2", 10, 50);
        var second = probe.Look(8)!;
        Assert.Equal((610L, 250L, 610L, 250L, 200L), (second.CpuNs, second.QueueNs, second.MachineCpuNs, second.MachineQueueNs, second.WorstQueueNs));
        Assert.Equal(2, second.Threads);

        // One that was at work took what it did since with it; one that slept took nothing.
        Directory.Delete(Path.Combine(_root, "proc/42/task/3"), recursive: true);
        Thread(2, "gmp-1-m1", 30_000_000, 900);
        Assert.Equal(0, probe.Look(9)!.WorstQueueNs);
        Directory.Delete(Path.Combine(_root, "proc/42/task/2"), recursive: true);
        Thread(4, "gmp-1-m3", 10, 0);
        Assert.Equal(-1, probe.Look(10)!.WorstQueueNs);
    }

    [Fact]
    public void What_is_missing_is_unknown()
    {
        var probe = new LinuxHostProbe(42, _root, _root);
        Assert.Equal((0, 0, 0.0), probe.Describe());
        var fact = probe.Look(1)!;
        Assert.Equal((-1L, -1L, -1L, -1.0, -1, -1L), (fact.BusyNs, fact.IdleNs, fact.PressureNs, fact.Load, fact.Threads, fact.WorkingSetBytes));
        Assert.Equal((-1L, -1L, -1L), (fact.CpuNs, fact.MachineQueueNs, fact.Throttled));
    }

    [Fact]
    public void This_process_has_threads_and_memory()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var probe = HostProbe.Of(Environment.ProcessId);
        var fact = probe.Look(1)!;
        Assert.True(fact is { Threads: > 1, WorkingSetBytes: > 1_000_000, BusyNs: > 0 });
        Assert.True(probe.Describe().MachineCpus >= 1);
    }

    private void Thread(int id, string name, long cpu, long queue)
    {
        Write($"proc/42/task/{id}/comm", name + "\n");
        Write($"proc/42/task/{id}/schedstat", $"{cpu} {queue} 5\n");
    }

    private void Write(string path, string text)
    {
        string full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
