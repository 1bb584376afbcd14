namespace Gmp;

/// <summary>How a goroutine pool behaves. Read once when the pool is made.</summary>
/// <remarks>
/// There is no option to allocate ahead, as in ants: idle workers are linked through themselves, so a pool holds no array that could be
/// allocated, and the goroutines themselves are pooled by the scheduler.
/// </remarks>
public sealed class GoroutinePoolOptions
{
    /// <summary>The pool's name; its workers are called after it in dumps and traces.</summary>
    public string Name { get; init; } = "pool";

    /// <summary>
    /// Whether a submitter is refused with <see cref="PoolOverloadException"/> where it would have to wait. <see cref="MaxBlocking"/> means
    /// nothing then.
    /// </summary>
    public bool NonBlocking { get; init; }

    /// <summary>How many submitters may wait; one more gets <see cref="PoolOverloadException"/>. 0: as many as there are.</summary>
    public int MaxBlocking { get; init; }

    /// <summary>How long a worker is idle, at least, before it is ended; at most half as long again.</summary>
    public TimeSpan Expiry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether idle workers are kept until the pool is released.</summary>
    public bool DisablePurge { get; init; }

    /// <summary>
    /// Called with what a task threw, on the worker, which goes on afterwards. Without it the exception goes where an unhandled exception of
    /// a goroutine goes: to <see cref="SchedulerOptions.UnhandledException"/>, and without that it ends the process. So does what the handler throws.
    /// </summary>
    public Action<Exception>? PanicHandler { get; init; }

    internal static GoroutinePoolOptions Default { get; } = new();

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Name);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxBlocking);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Expiry, TimeSpan.Zero);
    }
}
