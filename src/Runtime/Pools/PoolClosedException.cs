namespace Gmp;

/// <summary>A task was given to a pool that is released, or the pool was released while the submitter waited (ants: ErrPoolClosed).</summary>
public sealed class PoolClosedException : InvalidOperationException
{
    internal PoolClosedException()
        : base("this pool has been closed")
    {
    }
}
