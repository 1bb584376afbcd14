namespace Gmp;

/// <summary>What few goroutines need, so that the others do without its fields.</summary>
internal sealed class GRare
{
    internal string? Name;

    /// <summary>What it waited with on a channel last, kept for its next wait.</summary>
    internal Parker? Waiter;

    /// <summary>Who made it, where the id is too far from its own and too large for the goroutine's field.</summary>
    internal long ParentId;

    internal ExecutionContext? Context;

    internal GoLabels? Labels;

    /// <summary>The wait for something foreign, made at the first such wait and kept.</summary>
    internal ForeignAwait? Foreign;

    /// <summary>What waits on locks and the like, made at the first such wait and kept.</summary>
    internal SyncLeaf? SyncLeaf;

    internal M? LockedM;
}
