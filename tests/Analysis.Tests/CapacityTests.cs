using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Simulation;
using Gmp.Analysis.Tests.Crafting;

namespace Gmp.Analysis.Tests;

/// <summary>GMP304 and GMP305, which replay a trace's work, and GMP401 and GMP402, which rest on what is recorded of memory.</summary>
public class CapacityTests
{
    private static readonly string[] s_two = ["0 - SchedulerStart procs=2 sliceNs=10ms", "0 P0 ProcStatus status=Running m=1", "0 P1 ProcStatus status=Running m=2"];

    // Two Ps that are always at work: each runs a goroutine for 1 ms and then the next.
    private static List<string> Full(int rounds, int ps = 2)
    {
        var records = new List<string> { $"0 - SchedulerStart procs={ps} sliceNs=10ms" };
        for (int p = 0; p < ps; p++)
            records.Add($"0 P{p} ProcStatus status=Running m={p + 1}");
        for (int i = 0; i < rounds; i++)
        {
            for (int p = 0; p < ps; p++)
            {
                int g = (i * ps) + p + 10;
                records.AddRange([$"{i}ms P{p} GoCreate g={g} queue=Local", $"{i}.01ms P{p} GoStart g={g}", $"{i + 1}ms P{p} GoDestroy g={g}"]);
            }
        }
        return records;
    }

    [Fact]
    public void One_locked_queue_is_replayed_beside_the_Ps()
    {
        var finding = SchedulingTests.Ask("GMP304", [.. Full(200)]);
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.StartsWith("100 % of the decisions which goroutine runs next needed no lock.", finding.Answer, StringComparison.Ordinal);
        var rows = finding.Tables[0].Rows;
        Assert.Equal(2, rows.Count);
        Assert.InRange(rows[0][1].Number!.Value, 190e6, 220e6);
        Assert.Contains(finding.Evidence, e => e.StartsWith("The replay has all 400 runs of the trace. It assumes that each takes as long as it did", StringComparison.Ordinal));
        Assert.Equal(Severity.NotApplicable, SchedulingTests.Ask("GMP304", [.. Full(10)]).Severity);
    }

    [Theory]
    [InlineData(8, 2, "3s", Severity.Warning)]   // eight Ps on two CPUs, and their threads wait
    [InlineData(8, 2, "1ms", Severity.Ok)]       // they do not
    [InlineData(2, 2, "3s", Severity.Ok)]        // the host's doing
    [InlineData(8, 0, "3s", Severity.Ok)]        // not known
    public void More_Ps_than_CPUs_are_too_many_where_their_threads_wait(int ps, int cpus, string queue, Severity severity)
    {
        List<string> records =
        [
            .. Full(200, ps), $"host cpus={cpus} machine={cpus}",
            "fact 0ms busyNs=0 idleNs=0 cpuNs=0 machineCpuNs=0 machineQueueNs=0", $"fact 200ms busyNs=400ms idleNs=0 cpuNs=400ms machineCpuNs=400ms machineQueueNs={queue}",
        ];
        var finding = SchedulingTests.Ask("GMP305", [.. records]);
        Assert.Equal(severity, finding.Severity);
        if (severity == Severity.Warning)
        {
            Assert.StartsWith("No, it has 8 Ps and CPUs for 2: on average 7.", finding.Answer, StringComparison.Ordinal);
            Assert.Contains("Set SchedulerOptions.Processors to 2", finding.Fixes[0], StringComparison.Ordinal);
        }
        Assert.Contains(finding.Tables.Single().Rows, r => r[0].Number == 1);
    }

    [Fact]
    public void Too_few_Ps_are_told_by_the_replay()
    {
        // All 400 are there from the beginning: four CPUs would do them in half of the time.
        List<string> records = [.. s_two];
        for (int i = 0; i < 400; i++)
            records.Add($"0 P{i % 2} GoCreate g={10 + i} queue=Local");
        for (int i = 0; i < 400; i++)
            records.AddRange([$"{i / 2}.01ms P{i % 2} GoStart g={10 + i}", $"{(i / 2) + 1}ms P{i % 2} GoDestroy g={10 + i}"]);
        records.AddRange(["host cpus=4 machine=4", "fact 0ms busyNs=0 idleNs=0", "fact 200ms busyNs=400ms idleNs=400ms"]);
        var finding = SchedulingTests.Ask("GMP305", [.. records]);
        Assert.Equal(Severity.Info, finding.Severity);
        Assert.StartsWith("There could be more: with 4 Ps instead of 2", finding.Answer, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Crowd(int goroutines, int bytesEach, string pause)
    {
        yield return "0 - SchedulerStart procs=1 sliceNs=10ms";
        yield return "0 P0 GoCreate g=1 queue=RunNext";
        yield return "0 P0 GoStart g=1";
        int made = 0;
        for (int i = 1; i <= 10; i++)
        {
            for (; made < goroutines * i / 10; made++)
                yield return $"{i * 10}ms P0 GoCreate g={made + 2} parent=1 queue=Local";
            yield return $"{i * 10}ms - GcPause collections=1 generation=1 pauseNs={pause} windowNs=2ms heapBytes={1_000_000 + ((long)made * bytesEach)}";
            yield return $"{i * 10}ms - Heartbeat goroutines={made + 1}";
        }
        yield return "110ms P0 GoDestroy g=1";
    }

    [Theory]
    [InlineData(20_000, "2ms", Severity.Warning)]
    [InlineData(2_000, "2ms", Severity.Info)]       // the collector burdens it, and not for goroutines
    [InlineData(20_000, "100us", Severity.Ok)]
    public void Pauses_against_goroutines_alive(int goroutines, string pause, Severity severity)
    {
        var finding = SchedulingTests.Ask("GMP402", [.. Crowd(goroutines, 900, pause)]);
        Assert.Equal(severity, finding.Severity);
        Assert.Contains("10 pauses of the garbage collector", finding.Answer, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"At most {goroutines + 1:#,0} goroutines were alive."), finding.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_collections_nobody_was_stopped() =>
        Assert.StartsWith("No: no collection stopped anybody", SchedulingTests.Ask("GMP402", [.. Full(10)]).Answer, StringComparison.Ordinal);

    [Fact]
    public void What_a_goroutine_takes_is_how_the_heap_grew_with_their_number()
    {
        var finding = SchedulingTests.Ask("GMP401", [.. Crowd(20_000, 900, "1ms")]);
        Assert.Equal(Severity.Ok, finding.Severity);
        Assert.Contains("each takes 900 B of the heap", finding.Answer, StringComparison.Ordinal);
        Assert.Equal(900, finding.Tables.Single().Rows[0][2].Number!.Value, 1.0);
        Assert.Contains("this trace cannot tell", SchedulingTests.Ask("GMP401", [.. Full(10)]).Answer, StringComparison.Ordinal);
    }
}
