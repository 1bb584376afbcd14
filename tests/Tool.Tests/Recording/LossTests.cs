using System.Globalization;
using Gmp.Analysis.Reading;
using Gmp.Tests.Harness;
using Gmp.Tracing;
using Microsoft.Diagnostics.Tracing;

namespace Gmp.Tests.Recording;

/// <summary>The providers that were asked for, and the count of what is missing.</summary>
public class LossTests
{
    [Fact]
    public void Providers_that_were_asked_for_are_recorded_whole_beside_the_scheduler()
    {
        using var target = Tracee.Start("Obedient");
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace");
        var asked = false;
        var stdio = new FakeStdio
        {
            InIsTerminal = true,
            Enter = () =>
            {
                if (!asked)
                    target.Do("burst 50", "spam 3000");
                return asked = true;
            },
        };
        var run = ToolRun.With(stdio, "collect", "-p", target.IdText, "-o", path, "--providers", "Gmp-Tests-Spam,Microsoft-Windows-DotNETRuntime:0x1:4");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Provider       : Gmp-Tests-Spam:0xFFFFFFFFFFFFFFFF:Informational\n", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("Events lost    : 0\n", run.Error, StringComparison.Ordinal);
        var info = TraceFile.Load(path).Info;
        Assert.Equal(3000, info.OtherProviders["Gmp-Tests-Spam"]);
        Assert.Equal(0, info.EventsLost + info.BatchesLost);
        Assert.InRange(info.RecordsByKind[(int)EventKind.GoCreate], 50, int.MaxValue);
    }

    [Fact]
    public void What_the_target_had_to_drop_is_counted_as_TraceEvent_counts_it()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows cannot stop a process by a signal.");
        using var target = Tracee.Start("Obedient");
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace");
        using var tool = Tracee.StartTool("collect", "-p", target.IdText, "-o", path, "--providers", "Gmp-Tests-Spam", "--buffersize", "1");
        Wait.Until(() => File.Exists(path) && new FileInfo(path).Length > 2000, "the recording to begin");
        target.Do("spam 10");
        // Nobody reads meanwhile, and 1 MB does not hold it.
        tool.Signal("STOP");
        target.Do("spam 200000");
        tool.Signal("CONT");
        target.Do("spam 10");
        tool.Signal("INT");
        Assert.Equal(0, tool.WaitForExit());
        string said = tool.Process.StandardError.ReadToEnd();
        long lost = 0, seen = 0;
        using (var source = new EventPipeEventSource(path))
        {
            source.Dynamic.All += e => seen += e.ProviderName == "Gmp-Tests-Spam" && (int)e.ID == 1 ? 1 : 0;
            source.Process();
            lost = source.EventsLost;
        }
        // Some batches of the scheduler's are lost with them: one in 50 ms, or so.
        Assert.InRange(seen + lost, 200_020, 200_200);
        Assert.InRange(lost, 1, 200_200);
        Assert.Contains("(the target's buffer was full; --buffersize gives it more room)", said, StringComparison.Ordinal);
        Assert.Contains($"Events lost    : {lost.ToString("N0", CultureInfo.InvariantCulture)}", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_that_cannot_be_read_back_says_so()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("There is no /dev/null.");
        using var target = Tracee.Start("Scripted");
        var run = ToolRun.Of("collect", "-p", target.IdText, "-o", "/dev/null", "--duration", "200ms");
        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith("Events lost    : unknown, the output cannot be read back\n", run.Error, StringComparison.Ordinal);
    }
}
