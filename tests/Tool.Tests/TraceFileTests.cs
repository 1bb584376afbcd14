using Gmp.Tests.Harness;

namespace Gmp.Tests;

/// <summary>What the verbs that read a file do with files that are none, or damaged.</summary>
public class TraceFileTests
{
    [Theory]
    [InlineData("report")]
    [InlineData("info")]
    [InlineData("view")]
    public void A_file_that_cannot_be_read_is_one_sentence_and_exit_code_2(string verb)
    {
        using var folder = new TempFolder();
        string missing = folder.File("missing.nettrace"), empty = folder.File("empty.nettrace"), garbage = folder.File("garbage.nettrace");
        File.WriteAllBytes(empty, []);
        File.WriteAllText(garbage, "This is not a trace. " + new string('x', 5000));
        foreach (string path in (string[])[missing, empty, garbage, folder.Path])
            Assert.Contains(Path.GetFileName(path), ToolRun.Of(verb, path).AssertFails(2), StringComparison.Ordinal);
    }

    [Fact]
    public void A_real_recording_is_reported_viewed_and_described()
    {
        using var folder = new TempFolder();
        string path = Record(folder);

        var text = ToolRun.Of("report", path);
        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.Contains("GMP201", text.Out, StringComparison.Ordinal);
        Assert.Contains("G7 \"checksum\"", text.Out.Split('\n')[1], StringComparison.Ordinal);
        Assert.Contains("Checksum.cs:42", text.Out.Split('\n')[1], StringComparison.Ordinal);

        var info = ToolRun.Of("info", path);
        Assert.Equal((0, ""), (info.ExitCode, info.Error));
        Assert.Contains("complete", info.Out, StringComparison.Ordinal);
        Assert.Contains("Lost           : none lost", info.Out, StringComparison.Ordinal);
        Assert.Contains("1 P, slice 10.0 ms", info.Out, StringComparison.Ordinal);

        Assert.Contains("needs a terminal", ToolRun.Of("view", path).AssertFails(4), StringComparison.Ordinal);

        Assert.Equal(10, ToolRun.Of("report", path, "--fail-on", "info").ExitCode);
        Assert.Equal(10, ToolRun.Of("report", path, "--fail-on", "warning").ExitCode);
    }

    [Fact]
    public void Cut_anywhere_a_recording_is_read_as_far_as_it_goes_or_refused_in_a_sentence()
    {
        using var folder = new TempFolder();
        byte[] bytes = File.ReadAllBytes(Record(folder));
        string cut = folder.File("cut.nettrace");
        for (int length = 0; length < bytes.Length; length += length < 1000 ? 1 : 61)
        {
            File.WriteAllBytes(cut, bytes[..length]);
            foreach (string verb in (string[])["report", "info"])
            {
                var run = ToolRun.Of(verb, cut);
                if (run.ExitCode != 0)
                    run.AssertFails(2);
                else
                    Assert.Contains("truncated", run.Out, StringComparison.Ordinal);
            }
        }
    }

    private static string Record(TempFolder folder)
    {
        string path = folder.File("real.nettrace");
        using var target = Tracee.Start("Scripted");
        var run = ToolRun.Of("collect", "-p", target.IdText, "-o", path, "--duration", "700ms");
        Assert.True(run.ExitCode == 0, run.Error);
        return path;
    }
}
