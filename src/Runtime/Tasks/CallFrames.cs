using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Gmp;

/// <summary>How a builder, which is a field of its method's state machine, comes by the frame of the call and ends it.</summary>
internal static class CallFrames
{
    internal static void Fail<T>(ref GoResultFrame<T>? frame, Exception exception)
    {
        if (frame is null)
        {
            frame = new FaultedFrame<T>(exception);
            return;
        }
        M.Current!.PutFault(exception);
        frame.Outcome = FrameOutcome.Faulted;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Await<T, TAwaiter, TStateMachine>(ref GoResultFrame<T>? frame, ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        bool isFirst = frame is null;
        if (Suspension.Await(ref awaiter, Of(ref frame, ref stateMachine)) is { } refusal)
            TakeBack(ref frame, isFirst, refusal);
    }

    internal static void AwaitForeign<T, TAwaiter, TStateMachine>(ref GoResultFrame<T>? frame, ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        bool isFirst = frame is null;
        if (Suspension.AwaitForeign(ref awaiter, Of(ref frame, ref stateMachine)) is { } refusal)
            TakeBack(ref frame, isFirst, refusal);
    }

    /// <summary>
    /// The await did not come about and throws. If this was the method's first suspension, it runs on from the original state machine, so the
    /// copy in the frame must go: the next suspension would resume it where it is now.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TakeBack<T>(ref GoResultFrame<T>? frame, bool isFirst, ExceptionDispatchInfo refusal)
    {
        if (isFirst)
        {
            frame!.Release();
            frame = null;
        }
        refusal.Throw();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static GoResultFrame<T> Of<T, TStateMachine>(ref GoResultFrame<T>? frame, ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        if (frame is not null)
            return frame;
        var rented = GoFrame<TStateMachine, T>.Rent();
        // The builder's field is part of stateMachine: it must hold the frame before it is copied into it.
        frame = rented;
        rented.StateMachine = stateMachine;
        return rented;
    }
}
