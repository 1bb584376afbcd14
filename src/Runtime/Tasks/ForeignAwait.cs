using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// A goroutine's wait for something that is not the scheduler's: a Task, a socket, any awaitable. Belongs to its goroutine and is
/// used again for each such wait.
/// </summary>
/// <remarks>
/// The race: the awaitable may complete on another thread before the goroutine has unwound. One word decides it: whoever comes second
/// carries on. Pending to Parked is the scheduler's step, anything to Completed the awaitable's.
/// </remarks>
internal sealed class ForeignAwait : Parker
{
    private const int Pending = 0, Parked = 1, Completed = 2;

    private readonly G _g;
    private int _state = Completed;
    private ForeignKind? _kind;

    internal ForeignAwait(G g)
    {
        _g = g;
        Continuation = Complete;
    }

    /// <summary>What the awaitable calls when it is done; any thread.</summary>
    internal Action Continuation { get; }

    internal override WaitReason Reason => _kind!.Reason;

    /// <summary>What it waits for, for dumps from any thread; null while it does not.</summary>
    internal string? Awaited => Volatile.Read(ref _state) == Completed ? null : _kind!.Text;

    internal void Begin(ForeignKind kind)
    {
        // The kind before the state, by which others see it. A write of a reference costs several times a comparison, and most goroutines await the same again.
        if (_kind != kind)
            _kind = kind;
        Volatile.Write(ref _state, Pending);
    }

    internal override bool Commit(G g)
    {
        // Counted before it is visible as parked: the deadlock check must never see this goroutine waiting and no one to wake it.
        g.Scheduler.ForeignWaitBegan();
        if (Interlocked.CompareExchange(ref _state, Parked, Pending) == Pending)
            return true;
        g.Scheduler.ForeignWaitEnded();
        return false;
    }

    internal void Complete()
    {
        if (Interlocked.Exchange(ref _state, Completed) != Parked)
            return;
        var scheduler = _g.Scheduler;
        scheduler.Ready(_g);
        scheduler.ForeignWaitEnded();
    }
}
