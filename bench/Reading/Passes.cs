using Gmp.Analysis.Model;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Reading.Nettrace;
using Gmp.Analysis.Reading.Ordering;
using Gmp.Tracing;
using Microsoft.Diagnostics.Tracing;

namespace Bench.Reading;

/// <summary>The stages of reading, each with those before it, over a file of which the system has every byte in memory.</summary>
internal static class Passes
{
    /// <summary>Nettrace events to batches, and their records decoded. In the order of the file.</summary>
    public static long Parse(string path)
    {
        var sink = new CountingSink();
        Feed(path, new NettraceReader(sink));
        return sink.Count;
    }

    /// <summary>And put in the order of time.</summary>
    public static long Merge(string path)
    {
        var info = new TraceInfo();
        var filter = new RecordFilter(info);
        var intake = new EventIntake(info, filter, new TraceClock(), new SampleIntake(new CpuSamples()));
        var reader = new NettraceReader(intake);
        var count = new CountingRecords();
        Feed(path, reader, () => Release(atEnd: false));
        Release(atEnd: true);
        return count.Count;

        void Release(bool atEnd)
        {
            intake.Settle(atEnd);
            foreach (var merge in intake.Merges.Values)
            {
                if (atEnd)
                    merge.ReleaseUpTo(long.MaxValue - 1);
                merge.Run(count);
            }
        }
    }

    /// <summary>All of it: what <c>report</c> does before it asks questions.</summary>
    public static LoadedTrace Model(string path) => TraceFile.Load(path);

    /// <summary>The peer: TraceEvent finds the events, and the records are decoded as above.</summary>
    public static long ParseWithTraceEvent(string path)
    {
        using var source = new EventPipeEventSource(path);
        long count = 0;
        source.Dynamic.All += e =>
        {
            if ((int)e.ID != GmpEventSource.BatchId || e.ProviderName != GmpEventSource.ProviderName)
                return;
            byte[] payload = e.EventData();
            var records = new BatchDecoder(payload.AsSpan(GmpEventSource.BatchPrefixBytes), BitConverter.ToInt64(payload, 16), BatchSchema.Current);
            while (records.MoveNext())
                count++;
        };
        source.Process();
        return count;
    }

    private static void Feed(string path, NettraceReader reader, Action? after = null)
    {
        using var file = TraceFile.Open(path);
        int read;
        while ((read = TraceFile.Read(file, reader.Space(1 << 20))) > 0)
        {
            reader.Fill(read);
            after?.Invoke();
        }
        reader.Complete();
    }

    private sealed class CountingSink : INettraceSink
    {
        public long Count { get; private set; }

        public void OnTrace(in NettraceHeader header)
        {
        }

        public void OnEvent(in NettraceEvent e, ReadOnlySpan<byte> payload)
        {
            if (e.Type is not { IsScheduler: true, Id: GmpEventSource.BatchId })
                return;
            var records = new BatchDecoder(payload[GmpEventSource.BatchPrefixBytes..], BitConverter.ToInt64(payload[16..]), BatchSchema.Current);
            while (records.MoveNext())
                Count++;
        }

        public void OnSortedUpTo(long timestamp)
        {
        }
    }

    private sealed class CountingRecords : IRecordSink
    {
        public long Count { get; private set; }

        public void Record(int stream, int generation, long ticks, in BatchCursor fields) => Count++;

        public void Loss(int stream, long lastTicks)
        {
        }
    }
}
