using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// The leaf frame of a goroutine that waits on a lock or the like. It is what the scheduler resumes, so a goroutine that was readied and
/// missed the lock again parks again without its caller's frame being touched; when the wait is over the trampoline goes on to the caller.
/// </summary>
/// <remarks>
/// A goroutine keeps one for all its waits; a wait with a token has one of its own, which is made when the call could not go on at once.
/// A goroutine that has to give way at such a call does so before it takes a lock, never with it.
/// </remarks>
internal sealed class SyncLeaf : GoFrame
{
    /// <summary>For calls with a token that needed no wait.</summary>
    internal static readonly SyncLeaf Done = new() { _isSettled = true };

    private ISyncObject? _on;
    private CancellationToken _token;
    private bool _isSettled;
    private bool _isCanceled;

    /// <summary>What it parks on.</summary>
    internal SyncWaiter Waiter { get; private set; } = new();

    /// <summary>Whether the call ended where it was made.</summary>
    internal bool IsSettled => _isSettled;

    /// <summary>The goroutine's own, for a wait without a token.</summary>
    internal static SyncLeaf Of(G g, ISyncObject on, ISyncObject parkOn, WaitReason reason)
    {
        var leaf = g.Rare.SyncLeaf ??= new SyncLeaf();
        leaf.Prepare(on, parkOn, reason, default);
        return leaf;
    }

    /// <summary>A new one.</summary>
    internal static SyncLeaf New(ISyncObject on, ISyncObject parkOn, WaitReason reason, CancellationToken token = default)
    {
        var leaf = new SyncLeaf();
        leaf.Prepare(on, parkOn, reason, token);
        return leaf;
    }

    /// <summary>For a call whose token was canceled before.</summary>
    internal static SyncLeaf Canceled(CancellationToken token) => new() { _isSettled = true, _isCanceled = true, _token = token };

    /// <summary>What the goroutine parks on first: on the object, or on nothing if it must give way before it may take anything.</summary>
    internal Parker FirstPark(M m) => SchedulingPoint.MustGiveWay(m) ? RequeueMark.Preempt : Waiter;

    /// <summary>Ends a step and begins the next one, which waits elsewhere.</summary>
    internal void NextStep(ISyncObject parkOn, WaitReason reason, CancellationToken token)
    {
        Waiter.EndWatch();
        // A late callback of the token finds the old one, in the old place.
        if (Waiter.Token.CanBeCanceled)
            Waiter = new SyncWaiter();
        Waiter.Prepare(parkOn, reason, token);
    }

    /// <summary>Whether the waiter has ended its wait, and notes for <see cref="End"/> if that was by its token.</summary>
    internal bool IsWaitOver()
    {
        if (Waiter.IsGranted)
            return true;
        if (!Waiter.IsCanceled)
            return false;
        _isCanceled = true;
        return true;
    }

    internal override void Resume()
    {
        if (_on!.Advance(this))
            Outcome = FrameOutcome.Ended;
        else
            _ = M.Current!.Pend(this, Waiter); // nothing else can be pending: the goroutine was just resumed
    }

    /// <summary>Ends the await.</summary>
    /// <exception cref="OperationCanceledException">The token ended the wait.</exception>
    internal void End()
    {
        Waiter.EndWatch();
        if (_isCanceled)
            throw new OperationCanceledException(_token);
    }

    internal override void Release() => throw new InvalidOperationException("A leaf is its goroutine's, not a pool's.");

    private void Prepare(ISyncObject on, ISyncObject parkOn, WaitReason reason, CancellationToken token)
    {
        _on = on;
        _token = token;
        _isCanceled = false;
        Outcome = FrameOutcome.None;
        Waiter.Prepare(parkOn, reason, token);
    }
}
