using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;

namespace Gmp.Analysis.Tests;

/// <summary>GMP002: how busy the host was, by what the recorder saw, or by sysmon where it saw nothing.</summary>
public class HostTests
{
    private static readonly string[] s_run = ["0 - SchedulerStart procs=1 sliceNs=10ms", "0 P0 GoCreate g=7 queue=RunNext", "0 P0 GoStart g=7", "2s P0 GoDestroy g=7"];

    [Theory]
    // busy and idle time of the machine, the target's own, its threads' with and without a CPU
    [InlineData("busyNs=4s idleNs=0 cpuNs=1s machineCpuNs=1s machineQueueNs=1s", Severity.Warning, "Yes: threads that run goroutines wanted a CPU and had none for 50 % of that time, 1 s in all. The 2 CPUs of the machine were used for 100 %, of which other processes had 75 %.")]
    [InlineData("busyNs=4s idleNs=0 cpuNs=4s machineCpuNs=4s machineQueueNs=4s", Severity.Info, "No, but the target itself wanted more CPUs than there are")]
    [InlineData("busyNs=4s idleNs=0 cpuNs=1s machineCpuNs=1s machineQueueNs=200ms", Severity.Info, "In part")]
    [InlineData("busyNs=4s idleNs=0 cpuNs=1s machineCpuNs=1s machineQueueNs=10ms", Severity.Ok, "No.")]
    [InlineData("busyNs=1s idleNs=3s cpuNs=200ms machineCpuNs=100ms machineQueueNs=100ms", Severity.Ok, "No. The 2 CPUs of the machine were used for 25 %")]
    [InlineData("busyNs=1s idleNs=3s cpuNs=200ms machineCpuNs=100ms machineQueueNs=0 throttled=15 throttledNs=900ms", Severity.Info, "In part: the quota of CPU time was used up in 15 periods")]
    public void What_the_recorder_saw_decides(string second, Severity severity, string answer)
    {
        var finding = SchedulingTests.Ask("GMP002", [.. s_run, "fact 0s busyNs=0 idleNs=0 cpuNs=0 machineCpuNs=0 machineQueueNs=0 throttled=0 throttledNs=0", "fact 2s " + second]);
        Assert.Equal(severity, finding.Severity);
        Assert.StartsWith(answer, finding.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Facts_are_read_as_they_were_written()
    {
        var host = TraceFile.Load(new MemoryStream(TextTrace.Record(
            [.. s_run, "host cpus=3 machine=8 quota=1500", "fact 1s busyNs=5 idleNs=6 threads=12 workingSetBytes=4096", "fact 0s busyNs=1"]).ToArray())).Model.Host;
        Assert.Equal((3, 8, 1.5, true, false), (host.Cpus, host.MachineCpus, host.QuotaCpus, host.IsKnown, host.IsQueueKnown));
        Assert.Equal([(0L, 1L), (1_000_000_000L, 5L)], host.Facts.Select(f => (f.Time, f.BusyNs)));
        Assert.Equal((12, 4096L, -1L), (host.Facts[1].Threads, host.Facts[1].WorkingSetBytes, host.Facts[1].PressureNs));
    }

    [Theory]
    [InlineData(100, Severity.Ok)]
    [InlineData(160, Severity.Info)]
    public void Without_facts_sysmon_is_the_witness_and_that_is_said(int everyMs, Severity severity)
    {
        var records = new List<string>(s_run);
        for (int t = 0; t < 2000; t += everyMs)
            records.Add($"{t}ms - Heartbeat goroutines=1");
        var finding = SchedulingTests.Ask("GMP002", [.. records]);
        Assert.Equal((severity, Confidence.Low), (finding.Severity, finding.Confidence));
        Assert.Contains(finding.Evidence, e => e.Contains("does not tell how the machine was used", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_to_judge_by_is_not_applicable() => Assert.Equal(Severity.NotApplicable, SchedulingTests.Ask("GMP002", s_run).Severity);
}
