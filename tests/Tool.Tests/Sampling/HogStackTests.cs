using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Sampling;
using Gmp.Tests.Harness;
using Microsoft.Diagnostics.Tracing;

namespace Gmp.Tests.Sampling;

/// <summary>Programs whose hogs tell their own code, recorded by their pids: the report must name it.</summary>
public sealed partial class HogStackTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Trace => _folder.File("x.nettrace");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_hog_s_methods_and_lines_are_named_by_their_share_of_its_time()
    {
        var (code, lines) = Record("two", "--duration", "3s");
        Assert.InRange(code.GetProperty("samples").GetInt32(), 20, int.MaxValue);
        var heavy = Line(code, "Program.Heavy");
        Assert.Equal(lines["Heavy"], heavy.GetProperty("line").GetInt32());
        Assert.EndsWith("tests/Tracees/Hogs/Program.cs", heavy.GetProperty("file").GetString(), StringComparison.Ordinal);
        Assert.Equal("Hogs", heavy.GetProperty("module").GetString());
        Assert.Equal(["lambda in Program.MainGoroutine", "Program.Spin", "Program.Heavy"],
            heavy.GetProperty("path").EnumerateArray().Select(f => f.GetProperty("method").GetString()));
        string report = ToolRun.Of("report", Trace).Out;
        Assert.Contains($", in Program.Heavy at Program.cs:{lines["Heavy"]}", report, StringComparison.Ordinal);
        Assert.Contains($"Its time goes to Program.Heavy, ", report, StringComparison.Ordinal);
    }

    [Fact]
    public void With_cpu_every_slice_is_sampled_and_the_shares_are_those_of_the_program()
    {
        var (code, lines) = Record("two", "--duration", "4s", "--cpu");
        Assert.InRange(code.GetProperty("samples").GetInt32(), 300, int.MaxValue);
        Assert.InRange(code.GetProperty("slices").GetInt32(), 4, int.MaxValue);
        Assert.Equal(lines["Light"], Line(code, "Program.Light").GetProperty("line").GetInt32());
        double heavy = Share(code, "Program.Heavy"), light = Share(code, "Program.Light");
        Assert.InRange(heavy + light, 0.9, 1);
        Assert.InRange(heavy / (heavy + light), 0.65, 0.85);
    }

    [Fact]
    public void Hogs_that_are_over_before_they_can_be_seen_are_caught_when_they_come_again()
    {
        // The recorder looks for half a second and hopes; on a machine that is busy with the other tests a whole recording may go by without luck.
        var (code, lines) = Record("short", "--duration", "5s", "--force");
        for (int more = 0; more < 4 && code.GetProperty("samples").GetInt32() < 3; more++)
            (code, lines) = Record("short", "--duration", "5s", "--force");
        Assert.InRange(code.GetProperty("samples").GetInt32(), 3, int.MaxValue);
        Assert.Equal(lines["Brief"], Line(code, "Program.Brief").GetProperty("line").GetInt32());
    }

    [Fact]
    public void A_hog_that_never_stops_is_named_though_it_began_before_the_recording()
    {
        using var target = Tracee.Start("Hogs", "endless");
        // Its P is taken after a slice; a first recording may be too early for it, and the last must not be.
        string report = "";
        Wait.Until(
            () =>
            {
                Assert.Equal(0, ToolRun.Of("collect", "-p", target.IdText, "-o", Trace, "--force", "--duration", "1500ms").ExitCode);
                report = ToolRun.Of("report", Trace).Out;
                return report.Contains("since before the recording began", StringComparison.Ordinal) && report.Contains("Its time goes to Program.", StringComparison.Ordinal);
            },
            () => report);
    }

    [Fact]
    public void A_program_is_sampled_from_its_start_and_gives_its_exit_code()
    {
        var tool = Tracee.StartTool("collect", "--cpu", "-o", Trace, "--show-child-io", "--", Gmp.Tool.Demo.DotnetHost.Find(), Repository.Tracee("Hogs"), "two", "7");
        using (tool)
        {
            Wait.Until(() => new FileInfo(Trace) is { Exists: true, Length: > 40_000 }, "the recording to grow");
            tool.Process.StandardInput.Close();
            Assert.Equal(7, tool.WaitForExit());
        }
        Assert.Contains("Program.Heavy", ToolRun.Of("report", Trace).Out, StringComparison.Ordinal);
        Judge();
    }

    [Fact]
    public void Without_hog_stacks_the_target_is_not_sampled_and_the_report_says_so()
    {
        var (code, _) = Record("two", "--duration", "1500ms", "--no-hog-stacks");
        Assert.Equal(0, code.GetProperty("samples").GetInt32());
        Assert.Contains("--no-hog-stacks", code.GetProperty("missing").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, Judge());
    }

    [Fact]
    public void A_target_that_is_killed_while_it_is_sampled_leaves_a_whole_file()
    {
        using var target = Tracee.Start("Hogs", "two");
        using var tool = Tracee.StartTool("collect", "-p", target.IdText, "-o", Trace, "--cpu");
        Wait.Until(() => new FileInfo(Trace) is { Exists: true, Length: > 40_000 }, "the recording to grow");
        target.Process.Kill();
        Assert.Equal(0, tool.WaitForExit());
        Judge();
        var trace = TraceFile.Load(Trace);
        Assert.True(trace.Info is { IsRepaired: true, IsTruncated: false, HasLosses: false });
        // The names come at a session's end, which it did not live to see.
        Assert.Contains("were not sampled: it ended, or did not answer, before it had told the names of its code.", ToolRun.Of("report", Trace).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tool_that_is_killed_while_it_samples_leaves_the_target_and_a_readable_file()
    {
        using var target = Tracee.Start("Hogs", "two");
        using (var tool = Tracee.StartTool("collect", "-p", target.IdText, "-o", Trace, "--cpu"))
        {
            Wait.Until(() => new FileInfo(Trace) is { Exists: true, Length: > 40_000 }, "the recording to grow");
            tool.Process.Kill();
            tool.WaitForExit();
        }
        Assert.InRange(TraceFile.Load(Trace).Info.Records, 100, long.MaxValue);
        Assert.Equal(0, ToolRun.Of("collect", "-p", target.IdText, "-o", Trace, "--force", "--duration", "1s", "--cpu").ExitCode);
        Assert.InRange(Judge(), 10, int.MaxValue);
    }

    [Fact]
    public void A_recording_that_is_aborted_does_not_wait_for_names()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no signals to send.");
        using var target = Tracee.Start("Hogs", "two");
        using var tool = Tracee.StartTool("collect", "-p", target.IdText, "-o", Trace, "--cpu");
        Wait.Until(() => new FileInfo(Trace) is { Exists: true, Length: > 40_000 }, "the recording to grow");
        target.Signal("STOP");
        tool.Signal("INT");
        string? line;
        do
            line = tool.Process.StandardError.ReadLine();
        while (line?.StartsWith("Stopping the trace", StringComparison.Ordinal) == false);
        tool.Signal("INT");
        Assert.Equal(0, tool.WaitForExit());
        target.Signal("CONT");
        Judge();
    }

    // The hog's code by the JSON report, and the lines that the program told of itself.
    private (JsonElement Code, Dictionary<string, int> Lines) Record(string scenario, params string[] options)
    {
        using var target = Tracee.Start("Hogs", scenario);
        var lines = new Dictionary<string, int>();
        while (lines.Count < 3)
        {
            var truth = Truth().Match(target.Process.StandardOutput.ReadLine()!);
            lines[truth.Groups["method"].Value] = int.Parse(truth.Groups["line"].Value, CultureInfo.InvariantCulture);
        }
        var run = ToolRun.Of(["collect", "-p", target.IdText, "-o", Trace, .. options]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.False(target.Process.HasExited);
        var report = ToolRun.Of("report", Trace, "--format", "json");
        Assert.True(report.ExitCode == 0, report.Error);
        var finding = JsonDocument.Parse(report.Out).RootElement.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("id").GetString() == "GMP201");
        var code = finding.GetProperty("code");
        Assert.True(code.ValueKind == JsonValueKind.Object, report.Out);
        return (code, lines);
    }

    private static JsonElement Line(JsonElement code, string method) =>
        code.GetProperty("lines").EnumerateArray().First(l => l.GetProperty("method").GetString() == method && l.GetProperty("line").ValueKind == JsonValueKind.Number);

    private static double Share(JsonElement code, string method) =>
        code.GetProperty("lines").EnumerateArray().Where(l => l.GetProperty("method").GetString() == method).Sum(l => l.GetProperty("share").GetDouble());

    // An independent judge, which throws where the file breaks off: how many samples it sees.
    private int Judge()
    {
        int samples = 0;
        using var source = new EventPipeEventSource(Trace);
        source.Dynamic.All += e => samples += e.ProviderName == SampleEvents.ProviderName && (int)e.ID == SampleEvents.SampleId ? 1 : 0;
        source.Process();
        Assert.Equal(0, source.EventsLost);
        return samples;
    }

    [GeneratedRegex("truth method=(?<method>[A-Za-z]+) line=(?<line>[0-9]+)")]
    private static partial Regex Truth();
}
