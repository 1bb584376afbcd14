using System.Diagnostics;
using System.Diagnostics.Tracing;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Reading.Nettrace;
using Gmp.Analysis.Tests.Crafting;
using Gmp.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;

namespace Gmp.Analysis.Tests.Reading;

/// <summary>
/// Our reader beside TraceEvent's on files that a real EventPipe session wrote: this process records itself while threads write as the
/// runtime does.
/// </summary>
public sealed class RealSessionTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"gmp-real-{Guid.NewGuid():N}.nettrace");

    public void Dispose() => File.Delete(_path);

    private sealed record Seen(string Provider, int Id, byte[] Payload);

    [Theory]
    [InlineData(GmpEventSource.Keywords.Batches)]
    [InlineData(GmpEventSource.Keywords.Transitions)]
    public void Every_event_is_the_same_as_TraceEvent_reads_it(EventKeywords keywords)
    {
        Record(keywords, threads: 4, transitions: 5_000);

        var theirs = new List<Seen>();
        long theirLost;
        using (var source = new EventPipeEventSource(_path))
        {
            source.Dynamic.All += e => theirs.Add(new Seen(e.ProviderName, (int)e.ID, e.EventData()));
            source.Process();
            theirLost = source.EventsLost;
        }
        var ours = new Collector();
        var reader = new NettraceReader(ours);
        byte[] bytes = File.ReadAllBytes(_path);
        bytes.CopyTo(reader.Space(bytes.Length));
        reader.Fill(bytes.Length);
        reader.Complete();

        Assert.True(reader.HasEnded);
        Assert.Equal(0, reader.DamagedBytes);
        Assert.Equal(theirLost, reader.EventsLost);
        // They put events in order of time and we leave them as they stand, so compare as sets with counts.
        Assert.True(theirs.Count > 10, $"only {theirs.Count} events were recorded");
        Assert.Equal(Counted(theirs), Counted(ours.Events));
    }

    [Theory]
    [InlineData(GmpEventSource.Keywords.Batches)]
    [InlineData(GmpEventSource.Keywords.Transitions)]
    public void Every_record_that_threads_wrote_arrives_once_and_in_order(EventKeywords keywords)
    {
        const int Threads = 4, Transitions = 20_000;
        Record(keywords, Threads, Transitions);
        var trace = TraceFile.Load(_path);
        Invariants.Check(trace);
        Assert.False(trace.Info.HasLosses);
        Assert.False(trace.Info.IsTruncated);
        Assert.True(trace.Info.HasHello, $"{trace.Info.Events} events, {trace.Info.UndefinedEvents} undefined, lost {trace.Info.EventsLost}, gen {trace.Info.Generations}");
        Assert.Equal(Environment.ProcessId, trace.Info.ProcessId);
        Assert.InRange(trace.Info.StartUtc!.Value, DateTime.UtcNow.AddMinutes(-10), DateTime.UtcNow);
        Assert.Equal(keywords == GmpEventSource.Keywords.Transitions, trace.Info.FromTransitions);
        Assert.Equal(Threads * Transitions, trace.Info.RecordsByKind[(int)EventKind.GoStart]);
        Assert.Equal(Threads * Transitions, trace.Info.RecordsByKind[(int)EventKind.GoStop]);
        Assert.Equal(0, trace.Info.RepairedRecords);
        Assert.Equal(Threads, trace.Model.Lanes.Count);
        foreach (var lane in trace.Model.Lanes)
        {
            // Thread t ran goroutine t+1 on Pt, so many times, each time for as long as it said.
            Assert.Equal(Transitions, lane.Spans.Count);
            Assert.All(lane.Spans, s => Assert.Equal(lane.Id + 1, trace.Model.Goroutines[s.Goroutine].Id));
        }
    }

    private void Record(EventKeywords keywords, int threads, int transitions)
    {
        var client = new DiagnosticsClient(Environment.ProcessId);
        var provider = new EventPipeProvider(GmpEventSource.ProviderName, EventLevel.Informational, (long)keywords);
        using var session = client.StartEventPipeSession(new EventPipeSessionConfiguration([provider], 256, requestRundown: false, requestStackwalk: false));
        var pump = new Thread(() =>
        {
            using var file = File.Create(_path);
            session.EventStream.CopyTo(file);
        });
        pump.Start();
        int generation = GmpEventSource.Generation;
        var buffers = Enumerable.Range(0, threads).Select(p => new BatchBuffer(GmpEventSource.Log, 1, p)).ToList();
        using var done = new CancellationTokenSource();
        var flusher = new Thread(() =>
        {
            while (!done.IsCancellationRequested)
            {
                foreach (var buffer in buffers)
                    buffer.Flush();
                Thread.Yield();
            }
        });
        var writers = buffers.Select((buffer, p) => new Thread(() => Write(keywords, buffer, p, transitions, generation))).ToList();
        writers.ForEach(w => w.Start());
        flusher.Start();
        writers.ForEach(w => w.Join());
        done.Cancel();
        flusher.Join();
        buffers.ForEach(b => b.Flush());
        session.Stop();
        pump.Join();
    }

    private static void Write(EventKeywords keywords, BatchBuffer buffer, int p, int transitions, int generation)
    {
        ulong g = (ulong)p + 1;
        buffer.BeginGeneration(generation, Stopwatch.GetTimestamp());
        for (int i = 0; i < transitions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            if (keywords == GmpEventSource.Keywords.Batches)
            {
                buffer.Put(EventKind.GoStart, start, g);
                buffer.Put(EventKind.GoStop, Stopwatch.GetTimestamp(), g, (ulong)StopReason.Yield, (ulong)RunQueueKind.Local);
            }
            else
            {
                GmpEventSource.Log.GoStart(1, p, start, (long)g);
                GmpEventSource.Log.GoStop(1, p, Stopwatch.GetTimestamp(), (long)g, (long)StopReason.Yield, (long)RunQueueKind.Local);
            }
        }
    }

    private static List<string> Counted(IEnumerable<Seen> events) =>
        [.. events.GroupBy(e => $"{e.Provider} {e.Id} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(e.Payload))}")
            .Select(g => $"{g.Key} x{g.Count()}").Order(StringComparer.Ordinal)];

    private sealed class Collector : INettraceSink
    {
        public List<Seen> Events { get; } = [];

        public void OnTrace(in NettraceHeader header)
        {
        }

        public void OnEvent(in NettraceEvent e, ReadOnlySpan<byte> payload) => Events.Add(new Seen(e.Type!.Provider, e.Type.Id, payload.ToArray()));

        public void OnSortedUpTo(long timestamp)
        {
        }
    }
}
