using System.Diagnostics.Tracing;
using Gmp.Analysis.Reading.Nettrace;
using Gmp.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;

namespace Gmp.Analysis.Tests.Reading;

/// <summary>
/// Event for event, our reader finds what TraceEvent finds in the same file: provider, id, thread, time, payload, in each thread's order; and as many lost.
/// This process records itself.
/// </summary>
public sealed class BesideTraceEventTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"gmp-beside-{Guid.NewGuid():N}.nettrace");

    public void Dispose() => File.Delete(_path);

    private sealed record Seen(string Provider, int Id, long Thread, double Ms, string Payload);

    [Fact]
    public void With_other_providers_with_stacks_and_beside_sessions_that_want_other_forms()
    {
        var client = new DiagnosticsClient(Environment.ProcessId);
        var ours = new EventPipeProvider(GmpEventSource.ProviderName, EventLevel.Informational, (long)(GmpEventSource.Keywords.Batches | GmpEventSource.Keywords.Transitions));
        // Garbage collections and loader events: other payloads, other threads.
        var runtime = new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, 0x9);
        using var other = client.StartEventPipeSession(new EventPipeSessionConfiguration(
            [new EventPipeProvider(GmpEventSource.ProviderName, EventLevel.Informational, (long)GmpEventSource.Keywords.Transitions)], 64, requestRundown: false, requestStackwalk: false));
        var drained = new Thread(() => other.EventStream.CopyTo(Stream.Null));
        drained.Start();
        Record([ours, runtime], megabytes: 64, stacks: true, delayReading: false, () =>
        {
            Write(threads: 3, events: 2_000);
            GC.Collect();
            Write(threads: 2, events: 100);
        });
        other.Stop();
        drained.Join();

        var (mine, lost) = Compare();
        Assert.Equal(0, lost);
        Assert.Contains(mine, e => e.Provider == "Microsoft-Windows-DotNETRuntime");
        Assert.Equal((3 * 2_000) + (2 * 100), mine.Count(e => e.Provider == GmpEventSource.ProviderName && e.Id == GmpEventSource.FirstTransitionId + (int)EventKind.GoStart));
        Assert.True(mine.Select(e => e.Thread).Distinct().Count() >= 5);
    }

    [Fact]
    public void The_same_number_is_lost_where_the_target_dropped_events()
    {
        var provider = new EventPipeProvider(GmpEventSource.ProviderName, EventLevel.Informational, (long)GmpEventSource.Keywords.Transitions);
        // 1 MB holds a few thousand events, and nobody reads until all are written.
        Record([provider], megabytes: 1, stacks: false, delayReading: true, () => Write(threads: 3, events: 30_000));
        var (mine, lost) = Compare();
        Assert.True(lost > 1000, $"{lost} events lost");
        // Every one was either seen or counted, but for those of a thread that wrote nothing after it lost some.
        Assert.InRange(mine.Count(e => e.Id == GmpEventSource.FirstTransitionId + (int)EventKind.GoStart) + lost, 30_000, (3 * 30_000) + 1000);
    }

    // Our list, after it was found to be theirs.
    private (List<Seen> Events, long Lost) Compare()
    {
        var (theirs, theirLost) = ReadWithTraceEvent();
        var sink = new Collector();
        var reader = new NettraceReader(sink);
        byte[] bytes = File.ReadAllBytes(_path);
        bytes.CopyTo(reader.Space(bytes.Length));
        reader.Fill(bytes.Length);
        reader.Complete();
        Assert.True(reader is { HasEnded: true, DamagedBytes: 0 });
        Assert.Equal(theirLost, reader.EventsLost);
        Assert.Equal(theirs.Count, sink.Events.Count);
        var theirThreads = theirs.ToLookup(e => e.Thread);
        foreach (var thread in sink.Events.GroupBy(e => e.Thread))
        {
            foreach (var (mine, their) in thread.Zip(theirThreads[thread.Key], (a, b) => (a, b)))
            {
                // A double of ms is exact to some ns in a session of seconds.
                Assert.Equal(their with { Ms = 0 }, mine with { Ms = 0 });
                Assert.Equal(their.Ms, mine.Ms, 1e-4);
            }
            Assert.Equal(theirThreads[thread.Key].Count(), thread.Count());
        }
        return (sink.Events, reader.EventsLost);
    }

    private (List<Seen> Events, long Lost) ReadWithTraceEvent()
    {
        var events = new List<Seen>();
        using var source = new EventPipeEventSource(_path);
        // Without this it does not learn the names of providers.
        source.Dynamic.All += _ => { };
        source.AllEvents += e => events.Add(new Seen(e.ProviderName, (int)e.ID, e.ThreadID, e.TimeStampRelativeMSec, Convert.ToHexString(e.EventData())));
        source.Process();
        return (events, source.EventsLost);
    }

    private void Record(List<EventPipeProvider> providers, int megabytes, bool stacks, bool delayReading, Action work)
    {
        var client = new DiagnosticsClient(Environment.ProcessId);
        using var session = client.StartEventPipeSession(new EventPipeSessionConfiguration(providers, megabytes, requestRundown: false, requestStackwalk: stacks));
        using var mayRead = new ManualResetEventSlim(!delayReading);
        var pump = new Thread(() =>
        {
            mayRead.Wait();
            using var file = File.Create(_path);
            session.EventStream.CopyTo(file);
        });
        pump.Start();
        work();
        mayRead.Set();
        session.Stop();
        pump.Join();
    }

    private static void Write(int threads, int events)
    {
        int generation = GmpEventSource.Generation;
        var writers = Enumerable.Range(0, threads).Select(p => new Thread(() =>
        {
            var buffer = new BatchBuffer(GmpEventSource.Log, 1, p);
            buffer.BeginGeneration(generation, System.Diagnostics.Stopwatch.GetTimestamp());
            for (int i = 0; i < events; i++)
            {
                long now = System.Diagnostics.Stopwatch.GetTimestamp();
                buffer.Put(EventKind.GoStart, now, (ulong)p + 1);
                GmpEventSource.Log.GoStart(1, p, now, p + 1);
            }
            buffer.Flush();
        })).ToList();
        writers.ForEach(w => w.Start());
        writers.ForEach(w => w.Join());
    }

    private sealed class Collector : INettraceSink
    {
        private NettraceHeader _header;

        public List<Seen> Events { get; } = [];

        public void OnTrace(in NettraceHeader header) => _header = header;

        public void OnEvent(in NettraceEvent e, ReadOnlySpan<byte> payload) => Events.Add(new Seen(
            e.Type!.Provider, e.Type.Id, e.Thread, (e.Timestamp - _header.QpcStart) * 1000.0 / _header.QpcFrequency, Convert.ToHexString(payload)));

        public void OnSortedUpTo(long timestamp)
        {
        }
    }
}
