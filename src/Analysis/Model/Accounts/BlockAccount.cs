using Gmp.Tracing;

namespace Gmp.Analysis.Model.Accounts;

/// <summary>Waits of goroutines for one reason. Times are ns. Waits that began before the trace count from its start, those that go on to its end.</summary>
public struct BlockAccount
{
    /// <summary>How many waits there were, those that go on among them.</summary>
    public long Count { get; internal set; }

    /// <summary>How long they took in all.</summary>
    public long WaitNs { get; internal set; }

    /// <summary>The longest.</summary>
    public long LongestNs { get; internal set; }

    /// <summary>How many go on at the trace's end.</summary>
    public long Open { get; internal set; }

    internal void Add(long ns)
    {
        Count++;
        WaitNs += ns;
        LongestNs = Math.Max(LongestNs, ns);
    }
}

/// <summary>System calls. Times are ns.</summary>
public struct SyscallAccount
{
    /// <summary>How many there were, those that go on among them.</summary>
    public long Count { get; internal set; }

    /// <summary>How long they took in all.</summary>
    public long TimeNs { get; internal set; }

    /// <summary>The longest.</summary>
    public long LongestNs { get; internal set; }

    /// <summary>How long they kept their P, in all: up to their end, or until the P went on to another M.</summary>
    public long HeldNs { get; internal set; }

    /// <summary>The longest that one kept its P.</summary>
    public long LongestHeldNs { get; internal set; }

    /// <summary>How many lost their P: sysmon took it, or the call was announced as one that blocks and gave it away at once.</summary>
    public long LostProcessor { get; internal set; }

    /// <summary>Those of <see cref="LostProcessor"/> that gave the P away at once (<c>Blocking</c>).</summary>
    public long Announced { get; internal set; }
}

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
