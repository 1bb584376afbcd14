using Gmp.Analysis.Model;
using Gmp.Analysis.Model.Accounts;

namespace Gmp.Analysis.Questions.Calls;

/// <summary>A stretch in which a call kept a P.</summary>
/// <param name="Processor">The P.</param>
/// <param name="Start">When the call began, ns since the trace's start.</param>
/// <param name="End">When the P was free again.</param>
/// <param name="DueUntil">The same, with what sysmon was late not counted.</param>
internal readonly record struct KeptPeriod(int Processor, long Start, long End, long DueUntil);

/// <summary>The calls of one creation site that kept a P: those that the scheduler was told of, or those that it was not.</summary>
internal sealed class CallGroup(int scheduler, SiteAccount account, bool isHidden)
{
    /// <summary>The scheduler's number.</summary>
    public int Scheduler { get; } = scheduler;

    /// <summary>The goroutines' site.</summary>
    public SiteAccount Account { get; } = account;

    /// <summary>True for calls that the scheduler was not told of.</summary>
    public bool IsHidden { get; } = isHidden;

    /// <summary>When they kept Ps, in order of their start.</summary>
    public List<KeptPeriod> Kept { get; } = [];

    /// <summary>The goroutines that made them, by place in the model.</summary>
    public HashSet<int> Callers { get; } = [];

    /// <summary>How long they kept Ps, in all, ns.</summary>
    public long KeptNs { get; private set; }

    /// <summary>The longest, ns.</summary>
    public long LongestNs { get; private set; }

    /// <summary>Of hidden calls: how much of that their threads slept, ns.</summary>
    public double SleptNs { get; private set; }

    /// <summary>Goroutines that were ready and waited for such a P meanwhile, and how long.</summary>
    public Dictionary<int, (long Waited, long Longest, int Waits)> Victims { get; } = [];

    /// <summary>All their waits, ns.</summary>
    public long WaitedNs { get; private set; }

    /// <summary>The longest of them, ns.</summary>
    public long WorstWaitNs { get; private set; }

    /// <summary>The longest of them with what sysmon was late not counted, ns.</summary>
    public long WorstDueNs { get; private set; }

    /// <summary>All of them with what sysmon was late not counted, ns.</summary>
    public long DueNs { get; private set; }

    /// <summary>The median length, ns.</summary>
    public long MedianNs => Kept.Select(k => k.End - k.Start).Order().ElementAt(Kept.Count / 2);

    /// <summary>When the longest was, ns since the trace's start.</summary>
    public KeptPeriod Longest => Kept.MaxBy(k => k.End - k.Start);

    public void Add(in KeptPeriod kept, int goroutine, double sleptNs = 0)
    {
        Kept.Add(kept);
        Callers.Add(goroutine);
        KeptNs += kept.End - kept.Start;
        LongestNs = Math.Max(LongestNs, kept.End - kept.Start);
        SleptNs += sleptNs;
    }

    public void Blame(int goroutine, long waited, long due)
    {
        var (sum, longest, waits) = Victims.GetValueOrDefault(goroutine);
        Victims[goroutine] = (sum + waited, Math.Max(longest, waited), waits + 1);
        WaitedNs += waited;
        DueNs += due;
        WorstWaitNs = Math.Max(WorstWaitNs, waited);
        WorstDueNs = Math.Max(WorstDueNs, due);
    }
}
