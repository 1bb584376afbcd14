using Gmp.Tests.Harness;

namespace Gmp.Tests.Reporting;

/// <summary>Where a report goes, and which form it has there.</summary>
public class ReportOutputTests
{
    [Theory]
    [InlineData("x.html", "<!doctype html>")]
    [InlineData("x.HTM", "<!doctype html>")]
    [InlineData("x.md", "## Scheduler report")]
    [InlineData("x.json", "{\n")]
    [InlineData("x.txt", "")]
    [InlineData("x", "")]
    public void The_name_of_the_file_chooses_the_form(string name, string start)
    {
        using var folder = new TempFolder();
        string trace = Trace(folder);
        foreach (string option in (string[])["-o", "--report-output"])
        {
            string file = folder.File(option.Trim('-') + name);
            var run = ToolRun.Of("report", trace, option, file);
            Assert.Equal((0, "", ""), (run.ExitCode, run.Out, run.Error));
            Assert.StartsWith(start.Length == 0 ? trace + ": " : start, File.ReadAllText(file), StringComparison.Ordinal);
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
        Assert.Empty(Directory.GetFiles(folder.Path, "*.part"));
    }

    [Fact]
    public void The_option_is_stronger_than_the_name()
    {
        using var folder = new TempFolder();
        string file = folder.File("x.html");
        Assert.Equal(0, ToolRun.Of("report", Trace(folder), "-o", file, "--format", "json").ExitCode);
        Assert.StartsWith("{", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_exists_is_not_replaced_without_force()
    {
        using var folder = new TempFolder();
        string trace = Trace(folder), before = Convert.ToHexString(File.ReadAllBytes(trace));
        Assert.Contains("--force", ToolRun.Of("report", trace, "-o", trace).AssertFails(3), StringComparison.Ordinal);
        Assert.Equal(before, Convert.ToHexString(File.ReadAllBytes(trace)));
        string file = folder.File("x.md");
        File.WriteAllText(file, "mine");
        ToolRun.Of("report", trace, "--report-output", file).AssertFails(3);
        Assert.Equal("mine", File.ReadAllText(file));
        Assert.Equal(0, ToolRun.Of("report", trace, "--report-output", file, "--force").ExitCode);
        Assert.NotEqual("mine", File.ReadAllText(file));
    }

    [Fact]
    public void What_makes_no_sense_is_said()
    {
        using var folder = new TempFolder();
        string trace = Trace(folder);
        ToolRun.Of("report", trace, "-o", folder.File("a.md"), "--report-output", folder.File("b.md")).AssertFails(3);
        ToolRun.Of("report", trace, "--brief", "--full").AssertFails(3);
        ToolRun.Of("report", trace, "--color", "blue").AssertFails(3);
        ToolRun.Of("report", trace, "--format", "pdf").AssertFails(3);
        // With a process, --output is the trace: a page of that name would be a surprise.
        Assert.Contains("--report-output", ToolRun.Of("report", "-p", "1", "-o", folder.File("x.html")).AssertFails(3), StringComparison.Ordinal);
        Assert.Contains("Cannot write", ToolRun.Of("report", trace, "-o", folder.File("missing/x.html")).AssertFails(2), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("always", false, true)]
    [InlineData("never", true, false)]
    [InlineData("auto", true, true)]
    [InlineData("auto", false, false)]
    public void Colours_are_chosen(string choice, bool isTerminal, bool isColoured)
    {
        using var folder = new TempFolder();
        var run = ToolRun.With(new FakeStdio { OutIsTerminal = isTerminal, UseColor = isTerminal, Width = 80 }, "report", Trace(folder), "--color", choice);
        Assert.Equal(isColoured, run.Out.Contains('\u001b', StringComparison.Ordinal));
    }

    private static string Trace(TempFolder folder)
    {
        string path = folder.File("trace.nettrace");
        File.WriteAllBytes(path, CraftedTrace.Bytes(CraftedTrace.Lines("hog")));
        return path;
    }
}
