using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Tracing;

namespace Gmp.Tracing.Tests;

/// <summary>What any listener of .NET sees. The listeners are of one process, so these run one after the other.</summary>
[Collection(nameof(ListenerTests))]
public class ListenerTests
{
    private sealed class Listener : EventListener
    {
        public ConcurrentQueue<EventWrittenEventArgs> Events { get; } = [];

        public IEnumerable<EventWrittenEventArgs> Named(string name) => Events.Where(e => e.EventName == name);

        protected override void OnEventWritten(EventWrittenEventArgs e)
        {
            if (e.EventSource.Name == GmpEventSource.ProviderName)
                Events.Enqueue(e);
        }
    }

    private static Listener Listen(EventKeywords keywords)
    {
        var listener = new Listener();
        listener.EnableEvents(GmpEventSource.Log, EventLevel.Informational, keywords);
        return listener;
    }

    [Fact]
    public void The_source_is_well_made()
    {
        Assert.Null(GmpEventSource.Log.ConstructionException);
        Assert.Equal("Gmp-Runtime", GmpEventSource.Log.Name);
        Assert.NotNull(EventSource.GenerateManifest(typeof(GmpEventSource), null, EventManifestOptions.Strict));
    }

    [Fact]
    public void Every_transition_reads_as_a_named_event_with_named_fields()
    {
        using var listener = Listen(GmpEventSource.Keywords.Transitions);
        foreach (var spec in EventTable.Specs)
        {
            long[] numbers = [.. Enumerable.Range(0, spec.NumberCount).Select(i => (long)((i + 1) * 1000) * (spec.Fields[i].Type == FieldType.Int ? -1 : 1))];
            GmpEventSource.Log.WriteTransition(spec.Kind, 7, -1, 123456789, numbers, "first", "second");
        }
        foreach (var spec in EventTable.Specs)
        {
            var e = listener.Named(spec.Name).Single();
            Assert.Equal(spec.EventId, e.EventId);
            Assert.Equal(["scheduler", "p", "time", .. spec.Fields.Select(f => f.Name)], e.PayloadNames!);
            Assert.Equal([7, -1, 123456789L], e.Payload!.Take(3));
            string[] texts = ["first", "second"];
            Assert.Equal([.. Enumerable.Range(0, spec.NumberCount).Select(i => (object)((long)((i + 1) * 1000) * (spec.Fields[i].Type == FieldType.Int ? -1 : 1))), .. texts.Take(spec.StringCount)],
                e.Payload!.Skip(3).Cast<object>());
        }
    }

    [Fact]
    public void The_typed_methods_write_the_same_event()
    {
        using var listener = Listen(GmpEventSource.Keywords.Transitions);
        GmpEventSource.Log.GoCreate(1, 2, 3, 4, 5, 6, 7, "名前");
        GmpEventSource.Log.Site(1, -1, 3, 4, 5, "/src/Program.cs", "Main");
        GmpEventSource.Log.GoStart(1, 2, 3, 4);
        Assert.Equal([1, 2, 3L, 4L, 5L, 6L, 7L, "名前"], listener.Named("GoCreate").Single().Payload!);
        Assert.Equal([1, -1, 3L, 4L, 5L, "/src/Program.cs", "Main"], listener.Named("Site").Single().Payload!);
        Assert.Equal([1, 2, 3L, 4L], listener.Named("GoStart").Single().Payload!);
    }

    [Fact]
    public void A_session_is_counted_and_greeted_and_its_forms_are_known_before_anyone_is_told()
    {
        int generation = GmpEventSource.Generation;
        var told = new List<(int Generation, GmpEventSource.Mode Modes)>();
        void Tell() => told.Add((GmpEventSource.Generation, GmpEventSource.Modes));
        GmpEventSource.SessionStarted += Tell;
        try
        {
            using (var listener = Listen(GmpEventSource.Keywords.Transitions))
            {
                Assert.Equal((generation + 1, GmpEventSource.Mode.Transitions), told.Single());
                var hello = listener.Named("Hello").Single().Payload!;
                Assert.Equal(EventTable.FormatVersion, hello[0]);
                Assert.Equal(Environment.ProcessId, hello[1]);
                Assert.InRange((long)hello[2]!, 1, Stopwatch.GetTimestamp());
                Assert.Equal(Stopwatch.Frequency, hello[3]);
                Assert.Equal(generation + 1, hello[4]);
                Assert.InRange(new DateTime((long)hello[5]!, DateTimeKind.Utc), DateTime.UtcNow.AddMinutes(-5), DateTime.UtcNow);
                Assert.StartsWith(".NET", (string)hello[6]!);
                Assert.Equal(EventTable.SchemaText, hello[7]);

                using var second = Listen(GmpEventSource.Keywords.Batches);
                Assert.Equal((generation + 2, GmpEventSource.Mode.Transitions | GmpEventSource.Mode.Batches), told[1]);
            }
            Assert.Equal(GmpEventSource.Mode.Off, GmpEventSource.Modes);
            Assert.Equal(2, told.Count);   // an end is no start
        }
        finally
        {
            GmpEventSource.SessionStarted -= Tell;
        }
    }

    [Fact]
    public void A_batch_arrives_as_bytes_that_decode()
    {
        using var listener = Listen(GmpEventSource.Keywords.Batches);
        var buffer = new BatchBuffer(GmpEventSource.Log, 9, 4);
        buffer.Put(EventKind.GoStart, 1000, 77);
        buffer.Flush();
        var e = listener.Named("Batch").Single(b => (int)b.Payload![0]! == 9);
        Assert.Equal(["scheduler", "stream", "generation", "sequence", "baseTime", "records"], e.PayloadNames!);
        Assert.Equal([9, 4, 0, 0, 0L], e.Payload!.Take(5));
        var records = new BatchDecoder((byte[])e.Payload![5]!, 0, BatchSchema.Current);
        Assert.True(records.MoveNext());
        Assert.Equal((EventKind.GoStart, 1000, 77), (records.Kind, records.Time, records.Number(0)));
    }

    [Fact]
    public void Each_session_gets_only_the_form_that_it_asked_for()
    {
        using var single = Listen(GmpEventSource.Keywords.Transitions);
        using var packed = Listen(GmpEventSource.Keywords.Batches);
        var buffer = new BatchBuffer(GmpEventSource.Log, 11, 0);
        buffer.Put(EventKind.GoStart, 1000, 1);
        buffer.Flush();
        GmpEventSource.Log.GoStart(11, 0, 1000, 1);
        Assert.DoesNotContain(single.Events, e => e.EventName == "Batch");
        Assert.DoesNotContain(packed.Events, e => e.EventName == "GoStart");
        Assert.Contains(single.Events, e => e.EventName == "GoStart" && (int)e.Payload![0]! == 11);
        Assert.Contains(packed.Events, e => e.EventName == "Batch" && (int)e.Payload![0]! == 11);
    }
}
