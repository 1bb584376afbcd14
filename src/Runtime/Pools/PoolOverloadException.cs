namespace Gmp;

/// <summary>
/// Every worker of a pool is busy, and the submitter may not wait: the pool is <see cref="GoroutinePoolOptions.NonBlocking"/>, or
/// <see cref="GoroutinePoolOptions.MaxBlocking"/> submitters wait already (ants: ErrPoolOverload).
/// </summary>
public sealed class PoolOverloadException : InvalidOperationException
{
    internal PoolOverloadException()
        : base("too many goroutines blocked on submit or NonBlocking is set")
    {
    }
}
