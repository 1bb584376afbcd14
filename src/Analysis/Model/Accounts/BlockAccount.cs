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
