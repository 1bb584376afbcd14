using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gmp.Tests.Harness;

namespace Gmp.Tests;

/// <summary>The whole path: a program of its own, attached to by its pid, recorded, judged.</summary>
public partial class DemoTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_hog_is_named_with_its_line_its_slice_and_its_victims(int processors)
    {
        var run = ToolRun.Of("demo", "hog", "--format", "json", "--ps", processors.ToString(CultureInfo.InvariantCulture));
        Assert.True(run.ExitCode == 0, run.Error);
        using var report = JsonDocument.Parse(run.Out);
        var finding = report.RootElement.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("id").GetString() == "GMP201");
        Assert.Contains(finding.GetProperty("severity").GetString(), (string?[])["warning", "critical"]);

        var hog = finding.GetProperty("goroutines").EnumerateArray().First();
        Assert.Equal(("hog", "hog"), (hog.GetProperty("role").GetString(), hog.GetProperty("name").GetString()));
        var truth = TruthLine().Match(run.Error);
        Assert.True(truth.Success, run.Error);
        var source = finding.GetProperty("source");
        Assert.EndsWith("samples/Hog/Program.cs", source.GetProperty("file").GetString(), StringComparison.Ordinal);
        Assert.Equal(truth.Groups["line"].Value, source.GetProperty("line").GetInt32().ToString(CultureInfo.InvariantCulture));

        // The method and line where the time goes, and the line of the hog's own that leads there, as the program tells it.
        var code = CodeLine().Match(run.Error);
        Assert.True(code.Success, run.Error);
        var lines = finding.GetProperty("code").GetProperty("lines").EnumerateArray().ToArray();
        Assert.Equal(code.Groups["method"].Value, lines[0].GetProperty("method").GetString());
        Assert.Contains(lines, l => l.GetProperty("path").EnumerateArray().Any(f =>
            f.GetProperty("method").GetString() == "Program.Hog" && f.GetProperty("line").GetInt32().ToString(CultureInfo.InvariantCulture) == code.Groups["line"].Value));

        double longest = TruthLine().Matches(run.Error).Max(m => double.Parse(m.Groups["ms"].Value, CultureInfo.InvariantCulture));
        var window = finding.GetProperty("window");
        double found = (window.GetProperty("endNs").GetInt64() - window.GetProperty("startNs").GetInt64()) / 1e6;
        Assert.InRange(found, longest * 0.95, longest * 1.05);

        if (processors == 1)
        {
            var victims = finding.GetProperty("goroutines").EnumerateArray().Where(g => g.GetProperty("role").GetString() == "victim").ToArray();
            Assert.NotEmpty(victims);
            Assert.All(victims, v => Assert.InRange(v.GetProperty("waitNs").GetInt64(), 1, long.MaxValue));
        }
    }

    [Fact]
    public void The_healthy_program_is_found_healthy()
    {
        var run = ToolRun.Of("demo", "healthy", "--format", "json");
        Assert.True(run.ExitCode == 0, run.Error + run.Out);
        using var report = JsonDocument.Parse(run.Out);
        var claimed = report.RootElement.GetProperty("findings").EnumerateArray()
            .Where(f => f.GetProperty("severity").GetString() is not ("ok" or "notApplicable")).ToDictionary(f => f.GetProperty("id").GetString()!, f => f.GetProperty("severity").GetString());
        Assert.Equal("ok", report.RootElement.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("id").GetString() == "GMP201").GetProperty("severity").GetString());
        // The other tests keep the host busy. Then goroutines wait, and that is said: as a remark, or the host is named too.
        bool isBusy = claimed.ContainsKey("GMP002");
        Assert.All(claimed, finding => Assert.True(
            finding.Key is "GMP202" or "GMP203" ? isBusy || finding.Value == "info" : isBusy && (finding.Key == "GMP002" || finding is { Key: "GMP103", Value: "info" }), run.Out));
    }

    [Fact]
    public void Serve_prints_the_pid_first_and_leaves_no_child_behind_when_it_is_asked_to_end()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no signals to send.");
        using var tool = Tracee.StartTool("demo", "hog", "--serve");
        using var child = Child(tool);
        // Its output goes on: the program runs.
        Assert.StartsWith("truth", tool.Process.StandardOutput.ReadLine(), StringComparison.Ordinal);
        tool.Signal("TERM");
        Assert.Equal(0, tool.WaitForExit());
        Assert.True(child.HasExited);
    }

    [Fact]
    public void Serve_leaves_no_child_behind_when_it_is_killed()
    {
        using var tool = Tracee.StartTool("demo", "healthy", "--serve");
        using var child = Child(tool);
        tool.Process.Kill();   // the tool alone: it has no chance to do anything
        tool.WaitForExit();
        Assert.True(child.WaitForExit(TimeSpan.FromSeconds(30)), "the demo program goes on");
    }

    [Fact]
    public void Attach_without_a_terminal_prints_a_summary_and_keeps_the_file()
    {
        using var tool = Tracee.StartTool("demo", "hog", "--serve");
        using var child = Child(tool);
        using var folder = new TempFolder();
        string path = folder.File("x.nettrace");
        var run = ToolRun.Of("attach", child.Id.ToString(CultureInfo.InvariantCulture), "-o", path, "--duration", "2s");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.StartsWith(path + ": ", run.Out, StringComparison.Ordinal);
        Assert.Contains("GMP201: G2 \"hog\", created at Program.cs:", run.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void Report_on_a_process_records_reports_and_keeps_no_file()
    {
        using var tool = Tracee.StartTool("demo", "hog", "--serve");
        using var child = Child(tool);
        var run = ToolRun.Of("report", "-p", child.Id.ToString(CultureInfo.InvariantCulture), "--duration", "2s", "--fail-on", "warning");
        Assert.Equal(10, run.ExitCode);
        Assert.Contains("GMP201", run.Out, StringComparison.Ordinal);
        string file = run.Error.Split('\n').Single(line => line.StartsWith("Output File", StringComparison.Ordinal)).Split(": ")[1];
        Assert.False(File.Exists(file));
    }

    private static System.Diagnostics.Process Child(Tracee tool)
    {
        string? line = tool.Process.StandardOutput.ReadLine();
        Assert.StartsWith("pid ", line, StringComparison.Ordinal);
        return System.Diagnostics.Process.GetProcessById(int.Parse(line![4..], CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("""truth: hog "hog" spends its time in (?<method>[A-Za-z.]+), called at Program\.cs:(?<line>[0-9]+)""")]
    private static partial Regex CodeLine();

    [GeneratedRegex("""truth: hog "hog" slice (?<ms>[0-9.]+) ms at Program\.cs:(?<line>[0-9]+)""")]
    private static partial Regex TruthLine();
}
