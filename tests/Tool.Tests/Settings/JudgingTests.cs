using System.Text.Json;
using Gmp.Tests.Harness;
using Gmp.Tool.Commands;

namespace Gmp.Tests.Settings;

/// <summary>What <c>report</c> makes of --fail-on, --threshold and --config.</summary>
public class JudgingTests
{
    [Theory]
    [InlineData("GMP001", 10)]           // a short trace: info
    [InlineData("GMP001=info", 10)]
    [InlineData("GMP001=warning", 0)]
    [InlineData("critical,GMP001=info", 10)]
    [InlineData("critical", 0)]
    public void The_exit_code_is_that_of_the_conditions(string failOn, int expected) => Assert.Equal(expected, Report("--fail-on", failOn).ExitCode);

    [Theory]
    [InlineData("--fail-on", "severe", "'severe' is neither a severity")]
    [InlineData("--fail-on", "GMP999", "there is no finding GMP999")]
    [InlineData("--threshold", "GMP001.short=1", "'GMP001.short' is no threshold")]
    [InlineData("--threshold", "GMP001.shortMs", "is no threshold with a number")]
    [InlineData("--threshold", "GMP001.shortMs=fast", "takes a number from 0 on")]
    public void What_makes_no_sense_is_refused(string option, string value, string expected) =>
        Assert.Contains(expected, Report(option, value).AssertFails(ExitCode.ArgumentError), StringComparison.Ordinal);

    [Fact]
    public void A_threshold_of_an_option_goes_before_that_of_the_file()
    {
        using var folder = new TempFolder();
        string config = folder.File("x.json");
        File.WriteAllText(config, """{ "thresholds": { "GMP001.shortMs": 0 } }""");
        Assert.Equal("info", SeverityOf(Report("--format", "json"), "GMP001"));
        Assert.Equal("ok", SeverityOf(Report("--format", "json", "--config", config), "GMP001"));
        Assert.Equal("info", SeverityOf(Report("--format", "json", "--config", config, "--threshold", "GMP001.shortMs=70"), "GMP001"));
    }

    [Fact]
    public void What_the_settings_ignore_is_told_and_fails_nothing()
    {
        using var folder = new TempFolder();
        string config = folder.File("x.json");
        File.WriteAllText(config, """{ "failOn": "info", "ignore": [ { "id": "GMP001", "reason": "short on purpose" } ] }""");
        var run = Report("--config", config);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("GMP001", run.Out, StringComparison.Ordinal);
        Assert.Contains("Settings       : " + config, run.Error, StringComparison.Ordinal);
        // Another finding is not covered.
        File.WriteAllText(config, """{ "failOn": "info", "ignore": [ { "id": "GMP201", "reason": "computes" } ] }""");
        Assert.Equal(10, Report("--config", config).ExitCode);
    }

    private static string? SeverityOf(ToolRun run, string id)
    {
        using var report = JsonDocument.Parse(run.Out);
        return report.RootElement.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("id").GetString() == id).GetProperty("severity").GetString();
    }

    private static ToolRun Report(params string[] options)
    {
        using var folder = new TempFolder();
        string path = folder.File("short.nettrace");
        File.WriteAllBytes(path, CraftedTrace.Bytes(
        [
            "0 - SchedulerStart procs=1 sliceNs=10ms", "0 P0 ProcStart m=1", "0 P0 GoCreate g=7 queue=RunNext", "0 P0 GoStart g=7", "60ms P0 GoBlock g=7 reason=Sleep",
        ]));
        return ToolRun.Of(["report", path, .. options]);
    }
}
