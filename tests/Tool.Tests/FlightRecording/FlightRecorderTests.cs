using System.Diagnostics;
using System.Text.Json;
using Gmp.Analysis.Reading;
using Gmp.Tests.Harness;
using Gmp.Tool.Demo;
using Gmp.Tracing;
using Microsoft.Diagnostics.Tracing;

namespace Gmp.Tests.FlightRecording;

/// <summary>What a program with a flight recorder leaves, with no tool attached, and what the tool then says of it.</summary>
public class FlightRecorderTests
{
    [Theory]
    [InlineData("write", 0)]
    [InlineData("panic", 2)]
    [InlineData("thread", null)]   // how .NET ends a process for an exception on a thread is the system's matter
    public void A_program_leaves_a_file_whose_report_names_the_hog(string ending, int? code)
    {
        using var folder = new TempFolder();
        string path = folder.File("last-{pid}.nettrace");
        var (exit, errors, pid) = Run(ending, path);
        path = folder.File($"last-{pid}.nettrace");
        if (code is int expected)
            Assert.Equal(expected, exit);
        if (ending != "write")
            Assert.Contains($"flight recorder: the last moments are in {path}", errors, StringComparison.Ordinal);
        if (ending == "panic")
            Assert.Contains("panic: System.InvalidOperationException: boom", errors, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));

        // Nothing before the start is missing, and nothing but what every recording has.
        string info = ToolRun.Of("info", path).Out;
        Assert.Contains(", complete", info, StringComparison.Ordinal);
        Assert.Contains("none lost", info, StringComparison.Ordinal);
        var report = JsonDocument.Parse(ToolRun.Of("report", path, "--format", "json").Out).RootElement;
        Assert.InRange(report.GetProperty("trace").GetProperty("durationNs").GetInt64(), 1_000_000_000, 60_000_000_000);
        var finding = report.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("id").GetString() == "GMP201");
        string answer = finding.GetProperty("answer").GetString()!;
        Assert.Contains("\"checksum\"", answer, StringComparison.Ordinal);
        // On a host that is too busy the verdict is another one: then it is named as who had the longest slice.
        Assert.Contains("Program.cs:21", answer, StringComparison.Ordinal);
        AssertReadByTraceEvent(path);
    }

    [Fact]
    public void A_deadlock_leaves_a_file_too()
    {
        using var folder = new TempFolder();
        string path = folder.File("last.nettrace");
        var (exit, errors, _) = Run("deadlock", path);
        Assert.Equal(2, exit);
        Assert.Contains("all goroutines are asleep - deadlock!", errors, StringComparison.Ordinal);
        Assert.EndsWith($"flight recorder: the last moments are in {path}\n", errors, StringComparison.Ordinal);
        Assert.Equal(GoStatus.Waiting, Assert.Single(TraceFile.Load(path).Model.Goroutines).Status);
    }

    [Fact]
    public void A_file_that_cannot_be_written_hides_no_panic()
    {
        using var folder = new TempFolder();
        string path = Path.Combine(folder.Path, "no", "last.nettrace");
        var (exit, errors, _) = Run("panic", path);
        Assert.Equal(2, exit);
        Assert.Contains("panic: System.InvalidOperationException: boom", errors, StringComparison.Ordinal);
        Assert.Contains($"flight recorder: {path} could not be written: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ring_that_has_turned_over_still_tells_who_is_there()
    {
        using var folder = new TempFolder();
        string path = folder.File("small.nettrace");
        var (exit, errors, _) = Run("write", path, "1", "20000");
        Assert.True(exit == 0, errors);
        var trace = TraceFile.Load(path);
        Assert.InRange(new FileInfo(path).Length, 200_000, 2_000_000);
        Assert.Equal((0L, 0L, 0L), (trace.Info.BatchesLost, trace.Info.EventsLost, trace.Info.CorruptBatches));
        // Told at the end, or when the last generation began; each has its name and its site.
        foreach (string name in (string[])["checksum", "chatter", "ticker-0"])
            Assert.Equal("Program.cs", Path.GetFileName(trace.Model.Goroutines.Single(g => g.Name == name).CreatedAt!.File));
        Assert.InRange(trace.Info.RepairedRecords, 0, 20);
        AssertReadByTraceEvent(path);
    }

    [Fact]
    public void A_live_session_beside_it_gets_everything_too()
    {
        using var folder = new TempFolder();
        string path = folder.File("last.nettrace"), live = folder.File("live.nettrace");
        using var tool = Tracee.StartTool("collect", "-o", live, "--", DotnetHost.Find(), Repository.Tracee("Flight"), "write", path);
        Assert.Equal(0, tool.WaitForExit());
        var (mine, theirs) = (TraceFile.Load(path), TraceFile.Load(live));
        Assert.Equal((0L, 0L), (mine.Info.BatchesLost, theirs.Info.BatchesLost));
        // The session began before the program, and went on after the file was written.
        Assert.InRange(mine.Info.Records, 1000, theirs.Info.Records);
        Assert.Equal(theirs.Model.Goroutines.Where(g => g.Name.Length > 0).Select(g => g.Id).Order(),
            mine.Model.Goroutines.Where(g => g.Name.Length > 0).Select(g => g.Id).Order());
    }

    private static (int Exit, string Errors, int Pid) Run(string ending, string path, params string[] more)
    {
        using var program = Tracee.Start(new ProcessStartInfo(DotnetHost.Find(), [Repository.Tracee("Flight"), ending, path, .. more]) { RedirectStandardError = true });
        string errors = program.Process.StandardError.ReadToEnd();
        return (program.WaitForExit(), errors, program.Id);
    }

    private static void AssertReadByTraceEvent(string path)
    {
        int batches = 0;
        using var source = new EventPipeEventSource(path);
        source.Dynamic.All += e => batches += e.ProviderName == GmpEventSource.ProviderName && (int)e.ID == GmpEventSource.BatchId ? 1 : 0;
        source.Process();
        Assert.Equal(0, source.EventsLost);
        Assert.InRange(batches, 10, int.MaxValue);
    }
}
