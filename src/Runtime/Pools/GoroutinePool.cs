using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>
/// A pool of goroutines that carry out tasks, with the features of ants: a limit on how many run at the same time, and goroutines that are
/// used again instead of made anew. <c>await pool.Submit(async () => { ... })</c>.
/// </summary>
/// <remarks>
/// <para>A task goes to an idle worker, the last one that became idle first; without one, to a new worker; if there may be no more, the
/// submitter waits, first come, first served. The pool holds no tasks of its own: that submitters wait is what limits them.</para>
/// <para>A task that submits to its own pool waits for a worker while it is one. If all do so, none will ever be free: where that is seen, one
/// of them gets <see cref="PoolDeadlockException"/>. It is not seen where a task waits for another goroutine that submits, or submits with a
/// <see cref="CancellationToken"/>.</para>
/// <para>A task runs with the AsyncLocal values of its submitter, as a goroutine does with those of its creator. Workers are goroutines of the
/// scheduler on which the pool was made. Thread-safe; threads that are no goroutines use <see cref="TrySubmit(Func{GoTask})"/>.</para>
/// </remarks>
public sealed class GoroutinePool : GoroutinePoolBase
{
    /// <summary>Makes a pool without workers; they come with the tasks.</summary>
    /// <param name="capacity">How many workers there may be: at least 1, or <see cref="GoroutinePoolBase.Unlimited"/>.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/>, or one of the options, is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The caller is no goroutine.</exception>
    public GoroutinePool(
        int capacity = Unlimited, GoroutinePoolOptions? options = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        : this(new PoolWorkers<Delegate>(PoolTasks.Run, capacity, options, CreationSite.Of(file, line, member)))
    {
    }

    internal GoroutinePool(PoolWorkers<Delegate> workers)
        : base(workers) => Workers = workers;

    internal PoolWorkers<Delegate> Workers { get; }

    /// <summary>Gives a task to a worker and waits until there is one. It does not wait for the task. Await it at once.</summary>
    /// <param name="task">What a worker shall do.</param>
    /// <param name="token">Ends the wait for a worker; a task that a worker has goes on.</param>
    /// <exception cref="PoolClosedException">The pool is closed, or is closed while this waits. Thrown by the await, as those below.</exception>
    /// <exception cref="PoolOverloadException">No worker is free, and it may not wait.</exception>
    /// <exception cref="PoolDeadlockException">All workers wait to submit to this pool, and the caller is one.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    [OverloadResolutionPriority(1)]
    public PoolSubmit<Delegate> Submit(Func<GoTask> task, CancellationToken token = default) => new(Workers, PoolTasks.Checked(task), token);

    /// <inheritdoc cref="Submit(Func{GoTask}, CancellationToken)"/>
    public PoolSubmit<Delegate> Submit(Action task, CancellationToken token = default) => new(Workers, PoolTasks.Checked(task), token);

    /// <inheritdoc cref="Submit(Func{GoTask}, CancellationToken)"/>
    public PoolSubmit<Delegate> Submit(Func<Task> task, CancellationToken token = default) => new(Workers, PoolTasks.Checked(task), token);

    /// <inheritdoc cref="Submit(Func{GoTask}, CancellationToken)"/>
    public PoolSubmit<Delegate> Submit(Func<ValueTask> task, CancellationToken token = default) => new(Workers, PoolTasks.Checked(task), token);

    /// <summary>Gives a task to a worker if one is free or may be made. Any thread.</summary>
    /// <param name="task">What a worker shall do.</param>
    /// <returns>False if it would have had to wait.</returns>
    /// <exception cref="PoolClosedException">The pool is closed.</exception>
    [OverloadResolutionPriority(1)]
    public bool TrySubmit(Func<GoTask> task) => PoolTasks.Accepts(Workers.TrySubmit(PoolTasks.Checked(task), M.Current));

    /// <inheritdoc cref="TrySubmit(Func{GoTask})"/>
    public bool TrySubmit(Action task) => PoolTasks.Accepts(Workers.TrySubmit(PoolTasks.Checked(task), M.Current));

    /// <inheritdoc cref="TrySubmit(Func{GoTask})"/>
    public bool TrySubmit(Func<Task> task) => PoolTasks.Accepts(Workers.TrySubmit(PoolTasks.Checked(task), M.Current));

    /// <inheritdoc cref="TrySubmit(Func{GoTask})"/>
    public bool TrySubmit(Func<ValueTask> task) => PoolTasks.Accepts(Workers.TrySubmit(PoolTasks.Checked(task), M.Current));
}
