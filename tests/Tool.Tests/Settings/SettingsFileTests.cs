using System.Text;
using Gmp.Analysis.Questions;
using Gmp.Tests.Harness;
using Gmp.Tool.Commands;
using Gmp.Tool.Settings;

namespace Gmp.Tests.Settings;

/// <summary>gmp-trace.json: what it may say, and what is wrong told with its line.</summary>
public class SettingsFileTests
{
    [Fact]
    public void A_file_says_all_that_it_may_say()
    {
        var settings = Parse("""
            {
              // comments are allowed
              "$schema": "whatever",
              "language": "zh-CN",
              "failOn": [ "critical", "GMP201=warning", "GMP001" ],
              "thresholds": { "GMP001.shortMs": 50, "GMP001.graveLossPercent": 2.5 },
              "ignore": [ { "id": "GMP201", "reason": "the nightly job computes", "at": "Batch.cs:42" } ],
            }
            """);
        Assert.Equal("zh-CN", settings.Language);
        Assert.Equal([new FailCondition(null, Severity.Critical), new("GMP201", Severity.Warning), new("GMP001", Severity.Info)], settings.FailOn);
        Assert.Equal([("GMP001.graveLossPercent", 2.5), ("GMP001.shortMs", 50.0)], settings.Thresholds.Select(t => (t.Key, t.Value)).Order());
        Assert.Equal([new IgnoreRule("GMP201", "the nightly job computes", "Batch.cs:42")], settings.Ignored);
    }

    [Theory]
    [InlineData("{ }", null)]
    [InlineData("{ \"failOn\": \"warning\" }", "Warning")]
    public void What_it_does_not_say_is_left_open(string json, string? failOn) =>
        Assert.Equal(failOn, Parse(json).FailOn?.Single().Limit.ToString());

    [Theory]
    [InlineData("{\n\n \"treshold\": 1 }", "x.json:3: 'treshold' is no setting")]
    [InlineData("{\n \"thresholds\": {\n \"GMP001.short\": 1 } }", "x.json:3: 'GMP001.short' is no threshold: GMP001 has GMP001.shortMs, GMP001.graveLossPercent")]
    [InlineData("{ \"thresholds\": { \"GMP999.x\": 1 } }", "x.json:1: 'GMP999.x' is no threshold: `dotnet gmp-trace explain --thresholds` lists them")]
    [InlineData("{ \"thresholds\": {\n \"GMP001.shortMs\": \"50\" } }", "x.json:2: GMP001.shortMs takes a number")]
    [InlineData("{ \"thresholds\": {\n \"GMP001.shortMs\": -1 } }", "x.json:2: GMP001.shortMs takes a number from 0 on")]
    [InlineData("{ \"failOn\": [\n \"warning\",\n \"severe\" ] }", "x.json:3: 'severe' is neither a severity")]
    [InlineData("{ \"failOn\": [ \"GMP999\" ] }", "x.json:1: there is no finding GMP999")]
    [InlineData("{ \"failOn\": [ \"GMP201=bad\" ] }", "x.json:1: 'bad' is no severity")]
    [InlineData("{ \"failOn\": 3 }", "x.json:1: failOn takes a list")]
    [InlineData("{ \"ignore\": [\n { \"id\": \"GMP201\" } ] }", "x.json:2: what is ignored needs an id and a reason")]
    [InlineData("{ \"ignore\": [\n { \"id\": \"GMP201\", \"reason\": \" \" } ] }", "x.json:2: what is ignored needs an id and a reason")]
    [InlineData("{ \"ignore\": [\n\n { \"id\": \"GMP2O1\", \"reason\": \"x\" } ] }", "x.json:3: there is no finding GMP2O1")]
    [InlineData("{ \"ignore\": [ { \"because\": 1 } ] }", "x.json:1: 'because' is nothing that ignore knows")]
    [InlineData("[]", "x.json:1: a settings file is one object")]
    [InlineData("{\n \"language\": }", "x.json:2: this is no JSON")]
    [InlineData("{\n", "x.json:2: this is no JSON")]
    [InlineData("", "x.json:1: this is no JSON")]
    [InlineData("{ } { }", "x.json:1: this is no JSON")]
    public void What_is_wrong_is_told_with_its_line(string json, string expected)
    {
        var failure = Assert.Throws<ToolFailure>(() => Parse(json));
        Assert.StartsWith(expected, failure.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.ArgumentError, failure.ExitCode);
    }

    [Fact]
    public void The_nearest_file_above_is_found()
    {
        using var folder = new TempFolder();
        string deep = Directory.CreateDirectory(folder.File(Path.Combine("a", "b"))).FullName;
        File.WriteAllText(folder.File(SettingsFile.Name), "{}");
        Assert.Equal(folder.File(SettingsFile.Name), SettingsFile.Search(deep));
        File.WriteAllText(folder.File(Path.Combine("a", SettingsFile.Name)), "{}");
        Assert.Equal(folder.File(Path.Combine("a", SettingsFile.Name)), SettingsFile.Search(deep));
    }

    [Theory]
    [InlineData("GMP201", "Batch.cs:42", true)]
    [InlineData("GMP201", "Batch.cs", true)]
    [InlineData("GMP201", null, true)]
    [InlineData("GMP201", "Batch.cs:4", false)]
    [InlineData("GMP202", "Batch.cs:42", false)]
    public void What_is_ignored_is_this_finding_at_this_place(string id, string? at, bool expected)
    {
        var finding = new Finding { Id = "GMP201", Severity = Severity.Critical, Question = "", Answer = "", Source = new("/src/Batch.cs", 42, "Main") };
        Assert.Equal(expected, new IgnoreRule(id, "known", at).Covers(finding));
        Assert.Equal(at is null && expected, new IgnoreRule(id, "known", at).Covers(finding with { Source = null }));
    }

    private static ReportSettings Parse(string json) => SettingsFile.Parse("x.json", Encoding.UTF8.GetBytes(json));
}
