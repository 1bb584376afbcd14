namespace Gmp.Analysis.Model.Accounts;

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
