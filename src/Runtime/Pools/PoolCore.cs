namespace Gmp;

/// <summary>What a pool, and a pool of pools, does beside taking tasks: counts and life. The public classes forward to it.</summary>
internal abstract class PoolCore
{
    internal abstract int Capacity { get; }

    internal abstract int Running { get; }

    internal abstract int Idle { get; }

    internal abstract int Waiting { get; }

    internal abstract bool IsClosed { get; }

    internal int Free => Capacity == GoroutinePoolBase.Unlimited ? GoroutinePoolBase.Unlimited : Math.Max(0, Capacity - Running);

    /// <summary>Sets the capacity; the caller has checked it.</summary>
    internal abstract void Tune(int capacity);

    internal abstract void Release();

    internal abstract void Reboot();

    /// <summary>Waits until no worker is left.</summary>
    /// <returns>False if the token was canceled or the pool rebooted first.</returns>
    internal abstract GoTask<bool> WaitUntilEnded(CancellationToken token);

    internal async GoTask<bool> ReleaseTimeout(TimeSpan timeout, CancellationToken token)
    {
        Release();
        if (timeout == Timeout.InfiniteTimeSpan && !token.CanBeCanceled)
            return await WaitUntilEnded(CancellationToken.None);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(timeout);
        bool ended = await WaitUntilEnded(limit.Token);
        if (!ended)
            token.ThrowIfCancellationRequested();
        return ended;
    }
}
