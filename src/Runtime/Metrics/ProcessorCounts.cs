namespace Gmp;

/// <summary>What the Ms that owned a P did with it. Counted by the owner where it has no work, without atomics; read by anyone as a moment's truth.</summary>
internal struct ProcessorCounts
{
    /// <summary>How often an M without work looked at the other Ps' queues.</summary>
    internal long Searches;

    /// <summary>How often it took something there.</summary>
    internal long Steals;

    /// <summary>How many goroutines it took.</summary>
    internal long Stolen;
}
