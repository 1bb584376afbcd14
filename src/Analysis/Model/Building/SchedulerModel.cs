using Gmp.Analysis.Model.Accounts;
using Gmp.Analysis.Reading;
using Gmp.Tracing;

namespace Gmp.Analysis.Model.Building;

/// <summary>
/// Builds the model of one scheduler from its records in the order of time. A record that contradicts what is known is believed as far as it
/// concerns its own stream, the rest is repaired, and the repair is counted: a trace is never refused.
/// </summary>
/// <remarks>
/// The rule for contradictions: the newest record of a stream says what its P does. A goroutine is in one place; if a record puts it in another,
/// the old place lost a record, and what happened there since is unknown.
/// </remarks>
internal sealed partial class SchedulerModel
{
    /// <summary>An M number above this is damage.</summary>
    private const long MostMachines = 1 << 20;

    /// <summary>The length of the array of goroutines by id, at most: 32 MB.</summary>
    private const long MostDense = 4 << 20;

    /// <summary>A P number from here on is damage.</summary>
    private const long MostProcessors = Reading.Ordering.SchedulerMerge.MostStreams;

    /// <summary>The place of GoStatus' field <c>since</c>, the only one in ticks.</summary>
    public const int SinceField = 7;

    /// <summary>Shorter waits are those of every switch; keeping them would double the model's size and tell nothing.</summary>
    private const long LeastWaitNs = 1_000;

    private readonly TraceModel _model;
    private readonly SchedulerInfo _scheduler;
    private readonly TraceInfo _info;
    private readonly Dictionary<long, GoroutineInfo> _goroutines = [];
    private long _longestSlice = -1;        // at most as long as the model's
    private long _toldAt = long.MinValue;   // when the trace told how the scheduler is set up
    private GoroutineInfo?[] _dense = [];   // by id: what _goroutines has, as far as it is dense
    private readonly List<RunPlace?> _processors = [];
    private readonly Dictionary<long, RunPlace> _machines = [];
    private readonly Dictionary<long, SiteSlot> _sites = [];

    /// <param name="model">What is built.</param>
    /// <param name="scheduler">Whose records come.</param>
    /// <param name="info">What is counted of the file.</param>
    /// <param name="selection">What part of it counts; null for all.</param>
    public SchedulerModel(TraceModel model, SchedulerInfo scheduler, TraceInfo info, TraceSelection? selection = null)
    {
        (_model, _scheduler, _info) = (model, scheduler, info);
        _selection = selection ?? TraceSelection.Everything;
        _isBefore = _selection.FromNs > 0;
        _hasBounds = _isBefore || _selection.ToNs != long.MaxValue;
        _unselected = new SiteAccount(scheduler.Id, null);
        _accounts = new SchedulerAccounts(scheduler.Id);
        _siteless = new SiteAccount(scheduler.Id, null);
        _accounts.SiteList.Add(_siteless);
        model.AccountList.Add(_accounts);
        model.Add(this);
    }

    /// <summary>
    /// True for the records after the last flush mark of a trace that ends: other streams may lack theirs of the same time.
    /// </summary>
    public bool IsTail { get; set; }

    /// <summary>Takes the next record.</summary>
    /// <param name="stream">The P, or <see cref="EventTable.NoP"/>.</param>
    /// <param name="time">ns since the trace's start.</param>
    /// <param name="sinceNs">For GoStatus: how long ago the state began.</param>
    /// <param name="r">The kind and fields, whose places are those of <see cref="EventTable"/>.</param>
    public void Record(int stream, long time, long sinceNs, in BatchCursor r)
    {
        if (IsTail)
            _info.TailRecords++;
        if (_hasBounds && time > _selection.FromNs - 1)
        {
            if (IsBehindEnd(time, r.Kind))
            {
                _model.Duration = _selection.ToNs;
                return;
            }
            time = Math.Min(time, _selection.ToNs);
        }
        if (time > _model.Duration)
            _model.Duration = time;
        switch (r.Kind)
        {
            case EventKind.GoStart:
                GoStart(Processor(stream), Goroutine(r.Number(0)), time);
                break;
            case EventKind.GoBlock:
                Stop(stream, Goroutine(r.Number(0)), time, GoStatus.Waiting, SpanEnd.Blocked, Reason(r.Number(1)), RunnableWait.Unknown, r.Number(2));
                break;
            case EventKind.GoStop:
                CountQueue(r.Number(2));
                Stop(stream, Goroutine(r.Number(0)), time, GoStatus.Runnable,
                    r.Number(1) == (long)StopReason.Yield ? SpanEnd.Yielded : SpanEnd.Preempted, WaitReason.None, Queue(stream, r.Number(2)));
                break;
            case EventKind.GoDestroy:
                Stop(stream, Goroutine(r.Number(0)), time, GoStatus.Dead, SpanEnd.Destroyed, WaitReason.None, RunnableWait.Unknown);
                break;
            case EventKind.GoUnblock:
                CountQueue(r.Number(2));
                GoUnblock(Goroutine(r.Number(0)), time, Queue(stream, r.Number(2)), Waker(stream, r.Number(1)));
                break;
            case EventKind.GoCreate:
                CountQueue(r.Number(3));
                GoCreate(r.Number(0), r.Number(1), r.Number(2), r.Text(0), time, Queue(stream, r.Number(3)), Waker(stream, r.Number(1)));
                break;
            case EventKind.GoSyscallBegin:
                SyscallBegin(stream, Goroutine(r.Number(0)), time);
                break;
            case EventKind.GoSyscallEnd:
                SyscallEnd(Processor(stream), Goroutine(r.Number(0)), time);
                break;
            case EventKind.GoSyscallEndBlocked:
                SyscallEndBlocked(Goroutine(r.Number(0)), time);
                break;
            case EventKind.GoStatus:
                Status(in r, time, sinceNs);
                break;
            case EventKind.GoHog:
                Hog(Processor(stream), Goroutine(r.Number(0)), r.Number(1), time, r.Number(2), r.Number(3));
                break;
            case EventKind.GoHogEnd:
                HogEnd(stream, Goroutine(r.Number(0)), r.Number(1), time, r.Number(2), r.Number(3));
                break;
            case EventKind.GoWaitsOn:
                WaitsOn(Goroutine(r.Number(0)), r.Number(1), r.Number(2));
                break;
            case EventKind.LockTaken:
                LockTaken(r.Number(0), r.Number(1), time);
                break;
            case EventKind.GoStall:
                Stall(Goroutine(r.Number(0)), r.Number(1), r.Number(2), r.Number(3), r.Number(4));
                break;
            case EventKind.MStart:
                MStart(r.Number(0), r.Number(1), time);
                break;
            case EventKind.MStop:
                MStop(r.Number(0), time);
                break;
            case EventKind.MPark:
                MPark(r.Number(0), time);
                break;
            case EventKind.MUnpark:
                MUnpark(r.Number(0), time);
                break;
            case EventKind.ProcStart:
                ProcStart(Processor(stream), r.Number(0), time);
                break;
            case EventKind.ProcStop:
                ProcStop(Processor(stream), r.Number(0), time);
                break;
            case EventKind.ProcStatus:
                ProcessorStatus(Processor(stream), time, r.Number(0), r.Number(1));
                break;
            case EventKind.ProcRetake:
                Retake(Processor(stream), time, r.Number(1), r.Number(0), (HandoffReason)r.Number(2));
                break;
            case EventKind.ProcHandoff:
                Handoff(Processor(stream), time, r.Number(0), r.Number(1), (HandoffReason)r.Number(2));
                break;
            case EventKind.MSpinBegin:
                SpinBegin(Processor(stream), r.Number(0), time);
                break;
            case EventKind.MSpinEnd:
                SpinEnd(Processor(stream), time, r.Number(1) != 0);
                break;
            case EventKind.Steal:
                Steal(stream, r.Number(0), r.Number(1), time);
                break;
            case EventKind.GlobalPut:
                _accounts.Overflows = (_accounts.Overflows.Times + 1, _accounts.Overflows.Goroutines + Small(r.Number(0)));
                break;
            case EventKind.GlobalGet:
                GlobalGet(stream, r.Number(0));
                break;
            case EventKind.Heartbeat:
                Heartbeat(time, in r);
                break;
            case EventKind.GcPause:
                Collection(time, in r);
                break;
            case EventKind.ProcsChange:
                SetProcs(r.Number(0));
                break;
            case EventKind.SchedulerStart:
                SchedulerStart(r.Number(0), r.Number(1), r.Text(0), time);
                break;
            case EventKind.SchedulerStop:
                SchedulerStop(time);
                break;
            case EventKind.SnapshotEnd:
                _scheduler.EndSnapshot(time, r.Number(0), r.Number(2));
                break;
            case EventKind.Site:
                Site(r.Number(0), r.Number(1), r.Text(0), r.Text(1));
                break;
            case EventKind.GoLabels or EventKind.Label or EventKind.UserText or EventKind.UserTaskBegin or EventKind.UserTaskEnd
                or EventKind.UserRegionBegin or EventKind.UserRegionEnd or EventKind.UserLog:
                Annotate(in r, time);
                break;
            default:
                // The others change no lane and no goroutine; they are counted by kind.
                if (EventTable.Find(r.Kind) is null)
                    _info.UnknownRecords++;
                break;
        }
    }

    /// <summary>A record will come soon: its goroutine is fetched into the cache meanwhile. With thousands of goroutines, waiting for that is a third of the work.</summary>
    /// <param name="id">The record's first number. For most kinds it is the goroutine; for the others this fetches in vain.</param>
    public void Expect(long id)
    {
        if ((ulong)id < (ulong)_dense.Length && _dense[id] is { } g)
            g.Prefetch();
    }

    /// <summary>Records of a stream are missing: what its P did since the last one is unknown.</summary>
    public void Loss(int stream, long lastTime)
    {
        if (Processor(stream) is not { } place)
            return;
        Abandon(place, lastTime);
        if (place.IsIdle)
            place.EndIdle(lastTime);
        place.BecomeUnknown(lastTime);
        Next(place, NextStep.Unknown);
    }

    /// <summary>Nothing will follow: counts the time in the last states.</summary>
    public void Complete()
    {
        if (_isBefore)
            BeginCounting(Math.Min(_selection.FromNs, _model.Duration));
        CloseAccounts();
        foreach (var slice in OpenSlices())
        {
            var goroutine = _model.Goroutines[slice.Goroutine];
            goroutine.LongestSlice = Math.Max(goroutine.LongestSlice, slice.RunNs);
        }
    }

    /// <summary>The slices that go on.</summary>
    public IEnumerable<Slice> OpenSlices()
    {
        foreach (var place in _processors.Concat(_machines.Values))
        {
            // A goroutine whose place has no open span has come to its scheduling point: the slice is over.
            if (place is { Goroutine: { } goroutine, IsSpanOpen: true })
                yield return place.Slice.At(_model.Duration, goroutine, isOpen: true);
        }
    }

    // After the last mark a contradiction is no surprise: the record that would explain it was not flushed any more.
    private void Repair()
    {
        if (!IsTail)
            _info.RepairedRecords++;
    }

    private static WaitReason Reason(long number) => number is >= 0 and <= byte.MaxValue ? (WaitReason)number : WaitReason.None;

    private static short Queue(int stream, long kind) => (RunQueueKind)kind switch
    {
        RunQueueKind.RunNext or RunQueueKind.Local => stream >= 0 ? (short)stream : RunnableWait.Unknown,
        RunQueueKind.Global => RunnableWait.Global,
        _ => RunnableWait.Unknown,
    };

    private GoroutineInfo Goroutine(long id) =>
        (ulong)id < (ulong)_dense.Length && _dense[id] is { } known ? known : GoroutineBySearch(id);

    private GoroutineInfo GoroutineBySearch(long id)
    {
        var g = GoroutineOf(id);
        // Ids count up from 1, so most are places in an array. One that is far off would make it mostly empty.
        if (id >= 0 && id < Math.Min((_goroutines.Count * 4L) + 1024, MostDense))
        {
            if (id >= _dense.Length)
                Array.Resize(ref _dense, (int)Math.Min(MostDense, Math.Max(id + 1, _dense.Length * 2L)));
            _dense[id] = g;
        }
        return g;
    }

    private GoroutineInfo GoroutineOf(long id)
    {
        if (!_goroutines.TryGetValue(id, out var known))
            _goroutines[id] = known = Add(id);
        return known;
    }

    private GoroutineInfo Add(long id)
    {
        var added = _model.AddGoroutine(_scheduler.Id, id);
        added.Account = _siteless;
        _siteless.Goroutines++;
        Select(added);
        _alive++;
        return added;
    }

    // Null for records that need a P and have none: damage, which is counted and otherwise ignored.
    private RunPlace? Processor(int number)
    {
        if (number < 0)
            return null;
        while (_processors.Count <= number)
            _processors.Add(null);
        return _processors[number] ??= NewProcessor(number);
    }

    private RunPlace NewProcessor(int number)
    {
        var place = new RunPlace(_model.AddLane(LaneKind.Processor, _scheduler.Id, number));
        place.BecomeUnknown(0);
        return place;
    }

    private RunPlace? Machine(long number)
    {
        if (number is < 0 or > MostMachines)
            return null;
        if (!_machines.TryGetValue(number, out var known))
            _machines[number] = known = new RunPlace(_model.AddLane(LaneKind.Machine, _scheduler.Id, (int)number));
        return known;
    }

    private SiteSlot? SiteOf(long id)
    {
        if (id <= 0)
            return null;
        if (!_sites.TryGetValue(id, out var known))
        {
            _sites[id] = known = new SiteSlot(_model.SiteOfTrace(id));
            _accounts.SiteList.Add(known.Account = new SiteAccount(_scheduler.Id, known));
        }
        return known;
    }

    private void Site(long id, long line, string file, string member)
    {
        if (SiteOf(id) is not { } slot)
            return;
        var site = new SourceSite(file, (int)Math.Clamp(line, 0, int.MaxValue), member);
        slot.Site = site;
        _model.SiteOfTrace(id).Site ??= site;
    }

    private void SchedulerStart(long procs, long sliceNs, string name, long time)
    {
        _toldAt = time;
        _scheduler.Name = name;
        _scheduler.IsDescribed = true;
        if (sliceNs > 0)
            _scheduler.SliceNs = sliceNs;
        SetProcs(procs);
    }

    private void SetProcs(long procs)
    {
        if (procs is <= 0 or > MostProcessors)
            return;
        _scheduler.Procs = (int)procs;
        for (int i = 0; i < procs; i++)
            Processor(i);
    }

    private void SchedulerStop(long time)
    {
        _scheduler.StoppedAt = time;
        foreach (var place in _processors.Concat(_machines.Values))
        {
            if (place is not null)
                Abandon(place, time);
        }
    }
}
