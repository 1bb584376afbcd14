using Gmp.Analysis.Model;
using Gmp.Analysis.Model.Building;
using Gmp.Analysis.Reading.Nettrace;
using Gmp.Analysis.Reading.Ordering;
using Gmp.Analysis.Simulation;
using Gmp.Analysis.Validation;
using Gmp.Tracing;

namespace Gmp.Analysis.Reading;

/// <summary>
/// The one way from bytes to a model, live and offline: bytes to nettrace events, to batches, to records in order, to the model.
/// One thread at a time; the caller holds the model's gate where others read.
/// </summary>
internal sealed class TraceIngest
{
    private readonly RecordFilter _filter;
    private readonly EventIntake _intake;
    private readonly SampleIntake _samples;
    private readonly PauseIntake _pauses;
    private readonly HostIntake _host;
    private readonly List<SchedulerSink> _sinks = [];
    private readonly Dictionary<int, IRecordSink> _inlets = [];
    private readonly Dictionary<int, WorkloadFeed> _feeds = [];
    private readonly RecordPipe? _pipe;
    private readonly TraceValidator? _validator;
    private readonly TraceSelection _selection;
    private bool _isComplete;

    /// <param name="validator">What else is to see every record; null for nobody.</param>
    /// <param name="selection">What part of the trace counts; null for all.</param>
    /// <param name="pipe">Carries the records to another thread, which builds the model; the model may be looked at once the trace is complete. Null for this thread.</param>
    public TraceIngest(TraceValidator? validator = null, TraceSelection? selection = null, RecordPipe? pipe = null)
    {
        _pipe = pipe;
        _validator = validator;
        _selection = selection ?? TraceSelection.Everything;
        Info = new TraceInfo();
        Model = new TraceModel { Selection = _selection };
        _filter = new RecordFilter(Info);
        Clock = new TraceClock();
        _samples = new SampleIntake(Model.Samples);
        _pauses = new PauseIntake(Model.PauseList);
        _host = new HostIntake(Model.Host);
        _intake = new EventIntake(Info, _filter, Clock, _samples, _pauses, _host);
        Reader = new NettraceReader(_intake);
    }

    /// <summary>Whether a part of the work is collected for replays. Set it before the first byte.</summary>
    public bool CollectsWork { get; init; }

    /// <summary>What is in the file.</summary>
    public TraceInfo Info { get; }

    /// <summary>What happened.</summary>
    public TraceModel Model { get; }

    /// <summary>The target's clock.</summary>
    public TraceClock Clock { get; }

    /// <summary>Takes bytes.</summary>
    public NettraceReader Reader { get; }

    /// <summary>Takes events that another reader found.</summary>
    public INettraceSink Events => _intake;

    /// <summary>Everything that came so far is complete: the target was seen to pause.</summary>
    public void OnPause() => _intake.OnPause();

    /// <summary>Brings into the model what can be.</summary>
    /// <returns>True if the model changed.</returns>
    public bool Advance() => Advance(atEnd: false);

    /// <summary>Nothing will follow: brings the rest into the model and closes the books.</summary>
    /// <param name="fromReader">True if <see cref="Reader"/> was fed, false if <see cref="Events"/> was.</param>
    public void Complete(bool fromReader = true)
    {
        if (_isComplete)
            return;
        if (fromReader)
        {
            Reader.Complete();
            Info.IsTruncated = !Reader.HasEnded;
            Info.IsRepaired = Reader.IsRepaired;
        }
        _isComplete = true;
        Advance(atEnd: true);
        _pipe?.Complete();
        foreach (var sink in _sinks)
            sink.Model.Complete();
        Model.PauseList.RemoveAll(p => p.End < Model.Start || p.Start > Model.Duration);
        Info.DurationNs = Model.Length;
        if (!_selection.IsEverything)
            Info.Part = new TracePart(Model.Start, Model.Duration, _selection);
        _validator?.Complete(Info);
        _samples.Complete(Clock);
        _host.Complete(Clock);
        Info.IsComplete = true;
        Model.Changed();
    }

    /// <summary>A part of the work of each scheduler, if it was to be collected.</summary>
    public IReadOnlyDictionary<int, Workload> Workloads
    {
        get
        {
            var workloads = new Dictionary<int, Workload>();
            foreach (var (id, feed) in _feeds)
            {
                if (feed.Workload is { } workload)
                    workloads[id] = workload;
            }
            return workloads;
        }
    }

    private bool Advance(bool atEnd)
    {
        Info.Bytes = Math.Max(Info.Bytes, Reader.Bytes);
        Info.EventsLost = Math.Max(Info.EventsLost, Reader.EventsLost);
        Info.DamagedBytes = Reader.DamagedBytes;
        _intake.Settle(atEnd);
        bool changed = Release();
        if (atEnd)
        {
            // What the last marks prove is released; the rest follows, as far as it came.
            foreach (var (id, merge) in _intake.Merges)
            {
                if (merge.Watermark != long.MinValue && !Info.FromTransitions)
                    SinkOf(id).BeginTail();
                merge.ReleaseUpTo(long.MaxValue - 1);
            }
            changed |= Release();
        }
        changed |= _pauses.Release(Clock);
        CountLosses();
        if (!changed || (_pipe is not null && !atEnd))
            return false;
        Info.DurationNs = Model.Duration;
        Model.Changed();
        return true;
    }

    private bool Release()
    {
        if (Clock.Origin is null && !FindOrigin())
            return false;
        bool any = false;
        foreach (var (id, merge) in _intake.Merges)
            any |= merge.Run(SinkOf(id));
        return any;
    }

    // The first record of any scheduler is the trace's start.
    private bool FindOrigin()
    {
        long? first = null;
        foreach (var merge in _intake.Merges.Values)
        {
            if (merge.TryPeek(out long ticks))
                first = Math.Min(first ?? ticks, ticks);
        }
        if (first is not { } origin)
            return false;
        Clock.Origin = origin;
        if (_intake.WallTime is { } wall)
        {
            // Ticks of DateTime are 100 ns.
            Info.StartUtc = wall.Utc.AddTicks(Math.Clamp(Clock.ToNs(origin - wall.Ticks) / 100, -TimeSpan.TicksPerDay * 366, TimeSpan.TicksPerDay * 366));
        }
        return true;
    }

    private IRecordSink SinkOf(int id)
    {
        if (_inlets.TryGetValue(id, out var inlet))
            return inlet;
        var scheduler = new SchedulerInfo(id);
        int at = Info.SchedulerList.FindIndex(s => s.Id > id);
        Info.SchedulerList.Insert(at < 0 ? Info.SchedulerList.Count : at, scheduler);
        WorkloadFeed? feed = null;
        if (CollectsWork)
            _feeds[id] = feed = new WorkloadFeed(_selection);
        var sink = new SchedulerSink(new SchedulerModel(Model, scheduler, Info, _selection), Clock, Info, _validator?.Scheduler(id, Clock, Info), () => _validator?.BeginTail(id), feed);
        _sinks.Add(sink);
        return _inlets[id] = _pipe is null ? sink : _pipe.To(sink);
    }

    private void CountLosses()
    {
        long total = 0;
        foreach (var scheduler in Info.SchedulerList)
        {
            scheduler.BatchesLost = 0;
            foreach (var stream in _intake.Merges[scheduler.Id].Streams)
            {
                if (stream.Lost == 0)
                    continue;
                scheduler.LostByStream[stream.Stream] = stream.Lost;
                scheduler.BatchesLost += stream.Lost;
            }
            total += scheduler.BatchesLost;
        }
        Info.BatchesLost = total;
    }

    /// <summary>Turns ticks into ns on the way to the model.</summary>
    private sealed class SchedulerSink(SchedulerModel model, TraceClock clock, TraceInfo info, IRecordSink? also, Action beginTail, WorkloadFeed? feed) : IRecordSink
    {
        public SchedulerModel Model => model;

        public void Record(int stream, int generation, long ticks, in BatchCursor fields)
        {
            also?.Record(stream, generation, ticks, in fields);
            info.Records++;
            info.Kinds[(int)fields.Kind]++;
            long sinceNs = fields.Kind == EventKind.GoStatus ? clock.ToNs(fields.Number(SchedulerModel.SinceField)) : 0;
            long time = clock.SinceStart(ticks);
            model.Record(stream, time, sinceNs, in fields);
            if (feed is not null && time >= feed.IdleUntil)
                feed.Record(stream, time, in fields);
        }

        public void Expect(long first) => model.Expect(first);

        public void BeginTail()
        {
            model.IsTail = true;
            beginTail();
        }

        public void Loss(int stream, long lastTicks)
        {
            also?.Loss(stream, lastTicks);
            model.Loss(stream, clock.SinceStart(lastTicks));
            feed?.Loss(stream, clock.SinceStart(lastTicks));
        }
    }
}
