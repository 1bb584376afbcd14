namespace Gmp;

/// <summary>What became of a submission.</summary>
internal enum PoolVerdict
{
    /// <summary>Not decided: it waits, or is about to.</summary>
    Pending,

    /// <summary>A worker has the task.</summary>
    Accepted,

    /// <summary>No worker is free.</summary>
    Full,

    /// <summary>No worker is free, and it may not wait.</summary>
    Overload,

    /// <summary>The pool is closed.</summary>
    Closed,

    /// <summary>All workers wait to submit to their own pool.</summary>
    Deadlock,

    /// <summary>Its token was canceled first.</summary>
    Canceled,
}
