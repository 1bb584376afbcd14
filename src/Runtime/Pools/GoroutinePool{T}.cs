using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>
/// A <see cref="GoroutinePool"/> whose workers all carry out one function, each time with another argument: a task needs no delegate of its
/// own (ants: PoolWithFuncGeneric). <c>await pool.Invoke(argument)</c>. Thread-safe.
/// </summary>
/// <typeparam name="T">The arguments.</typeparam>
public sealed class GoroutinePool<T> : GoroutinePoolBase
{
    /// <summary>Makes a pool without workers; they come with the arguments.</summary>
    /// <param name="function">What workers do with an argument.</param>
    /// <param name="capacity">How many workers there may be: at least 1, or <see cref="GoroutinePoolBase.Unlimited"/>.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/>, or one of the options, is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The caller is no goroutine.</exception>
    [OverloadResolutionPriority(1)]
    public GoroutinePool(
        Func<T, GoTask> function, int capacity = Unlimited, GoroutinePoolOptions? options = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        : this(new PoolWorkers<T>(function, capacity, options, CreationSite.Of(file, line, member)))
    {
    }

    /// <inheritdoc cref="GoroutinePool{T}(Func{T, GoTask}, int, GoroutinePoolOptions?, string, int, string)"/>
    public GoroutinePool(
        Action<T> function, int capacity = Unlimited, GoroutinePoolOptions? options = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        : this(new PoolWorkers<T>(PoolTasks.Function(function), capacity, options, CreationSite.Of(file, line, member)))
    {
    }

    internal GoroutinePool(PoolWorkers<T> workers)
        : base(workers) => Workers = workers;

    internal PoolWorkers<T> Workers { get; }

    /// <summary>Gives an argument to a worker and waits until there is one. It does not wait for the function. Await it at once.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="token">Ends the wait for a worker.</param>
    /// <inheritdoc cref="GoroutinePool.Submit(Func{GoTask}, CancellationToken)"/>
    public PoolSubmit<T> Invoke(T argument, CancellationToken token = default) => new(Workers, argument, token);

    /// <summary>Gives an argument to a worker if one is free or may be made. Any thread.</summary>
    /// <param name="argument">The argument.</param>
    /// <returns>False if it would have had to wait.</returns>
    /// <exception cref="PoolClosedException">The pool is closed.</exception>
    public bool TryInvoke(T argument) => PoolTasks.Accepts(Workers.TrySubmit(argument, M.Current));
}
