using Gmp.Analysis.Model;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Simulation;

namespace Gmp.Analysis.Questions.Replays;

/// <summary>The busiest scheduler's work, and what replays of it came to. Each is made once and only when asked for.</summary>
internal sealed class ReplaySet
{
    /// <summary>Fewer say nothing.</summary>
    public const int LeastJobs = 200;

    private readonly Dictionary<int, ReplayResult> _gmp = [];
    private ReplayResult? _gm;

    private ReplaySet(Workload work, int scheduler) => (Work, Scheduler) = (work, scheduler);

    /// <summary>The work.</summary>
    public Workload Work { get; }

    /// <summary>Whose it is.</summary>
    public int Scheduler { get; }

    /// <summary>True if there is enough of it.</summary>
    public bool IsEnough => Work.Jobs.Count >= LeastJobs;

    /// <summary>What scheduling costs in the replays.</summary>
    public SchedulerCosts Costs { get; } = new();

    /// <summary>With so many Ps.</summary>
    public ReplayResult Gmp(int processors)
    {
        if (!_gmp.TryGetValue(processors, out var known))
            _gmp[processors] = known = Replay.Gmp(Work, processors, Costs);
        return known;
    }

    /// <summary>With as many threads as the trace has Ps, and one locked queue.</summary>
    public ReplayResult Gm() => _gm ??= Replay.Gm(Work, Work.Processors, Costs);

    /// <summary>The work of the scheduler with the most runs.</summary>
    public static ReplaySet Of(LoadedTrace trace)
    {
        int busiest = trace.Model.Lanes.Where(l => l.Kind == LaneKind.Processor).GroupBy(l => l.Scheduler).OrderByDescending(s => s.Sum(l => (long)l.Spans.Count)).Select(s => s.Key).FirstOrDefault(1);
        int processors = trace.Model.Lanes.Count(l => l.Kind == LaneKind.Processor && l.Scheduler == busiest);
        return new ReplaySet(trace.Workloads.GetValueOrDefault(busiest) ?? new Workload([], processors, SchedulerInfo.DefaultSliceNs, 0), busiest);
    }
}
