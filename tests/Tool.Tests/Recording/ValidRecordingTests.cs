using System.Diagnostics;
using System.Text.Json;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Validation;
using Gmp.Tests.Harness;
using Gmp.Tool.Demo;

namespace Gmp.Tests.Recording;

/// <summary>
/// What the runtime writes breaks no rule, whatever the program does: a violation is a bug of its tracing, or of the validator.
/// </summary>
public class ValidRecordingTests
{
    [Theory]
    [InlineData("samples/Hog/Hog", "--ps", "1", "--seconds", "1.5")]
    [InlineData("samples/Healthy/Healthy", "--ps", "2", "--seconds", "1.5")]
    [InlineData("samples/Trap/Trap")]
    [InlineData("tests/Tracees/Corners/Corners", "2", "gmp")]
    [InlineData("tests/Tracees/Corners/Corners", "2", "gm")]
    [InlineData("tests/Stress/GmpTrace.Stress", "--seconds", "2", "--seed", "4711")]
    public void A_recording_from_the_first_event_on_breaks_no_rule(string program, params string[] args)
    {
        using var folder = new TempFolder();
        string path = folder.File("whole.nettrace");
        ToolRun.Of(["collect", "-o", path, "--duration", "60s", "--", DotnetHost.Find(), Repository.Program(program), .. args]);
        var trace = AssertValid(path);
        Assert.True(trace.Info.Records > 300, $"only {trace.Info.Records} records");
        Assert.Equal(0, trace.Info.RepairedRecords);
    }

    [Fact]
    public async Task A_recording_that_starts_late_and_beside_others_breaks_no_rule()
    {
        using var folder = new TempFolder();
        using var target = Tracee.Start(new ProcessStartInfo(DotnetHost.Find(), [Repository.Program("samples/Healthy/Healthy"), "--ps", "2", "--seconds", "60"]));
        Assert.Equal($"pid {target.IdText}", await target.Process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        // Several generations in each file, and sessions that end while others go on.
        var runs = Enumerable.Range(0, 3).Select(i => Task.Run(() =>
        {
            Thread.Sleep(i * 150);
            string path = folder.File($"{i}.nettrace");
            var run = ToolRun.Of("collect", "-p", target.IdText, "-o", path, "--duration", $"{1000 - (i * 200)}ms");
            Assert.True(run.ExitCode == 0, run.Error);
            return path;
        })).ToArray();
        foreach (string path in await Task.WhenAll(runs))
            AssertValid(path);
    }

    [Fact]
    public void Info_validates_on_request_and_its_exit_code_tells()
    {
        using var folder = new TempFolder();
        string path = folder.File("whole.nettrace"), cut = folder.File("damaged.nettrace");
        ToolRun.Of("collect", "-o", path, "--", DotnetHost.Find(), Repository.Program("samples/Trap/Trap"));
        Assert.DoesNotContain("Validation", ToolRun.Of("info", path).Out, StringComparison.Ordinal);
        var valid = ToolRun.Of("info", path, "--validate");
        Assert.Equal((0, ""), (valid.ExitCode, valid.Error));
        Assert.Contains("records checked, no rule is broken", valid.Out, StringComparison.Ordinal);

        // Pieces out of the recording, before its last block: without a part of that it is one that was cut off, which breaks nothing. Each breaks something;
        // those that hold a part of a batch, which not each does, leave a gap or bytes that make no sense.
        byte[] bytes = File.ReadAllBytes(path);
        string all = "";
        for (int eighth = 1; eighth <= 5; eighth++)
        {
            int at = bytes.Length * eighth / 8;
            File.WriteAllBytes(cut, [.. bytes[..at], .. bytes[(at + 700)..]]);
            var broken = ToolRun.Of("info", cut, "--validate");
            Assert.Equal((11, ""), (broken.ExitCode, broken.Error));
            all += broken.Out;
        }
        Assert.Matches(@"Broken         : (sequence|bytes) \(.*\): \d+ times?\n", all);
        Assert.Equal(0, ToolRun.Of("info", cut).ExitCode);

        using var json = JsonDocument.Parse(ToolRun.Of("info", cut, "--validate", "--format", "json").Out);
        var validation = json.RootElement.GetProperty("validation");
        Assert.True(validation.GetProperty("violations").GetInt64() > 0);
        Assert.Equal(validation.GetProperty("violations").GetInt64(), validation.GetProperty("brokenRules").EnumerateArray().Sum(r => r.GetProperty("count").GetInt64()));
        Assert.NotEqual("", validation.GetProperty("first")[0].GetProperty("text").GetString());
    }

    private static LoadedTrace AssertValid(string path)
    {
        var validator = new TraceValidator();
        var trace = TraceFile.Load(path, validator);
        var result = validator.Result;
        if (result.Count > 0)
        {
            // The next run may not have it: the file is worth keeping.
            string kept = Path.Combine(Path.GetTempPath(), $"gmp-violation-{Guid.NewGuid():N}.nettrace");
            File.Copy(path, kept);
            Assert.Fail($"{kept}:\n{string.Join('\n', result.Violations.Take(10).Select(v => $"{v.Rule.Id}: {v.TimeNs / 1e6} ms, scheduler {v.Scheduler}, P{v.Stream}: {v.Record}: {v.Text}"))}");
        }
        return trace;
    }
}
