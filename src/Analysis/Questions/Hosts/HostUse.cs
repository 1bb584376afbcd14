using Gmp.Analysis.Model;
using Gmp.Analysis.Model.Accounts;

namespace Gmp.Analysis.Questions.Hosts;

/// <summary>How much CPU the machine had for the target's goroutines, by stretches of time. What is not known is null.</summary>
internal sealed class HostUse
{
    /// <summary>sysmon writes a heartbeat with every second flush, which comes 50 ms after the one before at the latest.</summary>
    private const long HeartbeatNs = 100_000_000;

    /// <summary>Later than so much it was kept from running; less is how timers are.</summary>
    private const long LateNs = 20_000_000;

    private readonly List<Stretch> _stretches = [];

    /// <summary>What lies between two facts.</summary>
    /// <param name="Start">The first one's time.</param>
    /// <param name="End">The second one's.</param>
    /// <param name="QueueNs">How long threads that run goroutines waited for a CPU, added up.</param>
    /// <param name="CpuNs">How long they had one.</param>
    private readonly record struct Stretch(long Start, long End, long QueueNs, long CpuNs);

    private HostUse(TraceModel model)
    {
        var facts = model.Host.Facts.Where(f => f.Time <= model.Duration + 1_000_000_000 && f.Time >= model.Start - 1_000_000_000).ToList();
        for (int i = 1; i < facts.Count; i++)
        {
            if (facts[i].WorstQueueNs >= 0 && facts[i - 1].MachineQueueNs >= 0 && facts[i].MachineQueueNs >= facts[i - 1].MachineQueueNs)
                _stretches.Add(new Stretch(facts[i - 1].Time, facts[i].Time, facts[i].MachineQueueNs - facts[i - 1].MachineQueueNs, facts[i].MachineCpuNs - facts[i - 1].MachineCpuNs));
        }
        if (Between(facts, f => f.BusyNs) is { } busy && Between(facts, f => f.IdleNs) is { } idle && busy + idle > 0)
        {
            long stolen = Between(facts, f => f.StolenNs) ?? 0;
            double all = busy + idle + stolen;
            BusyShare = busy / all;
            StolenShare = stolen / all;
            if (Between(facts, f => f.CpuNs) is { } own)
                OthersShare = Math.Max(0, busy - own) / all;
        }
        PressureNs = Between(facts, f => f.PressureNs);
        Throttled = Between(facts, f => f.Throttled);
        ThrottledNs = Between(facts, f => f.ThrottledNs);
        SeenNs = facts.Count < 2 ? 0 : facts[^1].Time - facts[0].Time;
        Late = new Distribution();
        foreach (var accounts in model.Accounts)
            AddLateness(accounts.Heartbeats, Late);
    }

    /// <summary>Looks at a trace.</summary>
    public static HostUse Of(TraceModel model) => new(model);

    /// <summary>Whether the recorder saw how long threads waited for a CPU.</summary>
    public bool IsQueueKnown => _stretches.Count > 0;

    /// <summary>For how long the recorder looked, ns.</summary>
    public long SeenNs { get; }

    /// <summary>The part of all CPUs' time that was used, by whomever.</summary>
    public double? BusyShare { get; }

    /// <summary>The part of all CPUs' time that other processes used.</summary>
    public double? OthersShare { get; }

    /// <summary>The part of all CPUs' time that the machine's own host gave to others.</summary>
    public double? StolenShare { get; }

    /// <summary>How long something waited for a CPU, ns.</summary>
    public long? PressureNs { get; }

    /// <summary>In how many periods the quota was used up.</summary>
    public long? Throttled { get; }

    /// <summary>How long the target stood still for that, ns.</summary>
    public long? ThrottledNs { get; }

    /// <summary>How late sysmon's heartbeats were, those that were in time left out.</summary>
    public Distribution Late { get; }

    /// <summary>Threads that run goroutines wanted a CPU: for this part of that time they had none.</summary>
    public double? WaitShare => _stretches.Count == 0 ? null : Share(_stretches.Sum(s => s.QueueNs), _stretches.Sum(s => s.CpuNs));

    /// <summary>How long they waited for one, ns, added up over them.</summary>
    public long QueueNs => _stretches.Sum(s => s.QueueNs);

    /// <summary>The same within a stretch of time, to the second; null where it is not known.</summary>
    public double? WaitShareWithin(long start, long end)
    {
        var within = Within(start, end);
        return within.Count == 0 ? null : Share(within.Sum(s => s.QueueNs), within.Sum(s => s.CpuNs));
    }

    /// <summary>True if the seconds that a stretch of time touches are known without a gap.</summary>
    private static bool Covers(List<Stretch> within, long start, long end)
    {
        if (within.Count == 0 || within[0].Start > start || within[^1].End < end)
            return false;
        for (int i = 1; i < within.Count; i++)
        {
            if (within[i].Start != within[i - 1].End)
                return false;
        }
        return true;
    }

    /// <summary>How long threads waited for a CPU in the seconds that a stretch of time touches, ns, with where they begin and end; null where it is not known.</summary>
    public (long Start, long End, long QueueNs)? QueueWithin(long start, long end)
    {
        var within = Within(start, end);
        return Covers(within, start, end) ? (within[0].Start, within[^1].End, within.Sum(s => s.QueueNs)) : null;
    }

    /// <summary>The stretches in which goroutines' threads waited most, the worst first: from, to, the share of <see cref="WaitShare"/>.</summary>
    public IReadOnlyList<(long Start, long End, double Share, long QueueNs, long CpuNs)> ByTime =>
        [.. _stretches.Select(s => (s.Start, s.End, Share(s.QueueNs, s.CpuNs), s.QueueNs, s.CpuNs))];

    private List<Stretch> Within(long start, long end)
    {
        int low = 0, high = _stretches.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_stretches[middle].End > start)
                high = middle;
            else
                low = middle + 1;
        }
        var found = new List<Stretch>();
        for (; low < _stretches.Count && _stretches[low].Start < end; low++)
            found.Add(_stretches[low]);
        return found;
    }

    private static double Share(long queue, long cpu) => queue + cpu == 0 ? 0 : (double)queue / (queue + cpu);

    // The last fact may lack what a process that has ended does not tell any more.
    private static long? Between(List<HostFact> facts, Func<HostFact, long> number)
    {
        var known = facts.Where(f => number(f) >= 0).ToList();
        return known.Count < 2 ? null : Math.Max(0, number(known[^1]) - number(known[0]));
    }

    private static void AddLateness(IReadOnlyList<Heartbeat> beats, Distribution late)
    {
        for (int i = 1; i < beats.Count; i++)
        {
            long by = beats[i].Time - beats[i - 1].Time - HeartbeatNs;
            if (by > LateNs)
                late.Add(by);
        }
    }
}
