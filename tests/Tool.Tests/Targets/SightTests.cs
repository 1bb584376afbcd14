using Gmp.Tool.Ports;
using Gmp.Tool.Targets;

namespace Gmp.Tests.Targets;

/// <summary>Why a process cannot be recorded, from the facts about it.</summary>
public class SightTests
{
    private const int Own = 1000;

    private static readonly ProcessFacts s_fine = new(new TargetProcess(77, "app", "app"))
    {
        User = Own,
        IsDotnet = true,
        RunsGoroutines = true,
        ServesPort = true,
        Port = PortAnswer.Answers,
        Runtime = "10.0.1",
        TempFolder = "/tmp",
    };

    [Fact]
    public void Nothing_is_said_of_a_process_that_can_be_recorded()
    {
        Assert.Equal(new Sight("yes", true), Sight.Of(s_fine, Own, "/tmp"));
        Assert.Equal(new Sight("yes", true), Sight.Of(s_fine with { Port = PortAnswer.NotAsked, IsDotnet = null }, null, "/tmp"));
        Assert.Equal(new Sight("yes", true), Sight.Of(s_fine with { User = 1 }, 0, "/tmp"));
    }

    [Fact]
    public void Each_reason_has_its_own_words_and_a_remedy()
    {
        var closed = s_fine with { Port = PortAnswer.None };
        var off = closed with { ServesPort = false };
        (string State, ProcessFacts Facts, string Reason, string Remedy)[] cases =
        [
            ("other user", s_fine with { User = 7 }, "belongs to user 7", "as that user or as root"),
            ("stopped", s_fine with { IsStopped = true }, "is stopped", "kill -CONT 77"),
            ("suspended", s_fine with { IsSuspended = true }, "is suspended at its start", "collect -p 77"),
            ("suspended", s_fine with { IsSuspended = true, WaitsFor = "/tmp/port" }, "until a tool answers at /tmp/port", "--diagnostic-port /tmp/port"),
            ("too old", s_fine with { Port = PortAnswer.TooOld }, "older than .NET 6", ".NET 10"),
            ("refused", s_fine with { Port = PortAnswer.Denied }, "refuses this user", "root"),
            ("silent", s_fine with { Port = PortAnswer.Silent }, "did not answer", "attach 77"),
            ("dead port", s_fine with { Port = PortAnswer.Dead, PortPath = "/tmp/s" }, "nobody listens (/tmp/s)", "earlier process"),
            ("switched off", off with { SwitchedOffBy = "DOTNET_EnableDiagnostics=0" }, "switched off by DOTNET_EnableDiagnostics=0", "Start it without that"),
            ("switched off", off with { HasCoreClr = true }, "diagnostics switched off", "runtimeconfig.json"),
            ("native AOT", off with { HasCoreClr = false }, "compiled ahead of time", "<EventSourceSupport>true"),
            ("container", closed with { HasOtherFiles = true }, "in another container", "in the target's container"),
            ("no port", closed, "in /tmp any more", "cleaner of temporary files"),
            ("no port", closed with { TempFolder = null }, "no diagnostics port in /tmp", "TMPDIR as the target has it"),
            ("not .NET", closed with { IsDotnet = false, ServesPort = false }, "is not a .NET process", "Only .NET programs"),
        ];
        foreach (var (state, facts, reason, remedy) in cases)
        {
            var sight = Sight.Of(facts, Own, "/tmp");
            Assert.Equal(state, sight.State);
            Assert.Contains(reason, sight.Reason, StringComparison.Ordinal);
            Assert.Contains(remedy, sight.Remedy, StringComparison.Ordinal);
            Assert.Equal(state == "suspended" && facts.WaitsFor is null, sight.CanRecord);
        }
    }
}
