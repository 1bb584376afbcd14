using System.Globalization;
using System.Text.RegularExpressions;

namespace Gmp.Tests;

/// <summary>
/// Go's scheduling trap: as many endless loops as Ps. In Go before 1.14 the program of samples/Trap never ends. That it ends is the test; how late its timers
/// were is only bounded by what no machine is too busy for.
/// </summary>
public partial class TrapTests
{
    [Fact]
    public async Task A_timer_fires_and_the_program_ends_though_every_P_has_an_endless_loop()
    {
        var (code, output, error) = await ChildProgram.RunAsync("Trap.dll", ["--ps", "3"]);
        Assert.Empty(error);
        Assert.Equal(0, code);
        var truths = Truth().Matches(output);
        var told = truths.Select(t => t.Groups["loops"].Value + " " + t.Groups["ps"].Value).Distinct();
        Assert.Equal(["empty 1", "calling 1", "empty 2", "calling 2", "empty 3", "calling 3", "main 1", "forever 3"], told);
        Assert.All(truths, t => Assert.InRange(double.Parse(t.Groups["late"].Value, CultureInfo.InvariantCulture), 0, 20_000));
        Assert.Contains("\ntruth end rounds=14 ", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^truth trap loops=(?<loops>\w+) ps=(?<ps>\d+) timer_ms=\d+ late_ms=(?<late>[0-9.]+)", RegexOptions.Multiline)]
    private static partial Regex Truth();
}
