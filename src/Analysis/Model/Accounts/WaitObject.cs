using Gmp.Tracing;

namespace Gmp.Analysis.Model.Accounts;

/// <summary>Something that goroutines wait on: a channel, a lock, a wait group. Times are ns.</summary>
public sealed class WaitObject
{
    internal WaitObject(int scheduler, long id) => (Scheduler, Id) = (scheduler, id);

    /// <summary>The scheduler whose goroutines waited.</summary>
    public int Scheduler { get; }

    /// <summary>The id that the target knows it by.</summary>
    public long Id { get; }

    /// <summary>For what goroutines waited on it last: <see cref="WaitReason.MutexLock"/>, <see cref="WaitReason.ChanReceive"/>.</summary>
    public WaitReason Reason { get; internal set; }

    /// <summary>The waits on it, whatever the reason.</summary>
    public BlockAccount Blocks;

    /// <summary>How many waited at once, at most.</summary>
    public int MostWaiters { get; internal set; }

    /// <summary>How many wait now, or at the trace's end.</summary>
    public int Waiters { get; internal set; }

    /// <summary>When the first wait began.</summary>
    public long FirstNs { get; internal set; }

    /// <summary>When the last wait that ended did.</summary>
    public long LastNs { get; internal set; }

    /// <summary>For how long at least one waited, in all.</summary>
    public long ContendedNs { get; internal set; }

    /// <summary>The creation site of the goroutine that waited longest; null where the trace does not say.</summary>
    public SourceSite? Site => LongestSlot?.Resolve();

    /// <summary>Who waited longest, by its place in <see cref="TraceModel.Goroutines"/>; -1 before anybody did.</summary>
    public int LongestWaiter { get; internal set; } = -1;

    /// <summary>What was counted so far does not count.</summary>
    internal void Restart(long time)
    {
        Blocks = default;
        MostWaiters = Waiters;
        (FirstNs, LastNs, ContendedNs, ContendedSince) = (time, 0, 0, time);
        (LongestWaiter, LongestSlot) = (-1, null);
        Turns = TurnsWaited = 0;
    }

    /// <summary>Of a lock: how often the target told who had it while others waited.</summary>
    public long Turns { get; internal set; }

    /// <summary>In how many of <see cref="Turns"/> that goroutine waited itself, or was in a system call, with the lock in hand.</summary>
    public long TurnsWaited { get; private set; }

    /// <summary>For what it waited the last time; <see cref="WaitReason.None"/> for a system call.</summary>
    public WaitReason HolderReason { get; private set; }

    /// <summary>Who has it while others wait, as far as the trace tells.</summary>
    internal GoroutineInfo? Holder { get; set; }

    internal bool HasHolderWaited { get; set; }

    /// <summary>Its holder waits. Counts once a turn.</summary>
    internal void HolderWaits(WaitReason reason)
    {
        if (HasHolderWaited)
            return;
        HasHolderWaited = true;
        TurnsWaited++;
        HolderReason = reason;
    }

    /// <summary>Who took it last while others waited, and when; 0 and long ago for nobody.</summary>
    internal long TakenBy { get; set; }

    internal long TakenAt { get; set; } = long.MinValue;

    internal long ContendedSince { get; set; }

    internal Building.SiteSlot? LongestSlot { get; set; }
}
