namespace Gmp;

/// <summary>A socket as the poller knows it (Go: runtime/netpoll.go: pollDesc): two sides, on each of which one goroutine may wait.</summary>
internal sealed class PollDesc
{
    private readonly uint _number;

    internal PollDesc(NetPoller poller, int index, uint number)
    {
        Poller = poller;
        Index = index;
        _number = number;
        Reading = new PollSide(this);
        Writing = new PollSide(this);
    }

    internal NetPoller Poller { get; }

    /// <summary>Where it is in the poller's table.</summary>
    internal int Index { get; }

    /// <summary>What its events carry: the place, and a number by which an event of an earlier socket in that place is known.</summary>
    internal ulong Key => ((ulong)_number << 32) | (uint)Index;

    internal PollSide Reading { get; }

    internal PollSide Writing { get; }

    internal static int IndexOf(ulong key) => (int)(uint)key;
}
