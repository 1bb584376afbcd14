using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Tests.Crafting;
using Gmp.Tracing;

namespace Gmp.Analysis.Tests.Reading;

/// <summary>What a file says of itself, older and newer writers, other versions and other providers.</summary>
public class ContentTests
{
    private static LoadedTrace Load(byte[] bytes) => TraceFile.Load(new MemoryStream(bytes));

    [Fact]
    public void Says_when_where_and_how_much()
    {
        byte[] bytes = Samples.Busy().ToArray();
        var info = Load(bytes).Info;
        Assert.Equal(bytes.Length, info.Bytes);
        Assert.Equal(4, info.FormatVersion);
        Assert.Equal(4242, info.ProcessId);
        Assert.Equal(".NET 10.0.0", info.Runtime);
        Assert.Equal(new DateTime(2026, 1, 4, 12, 30, 15, DateTimeKind.Utc), info.StartUtc);
        Assert.Equal(1_000_000_000, info.ClockFrequency);
        Assert.True(info is { HasHello: true, HasGoroutineProvider: true, IsComplete: true, IsTruncated: false, HasLosses: false, IsSchemaAssumed: false });
        Assert.Equal(2, info.OtherProviders["Microsoft-Windows-DotNETRuntime"]);
        Assert.Equal("main", info.Schedulers.Single().Name);
        Assert.Equal(2, info.Schedulers.Single().Procs);
        Assert.Equal(40, info.RecordsByKind[(int)EventKind.GoDestroy]);
    }

    [Fact]
    public void Pauses_of_the_garbage_collector_are_counted_and_disturb_no_lane()
    {
        string[] lines =
        [
            "0ms - SchedulerStart procs=1 sliceNs=10000000 name=main", "0ms P0 ProcStatus status=Running m=0", "1ms - GoCreate g=7 queue=Global",
            // Shorter than a slice: of a longer one GMP201 would tell that a part of it was the pause.
            "2ms P0 GoStart g=7", "11ms P0 GoDestroy g=7", "13ms P0 ProcStop m=0", "20ms - SchedulerStop",
        ];
        var without = Load(TextTrace.Record(lines).ToArray());
        var with = Load(TextTrace.Record([.. lines[..4],
            "5ms - GcPause collections=1 generation=2 pauseNs=900000 windowNs=2000000 heapBytes=123456 background=0", .. lines[4..]]).ToArray());
        Assert.Equal(1, with.Info.RecordsByKind[(int)EventKind.GcPause]);
        Assert.Equal(0, with.Info.UnknownRecords);
        Assert.Equal(0, with.Info.RepairedRecords);
        Assert.Equal(without.Info.Records + 1, with.Info.Records);
        Assert.Equal(Portrait.Of(without).Replace("7 records", "8 records", StringComparison.Ordinal), Portrait.Of(with));
    }

    [Fact]
    public void Dropped_events_are_counted_per_thread_and_by_sequence_points()
    {
        var recorder = new Recorder();
        recorder.Put(0, 1000, EventKind.GoStart, 1);
        recorder.Flush(0);
        recorder.Writer.Drop(10, 5);
        recorder.Put(0, 2000, EventKind.GoBlock, 1, 5, 0);
        recorder.Flush(0);
        recorder.Writer.Drop(1, 3);
        recorder.Writer.SequencePoint(Recorder.Start + 3000);
        Assert.Equal(8, Load(recorder.ToArray()).Info.EventsLost);
    }

    [Fact]
    public void A_trace_without_goroutine_events_says_so()
    {
        var writer = new NettraceWriter();
        writer.Event("Microsoft-Windows-DotNETRuntime", 1, 1, 100, true, [1]);
        writer.Event("Other", GmpEventSource.BatchId, 1, 200, true, new byte[64]);
        var trace = Load(writer.ToArray());
        Assert.False(trace.Info.HasGoroutineProvider);
        Assert.Equal(0, trace.Info.Records);
        Assert.Equal(2, trace.Info.Events);
        var findings = Analyzer.Run(trace).Findings;
        Assert.Equal(Severity.Critical, findings[0].Severity);
        Assert.Equal(Severity.NotApplicable, findings[1].Severity);
    }

    [Fact]
    public void Without_an_introduction_the_current_table_and_the_header_clock_are_used()
    {
        var recorder = new Recorder(hello: false);
        recorder.Put(0, 1000, EventKind.GoStart, 1);
        recorder.Put(0, 3000, EventKind.GoDestroy, 1);
        var trace = Load(recorder.ToArray());
        Assert.False(trace.Info.HasHello);
        Assert.Equal(2, trace.Info.Records);
        Assert.Equal(2000, trace.Info.DurationNs);
        Assert.Equal(4242, trace.Info.ProcessId);
        Assert.Contains("introduction is missing", Analyzer.Run(trace).Findings[0].Answer);
    }

    [Fact]
    public void An_introduction_with_a_damaged_table_is_used_without_it()
    {
        var recorder = new Recorder(schema: "11 GoStart g:q\n");
        recorder.Put(0, 1000, EventKind.GoStart, 1);
        var trace = Load(recorder.ToArray());
        Assert.True(trace.Info is { HasHello: true, IsSchemaAssumed: true, Records: 1 });
    }

    [Fact]
    public void A_newer_target_has_kinds_and_fields_that_are_skipped()
    {
        string schema = EventTable.SchemaText.Replace("11 GoStart g:u", "11 GoStart g:u mood:u", StringComparison.Ordinal) + "200 GoDream g:u what:s\n";
        var recorder = new Recorder(schema: schema);
        byte[] records = [(byte)EventKind.GoStart, 100, 7, 9, 200, 5, 7, 2, (byte)'h', (byte)'i', (byte)EventKind.GoDestroy, 100, 7];
        recorder.Writer.Event(GmpEventSource.ProviderName, GmpEventSource.BatchId, 10, Recorder.Start + 500, true,
            Recorder.Payload(new(1, 0, 1, 0, Recorder.Start), records));
        var trace = Load(recorder.ToArray());
        Assert.Equal(3, trace.Info.Records);
        Assert.Equal(1, trace.Info.UnknownRecords);
        Assert.Equal(0, trace.Info.CorruptBatches);
        Assert.Equal(105, trace.Model.Goroutines.Single().RunningTime);
        Assert.Contains("does not know", Analyzer.Run(trace).Findings[0].Evidence.Aggregate((a, b) => a + b));
    }

    [Fact]
    public void A_batch_format_from_the_future_is_refused_with_what_to_do()
    {
        var e = Assert.Throws<TraceFormatException>(() => Load(new Recorder(formatVersion: EventTable.FormatVersion + 1).ToArray()));
        Assert.Equal(TraceFault.UnsupportedVersion, e.Fault);
        Assert.Contains("update the tool", e.Message);
    }

    [Fact]
    public void If_a_session_asked_for_both_forms_only_batches_are_read()
    {
        var recorder = new Recorder();
        recorder.Put(0, 1000, EventKind.GoStart, 1);
        var twice = new Recorder(recorder.Writer, hello: false) { AsTransitions = true };
        twice.Put(0, 1000, EventKind.GoStart, 1);
        recorder.Put(0, 2000, EventKind.GoDestroy, 1);
        twice.Put(0, 2000, EventKind.GoDestroy, 1);
        var trace = Load(recorder.ToArray());
        Assert.False(trace.Info.FromTransitions);
        Assert.Equal(2, trace.Info.Records);
        Assert.Equal(0, trace.Info.RepairedRecords);
    }

    [Theory]
    [InlineData(10_000_000, 100)]
    [InlineData(1_000_000_000, 1)]
    [InlineData(24_000_000, 1_000.0 / 24)]
    public void Ticks_become_ns(long frequency, double nsPerTick)
    {
        var clock = new Gmp.Analysis.Reading.Ordering.TraceClock { Frequency = frequency, Origin = 1_000_000_000_000 };
        Assert.Equal((long)(nsPerTick * 123_456), clock.SinceStart(1_000_000_123_456));
        Assert.Equal((long)(nsPerTick * 24_000_000) * 3600 * 24, clock.ToNs(24_000_000L * 3600 * 24));
        Assert.Equal(0, clock.SinceStart(5));
    }

    [Fact]
    public void Version_5_is_read_like_version_4()
    {
        Assert.Equal(Load(Samples.Busy().ToArray()).Info.Records, Load(Samples.Busy(writer: new NettraceWriter(version: 5)).ToArray()).Info.Records);
    }

    [Fact]
    public void Version_6_is_read_through_TraceEvent_and_gives_the_same()
    {
        byte[] four = Samples.Busy().ToArray();
        byte[] six = NettraceV6.From(four);
        var trace = Load(six);
        Assert.Equal(6, trace.Info.FormatVersion);
        Assert.True(trace.Info is { IsTruncated: false, HasHello: true, IsComplete: true });
        Assert.Equal(Portrait.Of(Load(four)), Portrait.Of(trace));
        Assert.Equal(trace.Info.Bytes, six.Length);

        // Cut, what was whole is read, and it is said.
        var cut = Load(six[..^40]);
        Assert.True(cut.Info.IsTruncated);
        Assert.InRange(cut.Info.Records, 1, trace.Info.Records - 1);
        var e = Assert.Throws<TraceFormatException>(() => Load(six[..30]));
        Assert.Equal(TraceFault.UnsupportedVersion, e.Fault);
        Assert.EndsWith(".", e.Message);
    }

    [Fact]
    public void A_version_that_nobody_knows_is_refused_in_a_sentence()
    {
        byte[] bytes = [.. "Nettrace"u8, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        var e = Assert.Throws<TraceFormatException>(() => Load(bytes));
        Assert.Equal(TraceFault.UnsupportedVersion, e.Fault);
        Assert.Contains("version 9", e.Message);
    }

    public static TheoryData<string, byte[]> Others => new()
    {
        { "gunzip", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2] },
        { "unzip", [.. "PK\u0003\u0004"u8, .. new byte[60]] },
        { "speedscope file", [.. "{\"exporter\": \"speedscope@1.3.2\", \"$schema\": \"https://www.speedscope.app/file-format-schema.json\"}"u8] },
        { "Perfetto", [.. "  {\"displayTimeUnit\":\"ns\",\"traceEvents\":[]}"u8] },
        { "JSON file", [.. "[1, 2]"u8] },
        { "perhaps an .etl", [0, 0, 1, 0, 0, 0, 1, 0, .. new byte[300]] },
        { "execution trace of Go", [.. "go 1.23 trace\0\0\0"u8] },
        { "a program", [0x7F, .. "ELF"u8, .. new byte[60]] },
        { "This is not a .nettrace file: record", [.. "hello"u8] },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void A_file_of_another_kind_is_named_and_refused_in_a_sentence(string says, byte[] bytes)
    {
        var e = Assert.Throws<TraceFormatException>(() => Load(bytes));
        Assert.Equal(TraceFault.NotATrace, e.Fault);
        Assert.Contains(says, e.Message);
        Assert.EndsWith("record one with 'dotnet gmp-trace collect'.", e.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    public void Versions_of_nettrace_that_are_older_or_newer_are_named(int version)
    {
        // Up to 5 the version stands in the first object, from 6 on behind the magic.
        byte[] bytes = version < 6 ? Samples.Busy(writer: new NettraceWriter(version)).ToArray()
            : [.. "Nettrace"u8, 0, 0, 0, 0, (byte)version, 0, 0, 0, 0, 0, 0, 0, .. new byte[40]];
        var e = Assert.Throws<TraceFormatException>(() => Load(bytes));
        Assert.Equal(TraceFault.UnsupportedVersion, e.Fault);
        Assert.Contains($"version {version} of the nettrace format", e.Message);
        Assert.EndsWith(".", e.Message);
        Assert.Contains(version < 4 ? "record it anew" : "update the tool", e.Message);
    }

    [Fact]
    public void Files_that_cannot_be_opened_say_why()
    {
        string folder = Directory.CreateTempSubdirectory("gmp-analysis-").FullName;
        try
        {
            Assert.Equal(TraceFault.Missing, Assert.Throws<TraceFormatException>(() => TraceFile.Load(Path.Combine(folder, "none.nettrace"))).Fault);
            Assert.Equal(TraceFault.Missing, Assert.Throws<TraceFormatException>(() => new TraceFollower(Path.Combine(folder, "no", "none.nettrace"))).Fault);
            Assert.Equal(TraceFault.Unreadable, Assert.Throws<TraceFormatException>(() => TraceFile.Load(folder)).Fault);
            string empty = Path.Combine(folder, "empty.nettrace");
            File.WriteAllBytes(empty, []);
            Assert.Equal(TraceFault.Empty, Assert.Throws<TraceFormatException>(() => TraceFile.Load(empty)).Fault);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
