using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>Where the await of one channel operation stands, and so what its awaiter's one reference is.</summary>
internal enum ChanStage : byte
{
    /// <summary>The channel, to be tried.</summary>
    Untried,

    /// <summary>It needed no wait, and the reference means nothing.</summary>
    Done,

    /// <summary>The waiter to wait with.</summary>
    Waits,
}

/// <summary>
/// What the awaiters of sends and receives have in common. They have one reference for the channel and then for the waiter, as every waiting call carries
/// its awaiter and a million parked goroutines would pay for two. The stage beside it keeps an awaiter that is asked twice from taking the one for
/// the other. Fields and static methods, not a struct with both: that would be padded to the size of two references.
/// </summary>
internal static class ChanAwaits
{
    /// <summary>The channel, once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Chan<T> Chan<T>(object? on, ChanStage stage)
    {
        if (stage != ChanStage.Untried)
            ThrowTriedTwice();
        return Unsafe.As<Chan<T>>(on!);
    }

    /// <summary>It needed no wait.</summary>
    /// <returns>False if the goroutine must give way all the same.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Done(ref ChanStage stage, M? m)
    {
        stage = ChanStage.Done;
        return !MustGiveWay(m);
    }

    /// <summary>It needs a wait.</summary>
    /// <returns>False, for the awaiter to return.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool MustWait(ref object? on, ref ChanStage stage, Parker waiter)
    {
        on = waiter;
        stage = ChanStage.Waits;
        return false;
    }

    /// <summary>What it waited with; null if it did not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ChanWaiter<T>? Waiter<T>(object? on, ChanStage stage) => stage == ChanStage.Waits ? Unsafe.As<ChanWaiter<T>>(on) : null;

    /// <summary>What to park on; null if it waits for nothing but its turn.</summary>
    internal static Parker? Parker(object? on, ChanStage stage) => stage == ChanStage.Waits ? Unsafe.As<Parker>(on) : null;

    /// <summary>The channel operation is done; whether the goroutine must give way before it goes on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool MustGiveWay(M? m) => SchedulingPoint.MustGiveWay(m);

    internal static void Adopt(Parker? parker, Action continuation)
    {
        var m = M.OfGoroutine();
        parker?.Disown();
        m.Scheduler.Adopt(parker ?? RequeueMark.Preempt, continuation);
    }

    private static void ThrowTriedTwice() =>
        throw new InvalidOperationException("A send or a receive on a channel is awaited once, and where it is called.");
}
