using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>
/// A pool of pools that all carry out one function: <see cref="GoroutinePool{T}"/> as <see cref="GoroutinePools"/> is to
/// <see cref="GoroutinePool"/> (ants: MultiPoolWithFuncGeneric). Thread-safe.
/// </summary>
/// <typeparam name="T">The arguments.</typeparam>
public sealed class GoroutinePools<T> : GoroutinePoolBase
{
    private readonly PoolBalancer<T> _balancer;

    /// <summary>Makes the pools.</summary>
    /// <param name="function">What workers do with an argument.</param>
    /// <param name="pools">How many; at least 1.</param>
    /// <param name="capacityOfEach">How many workers each may have: at least 1, or <see cref="GoroutinePoolBase.Unlimited"/>.</param>
    /// <param name="balancing">How the pool for an argument is chosen.</param>
    /// <param name="options">How each behaves; <see cref="GoroutinePoolOptions.MaxBlocking"/> holds for each by itself.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of the numbers is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The caller is no goroutine.</exception>
    [OverloadResolutionPriority(1)]
    public GoroutinePools(
        Func<T, GoTask> function, int pools, int capacityOfEach = Unlimited, PoolBalancing balancing = PoolBalancing.RoundRobin,
        GoroutinePoolOptions? options = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        : this(PoolWorkers<T>.Make(pools, function, capacityOfEach, options, CreationSite.Of(file, line, member)), balancing)
    {
    }

    /// <inheritdoc cref="GoroutinePools{T}(Func{T, GoTask}, int, int, PoolBalancing, GoroutinePoolOptions?, string, int, string)"/>
    public GoroutinePools(
        Action<T> function, int pools, int capacityOfEach = Unlimited, PoolBalancing balancing = PoolBalancing.RoundRobin,
        GoroutinePoolOptions? options = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        : this(PoolWorkers<T>.Make(pools, PoolTasks.Function(function), capacityOfEach, options, CreationSite.Of(file, line, member)), balancing)
    {
    }

    private GoroutinePools(PoolWorkers<T>[] pools, PoolBalancing balancing)
        : this(pools, new PoolBalancer<T>(pools, balancing))
    {
    }

    private GoroutinePools(PoolWorkers<T>[] pools, PoolBalancer<T> balancer)
        : base(balancer)
    {
        _balancer = balancer;
        Pools = [.. pools.Select(static p => new GoroutinePool<T>(p))];
    }

    /// <summary>The pools, for their counts (ants: RunningByIndex and the like).</summary>
    public IReadOnlyList<GoroutinePool<T>> Pools { get; }

    /// <inheritdoc cref="GoroutinePool{T}.Invoke(T, CancellationToken)"/>
    public PoolSubmit<T> Invoke(T argument, CancellationToken token = default) => new(_balancer.Choose(), argument, token);

    /// <summary>Gives an argument to a worker of any of the pools if one is free or may be made. Any thread.</summary>
    /// <param name="argument">The argument.</param>
    /// <returns>False if it would have had to wait.</returns>
    /// <exception cref="PoolClosedException">The pools are closed.</exception>
    public bool TryInvoke(T argument) => PoolTasks.Accepts(_balancer.TrySubmit(argument));
}
