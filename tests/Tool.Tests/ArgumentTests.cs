using Gmp.Tests.Harness;

namespace Gmp.Tests;

public class ArgumentTests
{
    [Theory]
    [InlineData("", "Required command was not provided")]
    [InlineData("bogus", "There is no verb 'bogus'")]
    [InlineData("ps --bogus", "'--bogus' is no option or argument of ps")]
    [InlineData("report --frob x", "'--frob' is no option or argument of report")]
    [InlineData("report x --frob", "'--frob' is no option or argument of report")]
    [InlineData("info --frob", "'--frob' is no option or argument of info")]
    [InlineData("attach", "'pid' missing")]
    [InlineData("attach abc", "'abc' is not a valid process ID")]
    [InlineData("attach 0", "'0' is not a valid process ID")]
    [InlineData("attach -5", "'-5'")]
    [InlineData("attach 99999999999", "'99999999999' is not a valid process ID")]
    [InlineData("attach 1 --at soon", "'soon' is not a duration")]
    [InlineData("collect", "Say which process")]
    [InlineData("collect -p 1 -n x", "not both")]
    [InlineData("collect -p x", "'x' is not a valid process ID")]
    [InlineData("collect -n no-such-program", "no active process with the given name: no-such-program")]
    [InlineData("collect -p 1 --duration 10", "'10' is not a duration")]
    [InlineData("collect -p 1 --duration", "--duration")]
    [InlineData("collect -p 1 --buffersize 0", "between 1 and 4095")]
    [InlineData("collect -p 1 --buffersize 4096", "between 1 and 4095")]
    [InlineData("collect -p 1 --buffersize many", "between 1 and 4095")]
    [InlineData("collect -p 1 --on GMP201", "--on goes with --keep")]
    [InlineData("collect -p 1 --keep 30s --after 1s", "--after goes with --on")]
    [InlineData("collect -p 1 --keep soon", "'soon' is not a duration")]
    [InlineData("attach 1 --keep 30s --on GMP202", "GMP202 cannot be judged while a process runs")]
    [InlineData("attach 1 --keep 30s --on wait>soon", "'soon' is not a time in 'wait>soon'")]
    [InlineData("attach 1 --keep 30s --on queue>-1", "'-1' is not a count")]
    [InlineData("attach 1 --keep 30s --on hunger>1", "'hunger>1' is no condition")]
    [InlineData("attach 1 --keep 30s --on wait", "'wait' is no condition")]
    [InlineData("attach 1 --keep 30s --on GMP201 --max-files 0", "--max-files is between 1 and 10000")]
    [InlineData("collect -p 1 --keep 30s --providers x", "--providers does not go with --keep")]
    [InlineData("collect --keep 30s -- ls", "--keep does not go with a command")]
    [InlineData("collect --", "no command after --")]
    [InlineData("collect -p 1 -- ls", "not both")]
    [InlineData("collect -p 1 --show-child-io", "--show-child-io goes with a program")]
    [InlineData("ps -- ls", "Only `collect`")]
    [InlineData("report", "either a trace file or a process")]
    [InlineData("report x.nettrace -p 1", "either a trace file or a process")]
    [InlineData("report x.nettrace --format pdf", "'pdf' is no value of --format")]
    [InlineData("report x.nettrace --fail-on ok", "--fail-on: 'ok' is neither a severity")]
    [InlineData("dump", "Say which process")]
    [InlineData("dump -p 1 -n x", "not both")]
    [InlineData("dump -p 1 --format pdf", "'pdf' is no value of --format")]
    [InlineData("info", "'file' missing")]
    [InlineData("view", "'file' missing")]
    [InlineData("demo plague", "There is no demo 'plague'")]
    [InlineData("demo hog --ps 0", "--ps is between 1 and 256")]
    [InlineData("demo hog --ps many", "--ps is between 1 and 256")]
    public void A_wrong_command_line_is_one_sentence_and_exit_code_3(string line, string part)
    {
        string sentence = ToolRun.Of(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).AssertFails(3);
        Assert.Contains(part, sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_verb_at_sign_is_no_response_file() =>
        Assert.Contains("There is no verb '@ps'", ToolRun.Of("@ps").AssertFails(3), StringComparison.Ordinal);

    [Theory]
    [InlineData("--help")]
    [InlineData("ps --help")]
    [InlineData("attach --help")]
    [InlineData("collect --help")]
    [InlineData("view --help")]
    [InlineData("report --help")]
    [InlineData("info --help")]
    [InlineData("dump --help")]
    [InlineData("demo --help")]
    public void Help_is_data_and_a_success(string line)
    {
        var run = ToolRun.Of(line.Split(' '));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Usage:", run.Out, StringComparison.Ordinal);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public void Demo_without_a_name_lists_the_scenarios()
    {
        var run = ToolRun.Of("demo");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("hog", run.Out, StringComparison.Ordinal);
        Assert.Contains("healthy", run.Out, StringComparison.Ordinal);
    }
}
