using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Gmp;

/// <summary>What an <c>await</c> in a GoTask method does when it has to wait.</summary>
/// <remarks>
/// A goroutine that parks only notes its leaf frame and a <see cref="Parker"/> on its M and then unwinds to the scheduler, which commits
/// the park when nothing of the goroutine is on the stack any more (Go: runtime/proc.go: gopark and its unlockf). Nobody can ready the
/// goroutine while it still runs, so no frame needs a lock. What prevents a wait is returned, not thrown: the builder has something to take back.
/// </remarks>
internal static class Suspension
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ExceptionDispatchInfo? Await<TAwaiter>(ref TAwaiter awaiter, GoFrame frame)
        where TAwaiter : ICriticalNotifyCompletion
    {
        // The JIT folds these tests for value types, and calls through the interface on the value without a box.
        if (default(TAwaiter) is not null && awaiter is ICallAwaiter)
        {
            ((ICallAwaiter)awaiter).Callee.Awaiter = frame;
            return null;
        }
        if (default(TAwaiter) is not null && awaiter is IParkAwaiter)
        {
            var m = M.Current;
            return m?.CurrentG is { } g ? m.Pend(frame, ((IParkAwaiter)awaiter).GetParker(g)) : NoGoroutine();
        }
        if (default(TAwaiter) is not null && awaiter is ILeafAwaiter)
        {
            var m = M.Current;
            if (m?.CurrentG is not { } g)
                return NoGoroutine();
            // Before a leaf is made ready, which may be the one that the wait of a call that was left uses.
            if (m.RefuseSecondWait() is { } refusal)
                return refusal;
            var leaf = ((ILeafAwaiter)awaiter).GetLeaf(m, g, out var parker);
            leaf.Awaiter = frame;
            return m.Pend(leaf, parker);
        }
        return AwaitUnsafely(ref awaiter, frame);
    }

    internal static ExceptionDispatchInfo? AwaitForeign<TAwaiter>(ref TAwaiter awaiter, GoFrame frame)
        where TAwaiter : INotifyCompletion
    {
        if (awaiter is ICallAwaiter or IParkAwaiter or ILeafAwaiter)
            return ExceptionDispatchInfo.Capture(new InvalidOperationException("The scheduler's own awaiters are awaited by await only."));
        if (BeginForeign(ref awaiter, frame, out var foreign) is { } refusal)
            return refusal;
        try
        {
            awaiter.OnCompleted(foreign!.Continuation);
            return null;
        }
        catch (Exception e)
        {
            return Refused(e);
        }
    }

    private static ExceptionDispatchInfo? AwaitUnsafely<TAwaiter>(ref TAwaiter awaiter, GoFrame frame)
        where TAwaiter : ICriticalNotifyCompletion
    {
        if (BeginForeign(ref awaiter, frame, out var foreign) is { } refusal)
            return refusal;
        try
        {
            awaiter.UnsafeOnCompleted(foreign!.Continuation);
            return null;
        }
        catch (Exception e)
        {
            return Refused(e);
        }
    }

    private static ExceptionDispatchInfo? BeginForeign<TAwaiter>(ref TAwaiter awaiter, GoFrame frame, out ForeignAwait? foreign)
    {
        foreign = null;
        var m = M.Current;
        if (m?.CurrentG is not { } g)
            return NoGoroutine();
        // Before the pending wait of a call that was left is overwritten: it may be on the same object.
        if (m.RefuseSecondWait() is { } refusal)
            return refusal;
        foreign = g.Rare.Foreign ??= new ForeignAwait(g);
        foreign.Begin(ForeignKind.Of(ref awaiter));
        return m.Pend(frame, foreign);
    }

    // The awaiter will not call back: the goroutine does not wait, it catches.
    private static ExceptionDispatchInfo Refused(Exception e)
    {
        M.Current!.Unpend();
        return ExceptionDispatchInfo.Capture(e);
    }

    private static ExceptionDispatchInfo NoGoroutine() => ExceptionDispatchInfo.Capture(M.NoGoroutine());
}
