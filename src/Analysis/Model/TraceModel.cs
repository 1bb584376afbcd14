namespace Gmp.Analysis.Model;

/// <summary>
/// A trace as people see it: lanes of spans and goroutines. A live trace is one that is not finished yet: its builder appends under
/// <see cref="Gate"/> and raises <see cref="Version"/>; whoever reads a live model holds the gate.
/// </summary>
public sealed class TraceModel
{
    private readonly List<GoroutineInfo> _goroutines = [];
    private readonly List<Lane> _lanes = [];
    private readonly List<Building.SchedulerModel> _schedulers = [];
    private readonly Dictionary<long, Building.SiteSlot> _sites = [];

    /// <summary>Hold it to read a live model. A finished one needs none.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Grows with every change. May be read without the gate.</summary>
    public long Version => Volatile.Read(ref _version);
    private long _version;

    /// <summary>Tells readers that there is something new. Called by the builder, which holds the gate.</summary>
    internal void Changed() => Volatile.Write(ref _version, _version + 1);

    /// <summary>The time of the last record, ns since the first.</summary>
    public long Duration { get; internal set; }

    /// <summary>What part of the trace is counted.</summary>
    public TraceSelection Selection { get; internal set; } = TraceSelection.Everything;

    /// <summary>Where what is counted begins, ns since the first record: 0, or later where only a part of the trace is looked at.</summary>
    public long Start { get; internal set; }

    /// <summary>How long what is counted is, ns.</summary>
    public long Length => Duration - Start;

    /// <summary>Lanes: Ps by number, then Ms that ran without a P.</summary>
    public IReadOnlyList<Lane> Lanes => _lanes;

    /// <summary>Goroutines by <see cref="GoroutineInfo.Index"/>.</summary>
    public IReadOnlyList<GoroutineInfo> Goroutines => _goroutines;

    /// <summary>
    /// Slices that ended and are worth a look: at least half as long as the scheduler's slice duration, or reported by sysmon. In the order in
    /// which they ended.
    /// </summary>
    public IReadOnlyList<Slice> Slices => SliceList;

    /// <summary>The longest slice that ended, whatever its length; null if none did.</summary>
    public Slice? LongestSlice { get; internal set; }

    /// <summary>Waits that ended, in that order; those under 1 us are left out.</summary>
    public Segments<RunnableWait> Waits => WaitList;

    /// <summary>
    /// When the runtime stopped all threads, in the order in which it became known. Only where the recording took in the runtime's events, as ours do; the
    /// scheduler's own records of pauses (GcPause) know the moment to 2 ms.
    /// </summary>
    public IReadOnlyList<RuntimePause> Pauses => PauseList;

    /// <summary>What each scheduler did, counted, by the order in which the trace met them.</summary>
    public IReadOnlyList<Accounts.SchedulerAccounts> Accounts => AccountList;

    internal List<Accounts.SchedulerAccounts> AccountList { get; } = [];

    /// <summary>The program's tasks, in the order in which they began.</summary>
    public IReadOnlyList<TaskInfo> Tasks => Annotations.Tasks;

    /// <summary>The program's regions, in the order in which they began.</summary>
    public IReadOnlyList<RegionInfo> Regions => Annotations.Regions;

    /// <summary>The program's messages, in order.</summary>
    public IReadOnlyList<MessageInfo> Messages => Annotations.Messages;

    internal Building.AnnotationBook Annotations { get; } = new();

    internal List<RuntimePause> PauseList { get; } = [];

    internal List<Slice> SliceList { get; } = [];

    internal Segments<RunnableWait> WaitList { get; } = new();

    /// <summary>What threads were doing, where the recorder sampled. Filled when the trace is complete.</summary>
    public CpuSamples Samples { get; } = new();

    /// <summary>What the machine and the process did, where the recorder saw it. Filled when the trace is complete.</summary>
    public HostFacts Host { get; } = new();

    /// <summary>The operating system's id of an M's thread; null where the trace does not say.</summary>
    /// <param name="scheduler">The scheduler's number.</param>
    /// <param name="machine">The M's number.</param>
    public long? ThreadOf(int scheduler, int machine) => Threads.TryGetValue((scheduler, machine), out long thread) ? thread : null;

    internal Dictionary<(int Scheduler, int Machine), long> Threads { get; } = [];

    /// <summary>The slices that go on at the end of what was read.</summary>
    public IReadOnlyList<Slice> OpenSlices() => [.. _schedulers.SelectMany(s => s.OpenSlices())];

    /// <summary>The lane of a P or M, or null.</summary>
    public Lane? FindLane(LaneKind kind, int scheduler, int id) =>
        _lanes.Find(l => l.Kind == kind && l.Scheduler == scheduler && l.Id == id);

    /// <summary>The slot of a site id that no scheduler of its own has told.</summary>
    internal Building.SiteSlot SiteOfTrace(long id)
    {
        if (!_sites.TryGetValue(id, out var known))
            _sites[id] = known = new Building.SiteSlot(null);
        return known;
    }

    /// <summary>The slices and waits of a scheduler are forgotten.</summary>
    internal void Forget(int scheduler)
    {
        SliceList.RemoveAll(s => s.Scheduler == scheduler);
        LongestSlice = SliceList.Count == 0 ? null : SliceList.MaxBy(s => s.RunNs);
        RunnableWait[] others = [.. WaitList.Where(w => _goroutines[w.Goroutine].Scheduler != scheduler)];
        WaitList.Clear();
        foreach (var wait in others)
            WaitList.Add(wait);
    }

    internal void Add(Building.SchedulerModel scheduler) => _schedulers.Add(scheduler);

    internal GoroutineInfo AddGoroutine(int scheduler, long id)
    {
        var added = new GoroutineInfo(_goroutines.Count, scheduler, id);
        _goroutines.Add(added);
        return added;
    }

    internal Lane AddLane(LaneKind kind, int scheduler, int id)
    {
        var added = new Lane(kind, scheduler, id);
        int at = _lanes.FindIndex(l => (l.Kind, l.Scheduler, l.Id).CompareTo((kind, scheduler, id)) > 0);
        _lanes.Insert(at < 0 ? _lanes.Count : at, added);
        return added;
    }
}
