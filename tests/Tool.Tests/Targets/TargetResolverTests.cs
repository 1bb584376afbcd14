using Gmp.Tests.Harness;
using Gmp.Tool.Commands;
using Gmp.Tool.Targets;

namespace Gmp.Tests.Targets;

public class TargetResolverTests
{
    [Fact]
    public void Another_users_process_is_told_with_both_users()
    {
        var processes = new FakeProcessTable { Rows = [new(77, "secret", User: 1001)] };
        string sentence = ToolRun.With(new FakeStdio(), processes, "collect", "-p", "77").AssertFails(1);
        Assert.Equal(
            "[ERROR] Process 77 (secret) belongs to user 1001 and this tool runs as user 1000: run it as user 1001, or as root with the target's TMPDIR.",
            sentence);
    }

    [Fact]
    public void A_refused_connection_names_the_user_if_it_can()
    {
        var processes = new FakeProcessTable { Rows = [new(77, "secret", User: 1001)] };
        var target = new TargetProcess(77, "secret", "");
        Assert.Contains("belongs to user 1001", new TargetResolver(processes).AccessDenied(target, new UnauthorizedAccessException()).Message, StringComparison.Ordinal);
        var unknown = new FakeProcessTable { Rows = [new(77, "secret", User: null)] };
        Assert.Contains("refuses this user", new TargetResolver(unknown).AccessDenied(target, new UnauthorizedAccessException()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_port_of_a_dotnet_process_names_the_ways_to_open_it()
    {
        var processes = new FakeProcessTable { Rows = [new(77, "app", HasPort: false)] };
        var failure = new TargetResolver(processes).NoDiagnosticsPort(new TargetProcess(77, "app", ""), new IOException());
        Assert.Equal(1, failure.ExitCode);
        foreach (string part in (string[])["/tmp", "TMPDIR", "container", "DOTNET_EnableDiagnostics"])
            Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_several_processes_have_is_told_with_their_pids()
    {
        var processes = new FakeProcessTable { Rows = [new(5, "app"), new(6, "app"), new(7, "other")] };
        Assert.Contains("--process-id with one of 5, 6", ToolRun.With(new FakeStdio(), processes, "collect", "-n", "app").AssertFails(3), StringComparison.Ordinal);
        Assert.Equal(7, new TargetResolver(processes).Resolve(null, "other").Id);
    }

    [Fact]
    public void Root_may_record_anybody()
    {
        var processes = new FakeProcessTable { OwnUser = 0, Rows = [new(77, "app", User: 1001)] };
        Assert.Equal(77, new TargetResolver(processes).ById(77).Id);
    }

    [Fact]
    public void The_tool_does_not_record_itself() =>
        Assert.Equal(3, Assert.Throws<ToolFailure>(() => new TargetResolver(new ProcessTable()).ById(Environment.ProcessId)).ExitCode);

    [Theory]
    [InlineData("dotnet", "App", "dotnet", "/srv/App.dll", "--x")]
    [InlineData("dotnet", "App", "dotnet", "exec", "--depsfile", "x.json", "bin/App.dll", "other.dll")]
    [InlineData("dotnet", "dotnet", "dotnet", "build")]
    [InlineData("app", "app", "app", "x.dll")]
    public void A_program_is_called_by_its_assembly(string process, string name, params string[] arguments) =>
        Assert.Equal(name, ProcessTable.ProgramName(process, arguments));

    [Fact]
    public void Names_cannot_reach_the_terminal_unescaped()
    {
        var processes = new FakeProcessTable { Rows = [new(77, "evil\u001b]0;title\u0007", User: 1001)] };
        string sentence = ToolRun.With(new FakeStdio(), processes, "collect", "-p", "77").AssertFails(1);
        Assert.DoesNotContain('\u001b', sentence);
        Assert.Contains(@"evil\u{1B}]0;title\u{7}", sentence, StringComparison.Ordinal);
    }
}
