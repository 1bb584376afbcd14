namespace Gmp;

/// <summary>How a pool of pools chooses the pool for a task (ants: LoadBalancingStrategy).</summary>
public enum PoolBalancing
{
    /// <summary>One after the other; one that is full is passed over for the pool with the least tasks.</summary>
    RoundRobin,

    /// <summary>The pool with the fewest tasks that run or wait. It looks at every pool for each task.</summary>
    LeastTasks,
}
