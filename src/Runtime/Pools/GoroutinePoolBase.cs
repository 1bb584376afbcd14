namespace Gmp;

/// <summary>What every goroutine pool has: its counts, and its life from the first task to the last. Thread-safe.</summary>
/// <remarks>The counts are a moment's truth: each may have changed when it is read.</remarks>
public abstract class GoroutinePoolBase
{
    /// <summary>The capacity of a pool without a limit.</summary>
    public const int Unlimited = -1;

    private readonly PoolCore _core;

    private protected GoroutinePoolBase(PoolCore core) => _core = core;

    /// <summary>How many workers there may be, or <see cref="Unlimited"/> (ants: Cap).</summary>
    public int Capacity => _core.Capacity;

    /// <summary>How many workers there are, busy and idle (ants: Running). More than <see cref="Capacity"/> for a time after it was made smaller.</summary>
    public int Running => _core.Running;

    /// <summary>How many workers have no task.</summary>
    public int Idle => _core.Idle;

    /// <summary>How many more workers there may be; <see cref="Unlimited"/> without a limit (ants: Free).</summary>
    public int Free => _core.Free;

    /// <summary>How many submitters wait for a worker (ants: Waiting).</summary>
    public int Waiting => _core.Waiting;

    /// <summary>Whether the pool is released and was not rebooted since.</summary>
    public bool IsClosed => _core.IsClosed;

    /// <summary>
    /// Changes the capacity while the pool works. With more, submitters that wait get new workers at once; with less, idle workers end at
    /// once and busy ones after their task. Of a pool of pools it is the capacity of each (ants: Tune).
    /// </summary>
    /// <param name="capacity">At least 1, or <see cref="Unlimited"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is neither.</exception>
    public void Tune(int capacity)
    {
        CheckCapacity(capacity);
        _core.Tune(capacity);
    }

    /// <summary>
    /// Closes the pool: idle workers end, busy ones after their task, submitters that wait get <see cref="PoolClosedException"/>. Nothing
    /// happens if it is closed already (ants: Release).
    /// </summary>
    public void Release() => _core.Release();

    /// <summary>Closes the pool and waits until no worker is left. For goroutines (ants: ReleaseTimeout, ReleaseContext).</summary>
    /// <param name="timeout">How long, at most; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="token">Ends the wait; the pool stays closed.</param>
    /// <returns>False if the time was over, or the pool was rebooted, while workers were left.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="PoolDeadlockException">The caller is a worker of this pool, which cannot wait for its own end.</exception>
    public GoTask<bool> ReleaseTimeout(TimeSpan timeout, CancellationToken token = default)
    {
        if (timeout != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        return _core.ReleaseTimeout(timeout, token);
    }

    /// <summary>
    /// Opens a released pool again; an open one stays as it is (ants: Reboot). Workers that were still busy since before belong to it again.
    /// </summary>
    public void Reboot() => _core.Reboot();

    internal static void CheckCapacity(int capacity)
    {
        if (capacity is < 1 and not Unlimited)
            throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "A pool has at least 1 worker, or Unlimited.");
    }
}
