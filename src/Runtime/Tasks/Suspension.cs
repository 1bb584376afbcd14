using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>What an <c>await</c> in a GoTask method does when it has to wait.</summary>
/// <remarks>
/// A goroutine that parks only notes its leaf frame and a <see cref="Parker"/> on its M and then unwinds to the scheduler, which commits
/// the park when nothing of the goroutine is on the stack any more (Go: runtime/proc.go: gopark and its unlockf). Nobody can ready the
/// goroutine while it still runs, so no frame needs a lock.
/// </remarks>
internal static class Suspension
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Await<TAwaiter>(ref TAwaiter awaiter, GoFrame frame)
        where TAwaiter : ICriticalNotifyCompletion
    {
        // The JIT folds these tests for value types, and calls through the interface on the value without a box.
        if (default(TAwaiter) is not null && awaiter is ICallAwaiter)
        {
            ((ICallAwaiter)awaiter).Callee.Awaiter = frame;
        }
        else if (default(TAwaiter) is not null && awaiter is IParkAwaiter)
        {
            var m = M.OfGoroutine();
            m.Pend(frame, ((IParkAwaiter)awaiter).GetParker(m.CurrentG!));
        }
        else
        {
            var foreign = BeginForeign(frame);
            try
            {
                awaiter.UnsafeOnCompleted(foreign.Continuation);
            }
            catch
            {
                // It will not call back: the goroutine does not wait, it catches.
                M.OfGoroutine().Unpend();
                throw;
            }
        }
    }

    internal static void AwaitForeign<TAwaiter>(ref TAwaiter awaiter, GoFrame frame)
        where TAwaiter : INotifyCompletion
    {
        if (awaiter is ICallAwaiter or IParkAwaiter)
            throw new InvalidOperationException("The scheduler's own awaiters are awaited by await only.");
        var foreign = BeginForeign(frame);
        try
        {
            awaiter.OnCompleted(foreign.Continuation);
        }
        catch
        {
            M.OfGoroutine().Unpend();
            throw;
        }
    }

    private static ForeignAwait BeginForeign(GoFrame frame)
    {
        var m = M.OfGoroutine();
        var foreign = m.CurrentG!.Foreign ??= new ForeignAwait(m.CurrentG);
        foreign.Begin();
        m.Pend(frame, foreign);
        return foreign;
    }
}
