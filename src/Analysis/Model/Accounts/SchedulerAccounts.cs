using Gmp.Tracing;

namespace Gmp.Analysis.Model.Accounts;

/// <summary>What one scheduler did, counted while its records were read. Reading needs <see cref="TraceModel.Gate"/> while the trace is live.</summary>
public sealed class SchedulerAccounts
{
    private const int Reasons = 256;
    private const int Steps = 8;

    private readonly long[] _next = new long[Reasons * Steps];
    private readonly List<StealPair[]> _steals = [];   // by thief, then by victim

    internal SchedulerAccounts(int scheduler) => Scheduler = scheduler;

    /// <summary>The scheduler's number in its process.</summary>
    public int Scheduler { get; }

    /// <summary>By creation site, in the order in which the trace met them. Goroutines whose site it does not say are together in one without a site.</summary>
    public IReadOnlyList<SiteAccount> Sites => SiteList;

    /// <summary>How often goroutines went from one <see cref="GoStatus"/> to another.</summary>
    public StateFlow GoroutineFlow { get; } = new();

    /// <summary>How often Ps went from one <see cref="ProcStatus"/> to another.</summary>
    public StateFlow ProcessorFlow { get; } = new();

    /// <summary>How often Ms went from one <see cref="MachineState"/> to another.</summary>
    public StateFlow MachineFlow { get; } = new();

    /// <summary>Goroutines that are runnable and not running, over time.</summary>
    public DepthSeries Runnable { get; } = new();

    /// <summary>What goroutines waited on, where the target tells: channels, locks, wait groups.</summary>
    public IReadOnlyCollection<WaitObject> WaitObjects => Objects.Values;

    /// <summary>The Ms by number.</summary>
    public IReadOnlyCollection<MachineAccount> Machines => MachineByNumber.Values;

    /// <summary>sysmon's looks, in order.</summary>
    public IReadOnlyList<Heartbeat> Heartbeats => HeartbeatList;

    /// <summary>The garbage collector's pauses as sysmon saw them, in order.</summary>
    public IReadOnlyList<CollectionFact> Collections => CollectionList;

    /// <summary>Who took from whom.</summary>
    public IReadOnlyList<StealPair> Steals => [.. _steals.SelectMany(t => t).Where(p => p.Steals > 0)];

    /// <summary>When Ps stole from others, for pictures; <see cref="Steals"/> counts them.</summary>
    public MomentLog StealMoments { get; } = new();

    /// <summary>When a P went from one M to another, for pictures; <see cref="Handoffs"/> counts them.</summary>
    public MomentLog HandoffMoments { get; } = new();

    /// <summary>Searches for work that began, and those that found some.</summary>
    public (long Begun, long Found) Searches { get; internal set; }

    /// <summary>How often goroutines moved from a full queue to the global one, and how many in all.</summary>
    public (long Times, long Goroutines) Overflows { get; internal set; }

    /// <summary>How often a P took goroutines from the global queue, and how many in all.</summary>
    public (long Times, long Goroutines) GlobalGets { get; internal set; }

    /// <summary>Goroutines that became runnable, by the queue that they were put on.</summary>
    public long Queued(RunQueueKind queue) => QueuedBy[(int)queue & 7];

    /// <summary>How often a P went from one M to another, by why.</summary>
    public long Handoffs(HandoffReason reason) => HandoffsBy[(int)reason & 7];

    /// <summary>How often sysmon took a P, by why.</summary>
    public long Retakes(HandoffReason reason) => RetakesBy[(int)reason & 7];

    /// <summary>What Ps did after a goroutine began to wait for a reason; <see cref="WaitReason.None"/> stands for goroutines that ended or gave way.</summary>
    public long Next(WaitReason reason, NextStep step) => _next[((int)reason * Steps) + (int)step];

    internal List<SiteAccount> SiteList { get; } = [];

    internal Dictionary<long, WaitObject> Objects { get; } = [];

    internal SortedDictionary<int, MachineAccount> MachineByNumber { get; } = [];

    internal List<Heartbeat> HeartbeatList { get; } = [];

    internal List<CollectionFact> CollectionList { get; } = [];

    internal long[] QueuedBy { get; } = new long[8];

    internal long[] HandoffsBy { get; } = new long[8];

    internal long[] RetakesBy { get; } = new long[8];

    /// <summary>What was counted so far does not count. Sites are restarted by whoever counts the goroutines.</summary>
    internal void Restart(long time)
    {
        GoroutineFlow.Clear();
        ProcessorFlow.Clear();
        MachineFlow.Clear();
        Runnable.Restart(time);
        foreach (var on in Objects.Values)
            on.Restart(time);
        foreach (var m in MachineByNumber.Values)
            m.Restart();
        HeartbeatList.Clear();
        CollectionList.Clear();
        _steals.Clear();
        (Searches, Overflows, GlobalGets) = (default, default, default);
        Array.Clear(QueuedBy);
        Array.Clear(HandoffsBy);
        Array.Clear(RetakesBy);
        Array.Clear(_next);
    }

    internal void AddNext(WaitReason reason, NextStep step) => _next[((int)reason * Steps) + (int)step]++;

    internal void AddSteal(int thief, int victim, int count)
    {
        while (_steals.Count <= thief)
            _steals.Add([]);
        var own = _steals[thief];
        if (victim >= own.Length)
        {
            Array.Resize(ref own, victim + 1);
            _steals[thief] = own;
        }
        ref var pair = ref own[victim];
        pair = new StealPair(thief, victim, pair.Steals + 1, pair.Goroutines + count, Math.Max(pair.Most, count));
    }
}
