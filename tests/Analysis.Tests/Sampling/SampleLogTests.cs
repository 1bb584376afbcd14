using Gmp.Analysis.Reading;
using Gmp.Analysis.Sampling;
using Gmp.Analysis.Tests.Crafting;
using Gmp.Analysis.Tests.Reading;
using Microsoft.Diagnostics.Tracing;

namespace Gmp.Analysis.Tests.Sampling;

/// <summary>From a session of the sample profiler to samples in a trace file, and back.</summary>
public class SampleLogTests
{
    private const long Thread = 501, OtherThread = 502;

    // In a place of the first piece of code, then of the second: same method, other maps; with the framework below.
    private static readonly (long, long, ulong[])[] s_samples =
    [
        (10, Thread, [CraftedSession.Code + 4, CraftedSession.Framework + 8]),
        (20, Thread, [CraftedSession.Loop + 0x90, CraftedSession.Framework + 8]),
        (21, OtherThread, [CraftedSession.Loop + 0x90, CraftedSession.Framework + 8]),
        (30, Thread, [CraftedSession.Framework + 4, CraftedSession.Loop + 0x81]),
        (31, OtherThread, [CraftedSession.Framework + 4]),
        (40, Thread, [0xDEAD, CraftedSession.Loop + 0x80]),
    ];

    [Fact]
    public void Addresses_become_methods_and_lines_in_the_file()
    {
        var samples = Load(LineTests.SymbolsId()).Model.Samples;
        Assert.Equal(10_000_000, samples.ThresholdNs);
        Assert.Equal((4, 1), (samples.Count, samples.Threads));
        Assert.Equal((10L, 40L, 0L), Assert.Single(samples.Periods) is var period ? (period.Start, period.End, period.Lost) : default);

        var stacks = samples.Of(Thread, 0, 100).Select(s => samples.FramesOf(s).ToArray()).ToArray();
        Assert.Equal(["LineTests.Computes", "Thread.StartCallback"], stacks[0].Select(f => f.Name));
        Assert.InRange(stacks[0][0].Line, LineTests.ComputesLine - 1, LineTests.ComputesLine);
        Assert.EndsWith("LineTests.cs", stacks[0][0].File, StringComparison.Ordinal);
        Assert.Equal("GmpTrace.Analysis.Tests", stacks[0][0].Module);
        // The map of the piece of code that the address lies in: the other would say the first line again.
        Assert.InRange(stacks[1][0].Line, LineTests.ComputesLine + 3, LineTests.ComputesLine + 4);
        // The return address 0x81 stands behind the call at 0x80; 0x80 as a return address stands behind one before it.
        Assert.Equal(stacks[1][0].Line, stacks[2][1].Line);
        Assert.Equal(stacks[0][0].Line, stacks[3][1].Line);
        Assert.Equal(("code without a name", false), (stacks[3][0].Name, stacks[3][0].IsUser));
    }

    [Fact]
    public void Symbols_of_another_build_leave_the_method_alone()
    {
        var samples = Load(Guid.NewGuid()).Model.Samples;
        var frame = samples.FramesOf(samples.Of(Thread, 0, 100)[0]).First();
        Assert.Equal(("LineTests.Computes", 0, ""), (frame.Name, frame.Line, frame.Place));
    }

    [Fact]
    public void Only_samples_of_wanted_threads_with_code_of_the_user_s_are_kept_and_none_twice()
    {
        using var log = new SampleLog(path => [path]);
        var session = CraftedSession.Of(LineTests.Assembly, LineTests.SymbolsId(), s_samples);
        Assert.Equal((6, 0), (session.Count, session.Lost));
        Assert.Equal(2, session.CountOf(Thread, Recorder.Start + 10, Recorder.Start + 29));
        Assert.Equal(5, log.Add(session, 0, 1, _ => true));
        // A second session that overlaps the first.
        Assert.Equal(1, log.Add(CraftedSession.Of(LineTests.Assembly, Guid.Empty, [.. s_samples, (50, Thread, [CraftedSession.Code])]), 0, 1, _ => true));
        Assert.Equal((6, 2), (log.Count, log.Periods));
    }

    [Fact]
    public void TraceEvent_reads_the_file_and_its_fields()
    {
        byte[] bytes = Write(LineTests.SymbolsId());
        var events = new List<(string Name, string[] Fields)>();
        using var source = new EventPipeEventSource(new MemoryStream(bytes));
        long batches = 0;
        source.Dynamic.All += e =>
        {
            batches += e.ProviderName == Tracing.GmpEventSource.ProviderName ? 1 : 0;
            if (e.ProviderName == SampleEvents.ProviderName)
                events.Add((e.EventName, [.. e.PayloadNames.Select(n => $"{n}={e.PayloadByName(n)}")]));
        };
        source.Process();
        Assert.Equal(0, source.EventsLost);
        Assert.InRange(batches, 2, long.MaxValue);
        Assert.Equal(["version=1", "thresholdNs=10000000", "problem="], events.Single(e => e.Name == "Settings").Fields);
        Assert.Contains(events, e => e.Name == "Frame" && e.Fields.Contains("method=Computes") && e.Fields.Contains("module=GmpTrace.Analysis.Tests"));
        Assert.Equal(4, events.Count(e => e.Name == "Sample"));
        Assert.Contains($"thread={Thread}", events.First(e => e.Name == "Sample").Fields);
    }

    [Fact]
    public void What_the_target_wrote_reads_the_same_with_samples_in_the_file()
    {
        string plain = Portrait.Of(TraceFile.Load(new MemoryStream(Samples.Busy().ToArray())));
        var trace = Load(LineTests.SymbolsId());
        Assert.Equal(plain, Portrait.Of(trace));
        Assert.False(trace.Info.HasLosses);
        Assert.DoesNotContain(SampleEvents.ProviderName, trace.Info.OtherProviders.Keys);
    }

    [Fact]
    public void Damaged_samples_cost_no_more_than_themselves()
    {
        byte[] whole = Write(LineTests.SymbolsId());
        int from = Samples.Busy().ToArray().Length - 1;
        var random = new Random(20262);
        for (int round = 0; round < 2000; round++)
        {
            byte[] damaged = [.. whole];
            for (int i = 0; i < 3; i++)
                damaged[random.Next(from, damaged.Length)] = (byte)random.Next(256);
            var trace = TraceFile.Load(new MemoryStream(damaged, 0, random.Next(from, damaged.Length + 1)));
            Invariants.Check(trace);
            foreach (int stack in trace.Model.Samples.Of(Thread, long.MinValue, long.MaxValue))
                Assert.InRange(trace.Model.Samples.FramesOf(stack).Count(), 1, 10);
        }
    }

    private static LoadedTrace Load(Guid symbols) => TraceFile.Load(new MemoryStream(Write(symbols)));

    private static byte[] Write(Guid symbols)
    {
        byte[] target = Samples.Busy().ToArray();
        var session = CraftedSession.Of(LineTests.Assembly, symbols, s_samples);
        using var log = new SampleLog(path => ["/no/such/file.dll", path]);
        log.Add(session, session.FirstTicks, session.LastTicks, thread => thread == Thread);
        var file = new MemoryStream();
        file.Write(target.AsSpan(0, target.Length - 1));
        log.WriteTo(file, Recorder.Start + 1_000_000_000, 10_000_000, "");
        file.WriteByte(1);
        // The first record of the crafted trace is at its start, so that times count from there.
        return file.ToArray();
    }
}
