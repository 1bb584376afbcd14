using Gmp.Analysis.Model;

namespace Gmp.Analysis.Questions.Monopoly;

/// <summary>A slice that is a hog's, with the stretch in which it kept its P from others.</summary>
/// <param name="Slice">The slice.</param>
/// <param name="BlockedUntil">When the P was at work for others again, ns: at least <see cref="Model.Slice.HeldUntil"/>.</param>
/// <param name="DueUntil">The same, had sysmon taken the P in time: at most <paramref name="BlockedUntil"/>.</param>
internal sealed record HogSlice(Slice Slice, long BlockedUntil, long DueUntil);

/// <summary>A goroutine that waited while a hog held the P.</summary>
internal sealed class Victim(GoroutineInfo goroutine)
{
    public GoroutineInfo Goroutine { get; } = goroutine;

    public List<long> Waits { get; } = [];

    public long Total { get; private set; }

    public long Longest { get; private set; }

    /// <summary>The longest wait without what sysmon's own delay added, ns.</summary>
    public long LongestDue { get; private set; }

    public void Add(long wait, long due)
    {
        Waits.Add(wait);
        LongestDue = Math.Max(LongestDue, due);
        Total += wait;
        Longest = Math.Max(Longest, wait);
    }
}

/// <summary>The hogs of one creation site (or one goroutine whose site is unknown) in one scheduler, and who waited for them.</summary>
internal sealed class HogGroup(int scheduler, long sliceNs)
{
    public int Scheduler { get; } = scheduler;

    /// <summary>The scheduler's slice duration, ns.</summary>
    public long SliceNs { get; } = sliceNs;

    /// <summary>The slices, in order of their start.</summary>
    public List<HogSlice> Slices { get; } = [];

    /// <summary>Who waited, by goroutine index.</summary>
    public Dictionary<int, Victim> Victims { get; } = [];

    /// <summary>The longest slice.</summary>
    public HogSlice Longest => Slices.MaxBy(s => s.Slice.RunNs)!;

    /// <summary>How much CPU time the slices used, ns.</summary>
    public double CpuNs => Slices.Sum(s => HogRule.CpuNs(s.Slice));

    /// <summary>How long the slices ran, ns.</summary>
    public long RunNs => Slices.Sum(s => s.Slice.RunNs);

    /// <summary>How long they held a P, within the trace, ns.</summary>
    public long HeldNs => Slices.Sum(s => Math.Max(0, s.Slice.HeldUntil - Math.Max(0, s.Slice.Start)));

    /// <summary>The worst wait of a victim, ns.</summary>
    public long WorstWait => Victims.Count == 0 ? 0 : Victims.Values.Max(v => v.Longest);

    /// <summary>The worst wait without what sysmon's own delay added, ns: see <see cref="HogRule.HandoffSlices"/>.</summary>
    public long WorstDueWait => Victims.Count == 0 ? 0 : Victims.Values.Max(v => v.LongestDue);

    /// <summary>All waits, ns.</summary>
    public long TotalWait => Victims.Values.Sum(v => v.Total);

    /// <summary>The wait in the middle of all waits, ns; of an even number, the upper one.</summary>
    public long MedianWait
    {
        get
        {
            long[] waits = [.. Victims.Values.SelectMany(v => v.Waits)];
            Array.Sort(waits);
            return waits.Length == 0 ? 0 : waits[waits.Length / 2];
        }
    }

    /// <summary>How many waits.</summary>
    public int Waits => Victims.Values.Sum(v => v.Waits.Count);
}
