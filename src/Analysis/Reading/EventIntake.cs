using System.Buffers;
using Gmp.Analysis.Reading.Nettrace;
using Gmp.Analysis.Reading.Ordering;
using Gmp.Tracing;

namespace Gmp.Analysis.Reading;

/// <summary>Sorts the events of a nettrace: introductions, batches to their streams, single transitions; and counts what is not the scheduler's.</summary>
internal sealed class EventIntake : INettraceSink
{
    /// <summary>More schedulers than a process has; a higher count is damage.</summary>
    private const int MostSchedulers = 256;

    /// <summary>
    /// How long single transitions are held before they are taken for the trace's only form. A session that asked for batches too gets
    /// the first within 50 ms.
    /// </summary>
    private const double TransitionsProveThemselvesAfterSeconds = 0.5;

    /// <summary>A transition's time is read this much before it is written, at most; what is slower counts as late.</summary>
    private const double TransitionDelaySeconds = 0.005;

    private readonly TraceInfo _info;
    private readonly RecordFilter _filter;
    private readonly TransitionPacker _transitions;
    private readonly SampleIntake _samples;
    private readonly PauseIntake? _pauses;
    private readonly HostIntake? _host;
    private readonly SortedDictionary<int, SchedulerMerge> _merges = [];
    private long _sortedUpTo = long.MinValue;
    private long _newest = long.MinValue;
    private int _firstGeneration;
    private bool _hasBatches;

    public EventIntake(TraceInfo info, RecordFilter filter, TraceClock clock, SampleIntake samples, PauseIntake? pauses = null, HostIntake? host = null)
    {
        (_info, _filter, Clock, _samples, _pauses, _host) = (info, filter, clock, samples, pauses, host);
        _transitions = new TransitionPacker(info, Find);
    }

    /// <summary>The target's clock.</summary>
    public TraceClock Clock { get; }

    /// <summary>The wall time and ticks of one moment; null while the trace has not said.</summary>
    public (DateTime Utc, long Ticks)? WallTime { get; private set; }

    /// <summary>The streams of each scheduler, by its number.</summary>
    public IReadOnlyDictionary<int, SchedulerMerge> Merges => _merges;

    public void OnTrace(in NettraceHeader header)
    {
        _info.FormatVersion = header.Version;
        if (_info.HasHello)
            return;
        _info.ProcessId = header.ProcessId;
        SetClock(header.QpcFrequency);
        if (header.UtcStart is { } utc)
            WallTime = (utc, header.QpcStart);
    }

    public void OnEvent(in NettraceEvent e, ReadOnlySpan<byte> payload)
    {
        _info.Events++;
        if (e.Type is { IsSample: true } sample)
        {
            // The recorder's, whose times say nothing of the target's events.
            _samples.Take(sample.Id, payload);
            _host?.Take(sample.Id, payload);
            return;
        }
        _newest = Math.Max(_newest, e.Timestamp);
        if (e.IsSorted)
            OnSortedUpTo(e.Timestamp);
        if (e.Type is not { } type)
        {
            _info.UndefinedEvents++;
            return;
        }
        if (!type.IsScheduler)
        {
            _info.Others[type.Provider] = _info.Others.GetValueOrDefault(type.Provider) + 1;
            _pauses?.Take(type, e.Timestamp, payload);
            return;
        }
        _info.HasGoroutineProvider = true;
        if (type.Id == GmpEventSource.BatchId)
            OnBatch(e.Timestamp, payload);
        else if (type.Id == GmpEventSource.HelloId)
            OnHello(payload);
        else if (!_hasBatches)
            _transitions.Take(type.Id, e.Timestamp, payload, _filter.Schema);
    }

    public void OnSortedUpTo(long timestamp) => _sortedUpTo = Math.Max(_sortedUpTo, timestamp);

    /// <summary>Takes everything that came so far for complete: the target was seen to pause after it wrote.</summary>
    public void OnPause() => OnSortedUpTo(_newest);

    /// <summary>Lets the streams find out what is lost and how far they may be read.</summary>
    /// <param name="atEnd">True if nothing will follow.</param>
    public void Settle(bool atEnd)
    {
        if (atEnd)
            _sortedUpTo = long.MaxValue;
        PassTransitionsOn(atEnd);
        foreach (var merge in _merges.Values)
            merge.Settle(_sortedUpTo);
    }

    private void PassTransitionsOn(bool atEnd)
    {
        if (_hasBatches || (_transitions.Count == 0 && !_info.FromTransitions))
            return;
        if (!_info.FromTransitions)
        {
            // Not a sum that can overflow: what is held may carry any time.
            if (!atEnd && _newest / 2 - _transitions.FirstWrittenAt / 2 < Ticks(TransitionsProveThemselvesAfterSeconds) / 2)
                return;
            _info.FromTransitions = true;
            _filter.Schema = BatchSchema.Current;
        }
        _transitions.Release(_sortedUpTo);
        if (_sortedUpTo is long.MinValue or long.MaxValue)
            return;
        foreach (var merge in _merges.Values)
            merge.ReleaseUpTo(_sortedUpTo - Ticks(TransitionDelaySeconds));
    }

    private long Ticks(double seconds) => (long)(seconds * Clock.Frequency);

    private void OnHello(ReadOnlySpan<byte> payload)
    {
        if (Hello.Read(payload) is not { } hello)
        {
            _info.UndefinedEvents++;
            return;
        }
        if (hello.FormatVersion > EventTable.FormatVersion)
        {
            throw new TraceFormatException(TraceFault.UnsupportedVersion,
                $"The target writes goroutine events of version {hello.FormatVersion}, and this tool reads up to {EventTable.FormatVersion}: update the tool with 'dotnet tool update'.");
        }
        var (first, last) = _info.Generations;
        _info.Generations = (first == 0 ? hello.Generation : Math.Min(first, hello.Generation), Math.Max(last, hello.Generation));
        _filter.StartsAt(hello.Timestamp, hello.Generation, hello.Frequency);
        if (_info.HasHello)
            return;
        _info.HasHello = true;
        _info.ProcessId = hello.ProcessId;
        _info.Runtime = hello.Runtime;
        _firstGeneration = hello.Generation;
        SetClock(hello.Frequency);
        WallTime = (hello.Utc, hello.Timestamp);
        if (hello.Schema is { } schema && !_info.FromTransitions)
            _filter.Schema = schema;
        _info.IsSchemaAssumed = hello.Schema is null;
    }

    private void OnBatch(long writtenAt, ReadOnlySpan<byte> payload)
    {
        if (_info.FromTransitions)
            return;   // the same facts were read in the other form
        if (!BatchEvent.TryRead(payload, out var header, out var records) || Find(header.Scheduler, header.Stream) is not { } queue)
        {
            _info.CorruptBatches++;
            return;
        }
        if (!_hasBatches)
        {
            _hasBatches = true;
            _transitions.Drop();
        }
        _info.Batches++;
        var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(1, records.Length));
        records.CopyTo(bytes);
        if (queue.Arrive(new Batch(bytes, records.Length, header.BaseTime, header.Generation, header.Sequence, writtenAt)))
            return;
        ArrayPool<byte>.Shared.Return(bytes);
        _info.CorruptBatches++;
    }

    private StreamQueue? Find(int scheduler, int stream)
    {
        if (scheduler < 0 || !SchedulerMerge.IsStream(stream))
            return null;
        if (!_merges.TryGetValue(scheduler, out var merge))
        {
            if (_merges.Count >= MostSchedulers)
                return null;
            _merges[scheduler] = merge = new SchedulerMerge(_filter, _info);
        }
        var queue = merge.Stream(stream);
        // The first session of a process sees the first batch of every stream.
        if (_firstGeneration == 1)
            queue.StartsAtZero();
        return queue;
    }

    private void SetClock(long frequency)
    {
        Clock.Frequency = frequency;
        _info.ClockFrequency = Clock.Frequency;
    }
}
