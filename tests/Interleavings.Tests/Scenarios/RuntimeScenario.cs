using Gmp.Interleaving;

namespace Gmp.Interleavings.Tests;

/// <summary>
/// Goroutines on a real scheduler whose Ms are strands. There is no sysmon unless a scenario plays it: nobody mends a lost wake. When no
/// thread can go on, every goroutine must have ended once, every P be idle, every queue empty and nobody counted as spinning.
/// </summary>
public abstract class RuntimeScenario : Scenario
{
    private readonly List<string> _names = [];
    private readonly List<int> _ends = [];

    private protected Scheduler Scheduler { get; private set; } = null!;

    private protected virtual int Processors => 2;

    private protected virtual int MaxThreads => 1000;

    protected override void SetUp()
    {
        Scheduler = new Scheduler(new SchedulerOptions
        {
            Processors = Processors,
            MaxThreads = MaxThreads,
            DetectDeadlock = false,
            UnhandledException = e => Schedule.Fail(e.InnerException ?? e),
        });
        foreach (var p in Scheduler.Ps)
        {
            Schedule.Share(p);
            Schedule.Share(p.Queue);
        }
        Begin();
    }

    private protected abstract void Begin();

    /// <summary>A step of user code.</summary>
    private protected static void Compute(int steps)
    {
        var strand = Carrier.Strand!;
        for (int i = 0; i < steps; i++)
            strand.Schedule.Step(strand, "computes", "", "", 0);
    }

    /// <summary>Starts a goroutine that must end once; from anywhere.</summary>
    private protected void Start(string name, Func<GoTask> body)
    {
        int id = _names.Count;
        _names.Add(name);
        _ends.Add(0);
        Scheduler.StartGoroutine(
            (Func<GoTask>)(async () =>
            {
                await body();
                _ends[id]++;
            }),
            name, CreationSite.None, parent: null);
    }

    internal override void Check()
    {
        for (int i = 0; i < _names.Count; i++)
            Assert.True(_ends[i] == 1, $"goroutine {_names[i]} ended {_ends[i]} times");
        Assert.False(Scheduler.HasQueuedWork(), "work is queued and nobody runs it");
        Assert.Equal(0, Scheduler.Alive);
        Assert.Equal(Scheduler.Processors, Scheduler.IdleProcessors);
        Assert.Equal(0, Scheduler.Spinning);
        Assert.Equal(0, Scheduler.Poller?.Waiters ?? 0);
        CheckIdleLists();
    }

    private void CheckIdleLists()
    {
        var idle = new HashSet<P>();
        while (Scheduler.GetIdle() is { } p)
            Assert.True(idle.Add(p), $"P{p.Id} is idle twice");
        Assert.Equal(Scheduler.Processors, idle.Count);
        foreach (var p in idle)
            Scheduler.PutIdle(p);
        foreach (var m in Scheduler.AllMs())
        {
            Assert.True(m.IsIdle, $"M{m.Id} has not gone to sleep");
            Assert.Null(m.NextP);
            Assert.Null(m.POfTaker);
        }
    }

    internal override void TearDown() => Scheduler.MainEnded(null);
}
