using System.Diagnostics.Tracing;
using Gmp.Tests.Harness;
using Gmp.Tool.Recording;

namespace Gmp.Tests.Recording;

public class ProviderSpecTests
{
    [Theory]
    [InlineData("A", "A:0xFFFFFFFFFFFFFFFF:Informational")]
    [InlineData("A:0x1", "A:0x0000000000000001:Informational")]
    [InlineData("A:1f", "A:0x000000000000001F:Informational")]
    [InlineData("A:FFFFFFFFFFFFFFFF", "A:0xFFFFFFFFFFFFFFFF:Informational")]
    [InlineData("A:0x1:5", "A:0x0000000000000001:Verbose")]
    [InlineData("A:0x1:99", "A:0x0000000000000001:Verbose")]
    [InlineData("A:0x1:warning", "A:0x0000000000000001:Warning")]
    [InlineData("A::verbose", "A:0xFFFFFFFFFFFFFFFF:Verbose")]
    [InlineData("A,B:2:1", "A:0xFFFFFFFFFFFFFFFF:Informational B:0x0000000000000002:Critical")]
    [InlineData("A:1:2,B,a:4:4", "A:0x0000000000000005:Informational B:0xFFFFFFFFFFFFFFFF:Informational")]
    [InlineData("A:1:LogAlways,A:1:Verbose", "A:0x0000000000000001:LogAlways")]
    public void Reads_what_dotnet_trace_reads(string text, string expected)
    {
        Assert.True(ProviderSpec.TryParseList(text, out var providers, out string problem), problem);
        Assert.Equal(expected, string.Join(' ', providers));
    }

    [Fact]
    public void Arguments_may_be_quoted()
    {
        Assert.True(ProviderSpec.TryParseList("""A:1:4:EventCounterIntervalSec=1;Filter="a,b;c=d:e",B""", out var providers, out _));
        Assert.Equal(["A", "B"], providers.Select(p => p.Name));
        Assert.Equal([new("EventCounterIntervalSec", "1"), new("Filter", "a,b;c=d:e")], providers[0].Arguments!);
        Assert.Equal(EventLevel.Informational, providers[0].ToEventPipe().EventLevel);
    }

    [Theory]
    [InlineData("")]
    [InlineData("A,,B")]
    [InlineData(":1")]
    [InlineData("A:xyz")]
    [InlineData("A:0x1ffffffffffffffff")]
    [InlineData("A:1:loud")]
    [InlineData("A:1:-1")]
    [InlineData("A:1:4:novalue")]
    [InlineData("A:1:4:a=1;a=2")]
    [InlineData("A:1:4:a=1,A:1:4:b=1")]
    [InlineData("Gmp-Runtime:0x1")]
    public void What_is_no_list_of_providers_is_one_sentence(string text)
    {
        Assert.False(ProviderSpec.TryParseList(text, out _, out string problem));
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
        _ = ToolRun.Of("collect", "-p", "1", "--providers", text).AssertFails(3);
    }

    [Fact]
    public void A_provider_of_ours_and_one_that_was_asked_for_are_one_entry()
    {
        var all = ProviderSpec.Merge([new("Ours", 1, EventLevel.Informational), new("Runtime", 1, EventLevel.Informational)], [new("runtime", 8, EventLevel.Verbose)]);
        Assert.Equal("Ours:0x0000000000000001:Informational Runtime:0x0000000000000009:Verbose", string.Join(' ', all));
    }
}
