using Gmp.Tracing;

namespace Gmp.Analysis.Reading.Ordering;

/// <summary>
/// Merges the streams of one scheduler by time. A record is released once nothing earlier can come: the scheduler's sysmon writes a
/// FlushMark after it flushed every stream, and when the file is known to hold everything that was written before that mark, every
/// record up to the mark's time is there.
/// </summary>
/// <remarks>
/// What comes later than that all the same (an M that was suspended between reading the clock and writing the record) is released at
/// the time that was reached, and counted. Runs of one stream are decoded in one go: a run ends where another stream has an earlier record.
/// </remarks>
internal sealed class SchedulerMerge(RecordFilter filter, TraceInfo info)
{
    /// <summary>More streams than any scheduler has; a higher number is damage.</summary>
    public const int MostStreams = 1024;

    private readonly List<StreamQueue> _streams = [];
    private readonly StreamQueue?[] _byStream = new StreamQueue?[MostStreams + 1];
    private readonly Queue<(long WrittenAt, long Mark)> _marks = new();
    private Entry[] _heap = [];   // the first is the earliest
    private int _heapCount;
    private long _released = long.MinValue;
    private int _searchedForMarks = -1;   // the number of the last batch without a P that was searched

    /// <summary>A stream with what orders it, so that a comparison looks at no other object.</summary>
    private readonly record struct Entry(long Time, int Rank, StreamQueue Stream)
    {
        public bool IsBefore(in Entry other) => Time < other.Time || (Time == other.Time && Rank < other.Rank);
    }

    /// <summary>Up to this time, in ticks, every record is there.</summary>
    public long Watermark { get; private set; } = long.MinValue;

    /// <summary>The streams that the trace has.</summary>
    public IReadOnlyList<StreamQueue> Streams => _streams;

    /// <summary>True for a stream number that a batch can have.</summary>
    public static bool IsStream(int stream) => stream is >= EventTable.NoP and < MostStreams;

    /// <summary>The queue of a stream.</summary>
    public StreamQueue Stream(int stream)
    {
        if (_byStream[stream + 1] is { } known)
            return known;
        var added = new StreamQueue(stream);
        _byStream[stream + 1] = added;
        _streams.Add(added);
        return added;
    }

    /// <summary>The file holds everything that was written up to <paramref name="time"/>.</summary>
    public void Settle(long time)
    {
        foreach (var stream in _streams)
            stream.Settle(time);
        FindMarks();
        while (_marks.TryPeek(out var mark) && mark.WrittenAt <= time)
        {
            Watermark = Math.Max(Watermark, mark.Mark);
            _marks.Dequeue();
        }
    }

    /// <summary>Every record up to this time is there, whatever marks say.</summary>
    public void ReleaseUpTo(long ticks) => Watermark = Math.Max(Watermark, ticks);

    /// <summary>The time of the first record that <see cref="Run"/> would release.</summary>
    public bool TryPeek(out long ticks)
    {
        ticks = long.MaxValue;
        foreach (var stream in _streams)
        {
            stream.Prime(filter);
            if (stream.HasNext)
                ticks = Math.Min(ticks, stream.NextTime);
        }
        return ticks <= Watermark && ticks != long.MaxValue;
    }

    /// <summary>Releases what can be.</summary>
    /// <returns>True if there was something.</returns>
    public bool Run(IRecordSink sink)
    {
        BuildHeap();
        bool any = _heapCount > 0;
        while (_heapCount > 0)
        {
            var stream = _heap[0].Stream;
            var (limit, limitRank) = RunnerUp();
            RunStream(stream, limit, limitRank, sink);
            if (stream.HasNext && stream.NextTime <= Watermark)
                SiftDown(0, new Entry(stream.NextTime, stream.Rank, stream));
            else
                RemoveFirst();
        }
        return any;
    }

    // Records of one stream, up to the first that another goes before.
    private void RunStream(StreamQueue stream, long limit, int limitRank, IRecordSink sink)
    {
        do
        {
            if (stream.NextFollowsLoss)
                sink.Loss(stream.Stream, stream.LastTime);
            long ticks = stream.NextTime;
            if (ticks < _released)
            {
                info.LateRecords++;
                ticks = _released;
            }
            _released = ticks;
            sink.Record(stream.Stream, stream.Generation, ticks, in stream.Next);
            stream.Take(filter);
        }
        while (stream.HasNext && (stream.NextTime < limit || (stream.NextTime == limit && stream.Rank <= limitRank)));
        if (!stream.HasNext)
            return;
        ref readonly var next = ref stream.Next;
        sink.Expect(next.Number(0));
        // A P's switch is two records of the same time: the second will follow at once.
        if (next.Kind is EventKind.GoBlock or EventKind.GoStop or EventKind.GoDestroy && next.TryPeek(out var kind, out long first) && kind == EventKind.GoStart)
            sink.Expect(first);
    }

    private void FindMarks()
    {
        if (_byStream[0] is not { } withoutP)
            return;
        foreach (var batch in withoutP.Ready)
        {
            if (batch.Sequence <= _searchedForMarks)
                continue;
            _searchedForMarks = batch.Sequence;
            var records = new BatchDecoder(batch.Bytes.AsSpan(0, batch.Length), batch.BaseTime, filter.Schema);
            long mark = long.MinValue;
            while (records.MoveNext())
                mark = records.Kind == EventKind.FlushMark ? records.Time : mark;
            if (mark != long.MinValue && filter.IsSane(mark))
                _marks.Enqueue((batch.WrittenAt, mark));
        }
    }

    // The heap: streams by the time of their next record, then by rank.

    private void BuildHeap()
    {
        if (_heap.Length < _streams.Count)
            _heap = new Entry[_streams.Count];
        _heapCount = 0;
        foreach (var stream in _streams)
        {
            stream.Prime(filter);
            if (stream.HasNext && stream.NextTime <= Watermark)
                _heap[_heapCount++] = new Entry(stream.NextTime, stream.Rank, stream);
        }
        for (int i = (_heapCount / 2) - 1; i >= 0; i--)
            SiftDown(i, _heap[i]);
    }

    // The first record of another stream, or the watermark.
    private (long Limit, int Rank) RunnerUp()
    {
        if (_heapCount < 2)
            return (Watermark, int.MaxValue);
        ref readonly var second = ref _heap[_heapCount > 2 && _heap[2].IsBefore(in _heap[1]) ? 2 : 1];
        return (second.Time, second.Rank);
    }

    private void RemoveFirst()
    {
        var last = _heap[--_heapCount];
        if (_heapCount > 0)
            SiftDown(0, last);
    }

    // Puts an entry at a place or below it.
    private void SiftDown(int at, in Entry entry)
    {
        var heap = _heap;
        var moving = entry;
        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= _heapCount)
                break;
            if (child + 1 < _heapCount && heap[child + 1].IsBefore(in heap[child]))
                child++;
            if (!heap[child].IsBefore(in moving))
                break;
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = moving;
    }
}
