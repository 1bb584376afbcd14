using System.Globalization;
using Gmp.Tests.Harness;
using Gmp.Tool.Commands;

namespace Gmp.Tests.Settings;

/// <summary><c>--baseline</c> from the command line: what it says and what it returns.</summary>
public class BaselineTests
{
    [Fact]
    public void What_got_worse_is_told_and_has_its_own_exit_code()
    {
        using var folder = new TempFolder();
        string good = Write(folder, "good.nettrace", 200), bad = Write(folder, "bad.nettrace", 3000);
        var run = ToolRun.Of("report", bad, "--baseline", good);
        Assert.Equal(ExitCode.GotWorse, run.ExitCode);
        Assert.Contains("GMP501", run.Out, StringComparison.Ordinal);
        Assert.Contains("longest wait for a P", run.Out, StringComparison.Ordinal);
        // What --fail-on names goes first; a severity alone leaves the baseline its own code.
        Assert.Equal(ExitCode.FindingsFailed, ToolRun.Of("report", bad, "--baseline", good, "--fail-on", "GMP501").ExitCode);
        Assert.Equal(ExitCode.GotWorse, ToolRun.Of("report", bad, "--baseline", good, "--fail-on", "critical").ExitCode);
        Assert.Equal(ExitCode.Ok, ToolRun.Of("report", good, "--baseline", bad).ExitCode);
    }

    [Fact]
    public void What_got_worse_and_is_accepted_fails_nothing()
    {
        using var folder = new TempFolder();
        string good = Write(folder, "good.nettrace", 200), bad = Write(folder, "bad.nettrace", 3000), config = folder.File("x.json");
        File.WriteAllText(config, """{ "ignore": [ { "id": "GMP501", "reason": "the new queue is fair" } ] }""");
        var run = ToolRun.Of("report", bad, "--baseline", good, "--config", config);
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Contains("the new queue is fair", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_that_is_no_trace_is_refused_before_anything_is_printed()
    {
        using var folder = new TempFolder();
        string good = Write(folder, "good.nettrace", 200);
        Assert.Contains("missing.nettrace", ToolRun.Of("report", good, "--baseline", folder.File("missing.nettrace")).AssertFails(ExitCode.TracingError), StringComparison.Ordinal);
    }

    // Two seconds in which a goroutine wakes every 10 ms and waits for its P for about so long.
    private static string Write(TempFolder folder, string name, int waitUs)
    {
        var random = new Random(waitUs);
        List<string> lines = ["0 - SchedulerStart procs=1 sliceNs=10ms", "0 P0 ProcStart m=1", "0 P0 GoCreate g=7 queue=RunNext", "0 P0 GoStart g=7", "100us P0 GoBlock g=7 reason=Sleep"];
        for (int ms = 10; ms < 2000; ms += 10)
        {
            int wait = (waitUs / 2) + random.Next(waitUs);
            lines.Add($"{ms}ms P0 GoUnblock g=7 queue=Local");
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{(ms * 1000) + wait}us P0 GoStart g=7"));
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{(ms * 1000) + wait + 500}us P0 GoBlock g=7 reason=Sleep"));
        }
        string path = folder.File(name);
        File.WriteAllBytes(path, CraftedTrace.Bytes(lines));
        return path;
    }
}
