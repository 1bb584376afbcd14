using Gmp.Tracing;

namespace Gmp.Analysis.Model.Accounts;

/// <summary>What the goroutines of one creation site did, together. Times are ns.</summary>
public sealed class SiteAccount
{
    private readonly Building.SiteSlot? _slot;
    private BlockAccount[] _blocks = [];

    internal SiteAccount(int scheduler, Building.SiteSlot? slot) => (Scheduler, _slot) = (scheduler, slot);

    /// <summary>The scheduler's number.</summary>
    public int Scheduler { get; }

    /// <summary>Where their <c>Go</c> call stands; null where the trace does not say.</summary>
    public SourceSite? Site => _slot?.Resolve();

    /// <summary>How many goroutines the trace knows of it.</summary>
    public int Goroutines { get; internal set; }

    /// <summary>How many of them began in the trace.</summary>
    public int Created { get; internal set; }

    /// <summary>How many of them ended in it.</summary>
    public int Ended { get; internal set; }

    /// <summary>A name that one of them has, or empty; from the target, so escape it.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>How often they began to run.</summary>
    public long Starts { get; internal set; }

    /// <summary>Time spent running.</summary>
    public long RunningNs { get; internal set; }

    /// <summary>Time spent runnable and not running.</summary>
    public long RunnableNs { get; internal set; }

    /// <summary>Time spent waiting.</summary>
    public long WaitingNs { get; internal set; }

    /// <summary>Their system calls.</summary>
    public SyscallAccount Syscalls;

    /// <summary>Their waits for a reason.</summary>
    public BlockAccount Blocked(WaitReason reason) => (int)reason < _blocks.Length ? _blocks[(int)reason] : default;

    /// <summary>What was counted so far does not count.</summary>
    internal void Restart()
    {
        (Goroutines, Created, Ended) = (0, 0, 0);
        (Starts, RunningNs, RunnableNs, WaitingNs) = (0, 0, 0, 0);
        Syscalls = default;
        Array.Clear(_blocks);
    }

    internal ref BlockAccount BlockedFor(WaitReason reason)
    {
        if ((int)reason >= _blocks.Length)
            Array.Resize(ref _blocks, (int)reason + 1);
        return ref _blocks[(int)reason];
    }
}
