using System.Globalization;
using Gmp.Analysis.Questions;

namespace Gmp.Analysis.Tests.Questions;

/// <summary>GMP103.</summary>
public class SyscallTests
{
    private static readonly string[] s_start =
    [
        "0 - SchedulerStart procs=1 sliceNs=10ms", "0 - Site id=1 line=32 file=/src/Program.cs member=Main", "0 - Site id=2 line=40 file=/src/Program.cs member=Main", "0 P0 ProcStart m=0",
        "0 P0 GoCreate g=1 site=1 queue=Local name=loader", "0 P0 GoCreate g=2 site=2 queue=Local name=ticker",
    ];

    private static string Ms(double ms) => ms.ToString("0.###", CultureInfo.InvariantCulture) + "ms";

    private static Finding Ask(IEnumerable<string> lines) => Asked.Of(new SyscallQuestion(), [.. s_start, .. lines]);

    // Every 20 ms G1 sleeps in the kernel for 8 ms with its P, and G2, readied 1 ms after, waits for it.
    private static IEnumerable<string> Hidden(int count, double sleptNs = 4, double onCpuMs = 0, bool waits = true)
    {
        for (int i = 0; i < count; i++)
        {
            double at = 20 * i;
            if (i > 0)
            {
                yield return $"{Ms(at)} - GoUnblock g=1 queue=Global";
            }
            else
            {
                yield return "0ms P0 GoStart g=2";
                yield return "0ms P0 GoBlock g=2 reason=Sleep";
            }
            yield return $"{Ms(at)} P0 GoStart g=1";
            if (waits)
                yield return $"{Ms(at + 1)} - GoUnblock g=2 queue=Global";
            if (sleptNs > 0)
                yield return $"{Ms(at + 7)} - GoStall g=1 m=0 observedNs=5ms onCpuNs={Ms(onCpuMs)} sleptNs={Ms(sleptNs)}";
            yield return $"{Ms(at + 8)} P0 GoBlock g=1 reason=Sleep";
            if (waits)
            {
                yield return $"{Ms(at + 8)} P0 GoStart g=2";
                yield return $"{Ms(at + 8.1)} P0 GoBlock g=2 reason=Sleep";
            }
            // A slice on the same P that nobody saw sleep.
            yield return $"{Ms(at + 9)} - GoUnblock g=1 queue=Global";
            yield return $"{Ms(at + 9)} P0 GoStart g=1";
            yield return $"{Ms(at + 15)} P0 GoBlock g=1 reason=Sleep";
        }
    }

    [Fact]
    public void Calls_that_nobody_announced_are_counted_and_so_is_who_waited()
    {
        var finding = Ask(Hidden(50));
        Assert.Equal((Severity.Warning, Confidence.High), (finding.Severity, finding.Confidence));
        Assert.StartsWith("Calls that the scheduler was not told of: goroutines created at Program.cs:32 slept in 50 calls of 8 ms at the median and kept their P, for 400 ms in all", finding.Answer, StringComparison.Ordinal);
        Assert.EndsWith("1 goroutine could have run and waited meanwhile, 7 ms at worst.", finding.Answer, StringComparison.Ordinal);
        var victim = finding.Goroutines.Single(g => g.Role == "victim");
        Assert.Equal((50, 7_000_000L, 350_000_000L), (victim.Waits, victim.LongestWaitNs, victim.WaitNs));
        Assert.Contains("Blocking", finding.Fixes[0], StringComparison.Ordinal);
        Assert.Equal("Program.cs:32", finding.Source!.Short);
    }

    [Fact]
    public void Where_nobody_waits_it_is_only_told()
    {
        var finding = Ask(Hidden(50, waits: false));
        Assert.Equal(Severity.Info, finding.Severity);
        Assert.EndsWith("Nobody waited for it.", finding.Answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(50, 0, 0)]    // nobody saw it sleep
    [InlineData(50, 1, 0)]    // for less than a fifth of a slice: as .NET's allocator does
    [InlineData(50, 2, 3)]    // it was on a CPU for most of it
    [InlineData(2, 4, 0)]     // code that is loaded for the first time sleeps too
    public void Slices_that_may_have_other_reasons_are_not_accused(int count, double slept, double onCpu)
    {
        var finding = Ask([.. Hidden(count, slept, onCpu), "2s - Heartbeat"]);
        Assert.Equal(Severity.Ok, finding.Severity);
    }

    [Fact]
    public void Sleep_while_a_collection_stopped_everybody_is_not_the_callers()
    {
        var lines = Hidden(50).Concat(Enumerable.Range(0, 50).Select(i => $"{Ms((20 * i) + 7.5)} - GcPause collections=1 pauseNs=5ms windowNs=5ms"))
            .OrderBy(l => double.Parse(l.Split("ms")[0], CultureInfo.InvariantCulture));
        Assert.Equal(Severity.Ok, Ask(lines).Severity);
    }

    // Every 20 ms G1 makes an announced call of 19 ms; sysmon takes the P after a while, or it is given away at once.
    private static IEnumerable<string> Told(int count, double takenAfterMs, bool announced = false)
    {
        for (int i = 0; i < count; i++)
        {
            double at = 20 * i;
            yield return $"{Ms(at)} P0 GoStart g=1";
            yield return $"{Ms(at)} P0 GoSyscallBegin g=1";
            if (i > 0)
                yield return $"{Ms(at)} - GoUnblock g=2 queue=Global";
            if (!announced)
                yield return $"{Ms(at + takenAfterMs)} P0 ProcRetake m=0 g=1 reason=SyscallRetake";
            yield return $"{Ms(at + takenAfterMs)} P0 ProcHandoff fromM=0 toM=1 reason={(announced ? "BlockingCall" : "SyscallRetake")}";
            yield return $"{Ms(at + takenAfterMs)} P0 GoStart g=2";
            yield return $"{Ms(at + takenAfterMs + 0.1)} P0 GoBlock g=2 reason=Sleep";
            yield return $"{Ms(at + 19)} - GoSyscallEndBlocked g=1 m=0";
        }
    }

    [Fact]
    public void Announced_calls_that_are_always_long_are_told_to_use_Blocking()
    {
        Assert.Equal(Severity.Warning, Ask(Told(50, takenAfterMs: 4)).Severity);
        var slow = Ask(Told(50, takenAfterMs: 2));
        Assert.Equal(Severity.Info, slow.Severity);
        Assert.Contains("100 % of them lost their P", slow.Answer, StringComparison.Ordinal);
        Assert.Contains(slow.Evidence, e => e.StartsWith("The calls of goroutines created at Program.cs:32 take", StringComparison.Ordinal) && e.Contains("`Blocking`", StringComparison.Ordinal));
        var quick = Ask(Told(50, takenAfterMs: 0.05));
        Assert.Equal(Severity.Ok, quick.Severity);
        Assert.Contains(quick.Evidence, e => e.StartsWith("Of 50 announced calls 0 gave their P away at once (Blocking), from 50 sysmon took it", StringComparison.Ordinal));
        var blocking = Ask(Told(50, takenAfterMs: 0, announced: true));
        Assert.Equal(Severity.Ok, blocking.Severity);
        Assert.Contains(blocking.Evidence, e => e.StartsWith("Of 50 announced calls 50 gave their P away at once (Blocking)", StringComparison.Ordinal));
        Assert.DoesNotContain(blocking.Evidence, e => e.Contains("would give it away", StringComparison.Ordinal));
    }

    [Fact]
    public void How_late_sysmon_was_does_not_make_it_worse()
    {
        var late = Ask(Told(5, takenAfterMs: 18).Concat(["1s - Heartbeat"]));
        Assert.Equal(Severity.Ok, late.Severity);
    }

    [Fact]
    public void What_cannot_be_seen_is_said()
    {
        var finding = Ask(["1ms P0 GoStart g=1", "2ms P0 GoBlock g=1 reason=Sleep"]);
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.Contains("on Linux only", finding.Evidence.Single(), StringComparison.Ordinal);
    }
}
