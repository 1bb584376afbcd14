using System.Globalization;
using Gmp.Analysis.Reading;
using Gmp.Tests.Harness;
using Gmp.Tool.Demo;
using Gmp.Tracing;

namespace Gmp.Tests.Recording;

/// <summary>The way from a real scheduler to the file loses nothing: what a program did, by its own count, is what stands there.</summary>
public class RoundTripTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void The_file_holds_exactly_as_many_transitions_of_each_kind_as_the_program_made(int processors)
    {
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace"), counts = folder.File("counts");
        var run = ToolRun.Of("collect", "-o", path, "--",
            DotnetHost.Find(), Repository.Tracee("Counting"), "count", counts, processors.ToString(CultureInfo.InvariantCulture));
        Assert.True(run.ExitCode == 0, run.Error);
        var info = Load(path).Info;
        Assert.Equal((0, 0), (info.LateRecords, info.RepairedRecords));
        var validation = ToolRun.Of("info", "--validate", path);
        Assert.Equal(0, validation.ExitCode);
        Assert.Contains("no rule is broken", validation.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Skipped", validation.Out, StringComparison.Ordinal);
        var expected = File.ReadLines(counts).Select(l => l.Split(' ')).ToDictionary(w => w[0], w => long.Parse(w[1], CultureInfo.InvariantCulture));
        Assert.Equal(15, expected.Count);
        Assert.All(expected, kind => Assert.True(Count(info, kind.Key) == kind.Value, $"{kind.Key}: the program counted {kind.Value}, the file has {Count(info, kind.Key)}"));
        Assert.Contains("Microsoft-Windows-DotNETRuntime", info.OtherProviders.Keys);
        var model = Load(path).Model;
        Assert.Contains(model.Pauses, p => p is { IsCollection: true, DurationNs: > 0 });
        Assert.Equal(expected["UserLog"], model.Messages.Count(m => m.Category == "order" && m.Text.EndsWith("is done", StringComparison.Ordinal) && m.Task != 0));
        Assert.Equal(expected["UserTaskBegin"], model.Tasks.Count(t => t is { Name: "order", End: not null }));
        Assert.Equal(expected["UserRegionBegin"], model.Regions.Count(r => r is { Name: "all of it" or ['n', 'u', ..], End: not null, Task: not 0 }));
        // What has begun has ended, and who was made runnable ran.
        Assert.Equal(expected["GoSyscallBegin"], Count(info, "GoSyscallEnd") + Count(info, "GoSyscallEndBlocked"));
        Assert.Equal(
            expected["GoCreate"] + expected["GoUnblock"] + expected["GoStop"] + Count(info, "GoSyscallEndBlocked"),
            Count(info, "GoStart"));
    }

    [Theory]
    [InlineData("panic", 202, 201)]
    [InlineData("deadlock", 201, 201)]
    [InlineData("thread", 201, 200)]
    [InlineData("return", 201, 200)]
    public void What_was_recorded_before_a_process_ends_is_in_the_file(string how, int created, int blocked)
    {
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace");
        using var target = Tracee.Start("Counting", "end", how, "200");
        using var tool = Tracee.StartTool("collect", "-p", target.IdText, "-o", path);
        Wait.Until(() => File.Exists(path) && new FileInfo(path).Length > 100, "the recording to begin");
        target.Process.StandardInput.WriteLine();
        Assert.Equal(0, tool.WaitForExit());
        var info = Load(path).Info;
        Assert.Equal((created, blocked), (Count(info, "GoCreate"), Count(info, "GoBlock")));
    }

    [Fact]
    public void Two_hundred_thousand_goroutines_that_were_there_are_all_told()
    {
        const int Goroutines = 200_000;
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace");
        using var target = Tracee.Start("Counting", "park", Goroutines.ToString(CultureInfo.InvariantCulture));
        Assert.Equal("parked", target.Process.StandardOutput.ReadLine());
        var run = ToolRun.Of("collect", "-p", target.IdText, "-o", path, "--duration", "2s");
        Assert.True(run.ExitCode == 0, run.Error);
        var trace = Load(path);
        Assert.Equal(1, Count(trace.Info, "SnapshotEnd"));
        // Main and the pair too.
        Assert.Equal(Goroutines + 3, trace.Model.Goroutines.Count);
        Assert.Equal(Goroutines, trace.Model.Goroutines.Count(g => g is { Status: GoStatus.Waiting, WaitingFor: WaitReason.ChanReceive, Site: not null } && g.Id != 0 && g.Name.Length == 0));
        // The pair went on meanwhile.
        Assert.InRange(Count(trace.Info, "GoStart"), 1000, long.MaxValue);
    }

    private static LoadedTrace Load(string path)
    {
        var trace = TraceFile.Load(path);
        Assert.False(trace.Info.HasLosses);
        return trace;
    }

    private static long Count(TraceInfo info, string kind) => info.RecordsByKind[(int)EventTable.Find(kind)!.Kind];
}
