using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>
/// A pool of pools: tasks are spread over several <see cref="GoroutinePool"/>s, each with its own lock, for many submitters on many Ps
/// (ants: MultiPool). Its counts are the sums of theirs. Thread-safe.
/// </summary>
public sealed class GoroutinePools : GoroutinePoolBase
{
    private readonly PoolBalancer<Delegate> _balancer;

    /// <summary>Makes the pools.</summary>
    /// <param name="pools">How many; at least 1.</param>
    /// <param name="capacityOfEach">How many workers each may have: at least 1, or <see cref="GoroutinePoolBase.Unlimited"/>.</param>
    /// <param name="balancing">How the pool for a task is chosen.</param>
    /// <param name="options">How each behaves; <see cref="GoroutinePoolOptions.MaxBlocking"/> holds for each by itself.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of the numbers is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The caller is no goroutine.</exception>
    public GoroutinePools(
        int pools, int capacityOfEach = Unlimited, PoolBalancing balancing = PoolBalancing.RoundRobin, GoroutinePoolOptions? options = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        : this(PoolWorkers<Delegate>.Make(pools, PoolTasks.Run, capacityOfEach, options, CreationSite.Of(file, line, member)), balancing)
    {
    }

    private GoroutinePools(PoolWorkers<Delegate>[] pools, PoolBalancing balancing)
        : this(pools, new PoolBalancer<Delegate>(pools, balancing))
    {
    }

    private GoroutinePools(PoolWorkers<Delegate>[] pools, PoolBalancer<Delegate> balancer)
        : base(balancer)
    {
        _balancer = balancer;
        Pools = [.. pools.Select(static p => new GoroutinePool(p))];
    }

    /// <summary>The pools, for their counts (ants: RunningByIndex and the like).</summary>
    public IReadOnlyList<GoroutinePool> Pools { get; }

    /// <inheritdoc cref="GoroutinePool.Submit(Func{GoTask}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public PoolSubmit<Delegate> Submit(Func<GoTask> task, CancellationToken token = default) => Submission(task, token);

    /// <inheritdoc cref="GoroutinePool.Submit(Func{GoTask}, CancellationToken)"/>
    public PoolSubmit<Delegate> Submit(Action task, CancellationToken token = default) => Submission(task, token);

    /// <inheritdoc cref="GoroutinePool.Submit(Func{GoTask}, CancellationToken)"/>
    public PoolSubmit<Delegate> Submit(Func<Task> task, CancellationToken token = default) => Submission(task, token);

    /// <inheritdoc cref="GoroutinePool.Submit(Func{GoTask}, CancellationToken)"/>
    public PoolSubmit<Delegate> Submit(Func<ValueTask> task, CancellationToken token = default) => Submission(task, token);

    /// <summary>Gives a task to a worker of any of the pools if one is free or may be made. Any thread.</summary>
    /// <param name="task">What a worker shall do.</param>
    /// <returns>False if it would have had to wait.</returns>
    /// <exception cref="PoolClosedException">The pools are closed.</exception>
    [OverloadResolutionPriority(1)]
    public bool TrySubmit(Func<GoTask> task) => PoolTasks.Accepts(_balancer.TrySubmit(PoolTasks.Checked(task)));

    /// <inheritdoc cref="TrySubmit(Func{GoTask})"/>
    public bool TrySubmit(Action task) => PoolTasks.Accepts(_balancer.TrySubmit(PoolTasks.Checked(task)));

    /// <inheritdoc cref="TrySubmit(Func{GoTask})"/>
    public bool TrySubmit(Func<Task> task) => PoolTasks.Accepts(_balancer.TrySubmit(PoolTasks.Checked(task)));

    /// <inheritdoc cref="TrySubmit(Func{GoTask})"/>
    public bool TrySubmit(Func<ValueTask> task) => PoolTasks.Accepts(_balancer.TrySubmit(PoolTasks.Checked(task)));

    private PoolSubmit<Delegate> Submission(Delegate task, CancellationToken token) => new(_balancer.Choose(), PoolTasks.Checked(task), token);
}
