namespace Gmp;

/// <summary>
/// A worker of a pool would wait for its own pool, for ever: it submits to the pool, which is full, while every other worker waits in the
/// same way; or it waits for the pool's end. One of the goroutines gets this instead.
/// </summary>
public sealed class PoolDeadlockException : InvalidOperationException
{
    internal PoolDeadlockException(string message)
        : base(message)
    {
    }

    internal static PoolDeadlockException OfSubmit() =>
        new("every worker of this pool waits to submit to it: give the pool more capacity or no limit, or use TrySubmit inside tasks");

    internal static PoolDeadlockException OfRelease() => new("a worker of this pool waits for the end of all its workers: use Release inside tasks");
}
