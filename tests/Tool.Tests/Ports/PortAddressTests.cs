using Gmp.Tests.Harness;
using Gmp.Tool.Ports;

namespace Gmp.Tests.Ports;

public class PortAddressTests
{
    [Theory]
    [InlineData("/run/app", "/run/app", false, true, "/run/app")]
    [InlineData("/run/app,listen", "/run/app", false, true, "/run/app")]
    [InlineData("/run/app,connect", "/run/app", true, true, "/run/app")]
    [InlineData("/run/app,suspend", "/run/app", false, true, "/run/app")]
    [InlineData("/run/app,nosuspend", "/run/app", false, false, "/run/app,nosuspend")]
    [InlineData("/run/app,Connect,NoSuspend", "/run/app", true, false, "/run/app,nosuspend")]
    public void Says_who_listens_and_who_waits(string text, string address, bool connects, bool suspends, string forProgram)
    {
        var port = PortAddress.Parse(text, out _)!;
        Assert.Equal((address, connects, suspends, forProgram), (port.Address, port.Connects, port.Suspends, port.ForProgram));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",connect")]
    [InlineData("/run/app,sleep")]
    public void What_is_no_port_is_one_sentence(string text)
    {
        Assert.Null(PortAddress.Parse(text, out string problem));
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
        _ = ToolRun.Of("collect", "--diagnostic-port", text).AssertFails(3);
    }

    [Theory]
    [InlineData("collect --diagnostic-port /x -p 1")]
    [InlineData("collect --diagnostic-port /x -n a")]
    [InlineData("collect --diagnostic-port /x -- true")]
    [InlineData("collect -p 1 -n a")]
    [InlineData("collect -p 1 -- true")]
    [InlineData("collect")]
    public void Exactly_one_target_is_named(string line) => ToolRun.Of(line.Split(' ')).AssertFails(3);
}
