using Gmp.Tests.Harness;
using Gmp.Tool.Commands;
using Gmp.Tool.Recording;
using Gmp.Tool.Targets;

namespace Gmp.Tests.Recording;

public class OutputFileTests
{
    private static readonly DateTime s_now = new(2025, 1, 31, 23, 5, 9);

    [Theory]
    [InlineData("App", "App_20250131_230509.nettrace")]
    [InlineData("My.App-2", "My.App-2_20250131_230509.nettrace")]
    [InlineData("../../etc/passwd", "_.._etc_passwd_20250131_230509.nettrace")]
    [InlineData("-rf", "rf_20250131_230509.nettrace")]
    [InlineData("a b\n\u001b", "a_b___20250131_230509.nettrace")]
    [InlineData("", "Process42_20250131_230509.nettrace")]
    public void The_default_name_is_the_program_and_the_time_and_stays_in_the_folder(string program, string name) =>
        Assert.Equal(name, OutputFile.DefaultName(new TargetProcess(42, program, ""), s_now));

    [Fact]
    public void A_recording_is_not_overwritten_unless_asked()
    {
        using var folder = new TempFolder();
        string path = folder.File("kept.nettrace");
        File.WriteAllText(path, "a recording");
        var failure = Assert.Throws<ToolFailure>(() => OutputFile.Create(path, overwrite: false, new(1, "x", "")));
        Assert.Equal(3, failure.ExitCode);
        Assert.Contains("--force", failure.Message, StringComparison.Ordinal);
        Assert.Equal("a recording", File.ReadAllText(path));
        OutputFile.Create(path, overwrite: true, new(1, "x", "")).Dispose();
        Assert.Equal(0, new FileInfo(path).Length);
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_one_sentence()
    {
        using var folder = new TempFolder();
        var failure = Assert.Throws<ToolFailure>(() => OutputFile.Create(folder.File("no/such/x.nettrace"), overwrite: false, new(1, "x", "")));
        Assert.Equal(2, failure.ExitCode);
        Assert.Contains("Cannot create", failure.Message, StringComparison.Ordinal);
    }
}
