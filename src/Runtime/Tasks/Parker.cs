using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// What a goroutine waits on, from the moment it decides to park to the moment the scheduler has put it there.
/// </summary>
internal abstract class Parker
{
    /// <summary>Why it waits, for dumps and traces.</summary>
    internal abstract WaitReason Reason { get; }

    /// <summary>The id of what it waits on, for traces; 0 if it has none.</summary>
    internal virtual long ObjectId => 0;

    /// <summary>The same for any thread, of a waiter that its goroutine keeps: 0 while it is not in use. A moment's truth.</summary>
    internal virtual long ObjectSeen => 0;

    /// <summary>
    /// Puts the goroutine, which has unwound and is marked Waiting, where its waker will find it. From then on it may run on another M.
    /// Called in the scheduler, never in user code.
    /// </summary>
    /// <returns>False if what it waits for has come meanwhile: it goes on at once.</returns>
    internal abstract bool Commit(G g);

    /// <summary>Told before another goroutine than the one that made it will wait on it.</summary>
    internal virtual void Disown()
    {
    }
}

/// <summary>Marks for what is not waiting: the scheduler knows these by identity and requeues the goroutine.</summary>
internal sealed class RequeueMark : Parker
{
    /// <summary><c>await Yield()</c>.</summary>
    internal static readonly RequeueMark Yield = new(StopReason.Yield, RunQueueKind.Local);

    /// <summary><c>await Gosched()</c>.</summary>
    internal static readonly RequeueMark Gosched = new(StopReason.Yield, RunQueueKind.Global);

    /// <summary>A scheduling point that found its slice to be over.</summary>
    internal static readonly RequeueMark Preempt = new(StopReason.Preempted, RunQueueKind.Global);

    /// <summary>Back from a system call without a P.</summary>
    internal static readonly RequeueMark LostP = new(StopReason.LostP, RunQueueKind.Global);

    private RequeueMark(StopReason why, RunQueueKind queue)
    {
        Why = why;
        Queue = queue;
    }

    internal StopReason Why { get; }

    /// <summary>Where the goroutine goes, if its M has a P.</summary>
    internal RunQueueKind Queue { get; }

    internal override WaitReason Reason => WaitReason.None;

    internal override bool Commit(G g) => throw new InvalidOperationException("The scheduler requeues by itself.");
}
