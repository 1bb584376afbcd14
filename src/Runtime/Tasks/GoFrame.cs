using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Gmp;

/// <summary>
/// A suspended call of a GoTask method: its state machine and who awaits it. The chain of <see cref="Awaiter"/> from a goroutine's leaf
/// to its root is the goroutine's logical stack.
/// </summary>
/// <remarks>
/// Only the M that runs the goroutine touches its frames, and a goroutine runs on one M at a time, so all of this is plain loads and
/// stores: the scheduler's own queues carry the ordering from one M to the next. That is what makes a GoTask cheaper than a Task.
/// </remarks>
internal abstract class GoFrame
{
    /// <summary>The frame that awaits this one, or null for the root.</summary>
    internal GoFrame? Awaiter;

    /// <summary>Grows each time the frame is reused, so that a GoTask awaited twice is told, not given another call's result.</summary>
    internal int Version;

    /// <summary>Whether the method ended, and how.</summary>
    internal FrameOutcome Outcome;

    /// <summary>The method ended, with a result or a fault.</summary>
    internal bool IsCompleted => Outcome != FrameOutcome.None;

    /// <summary>Runs the method to its next suspension or its end.</summary>
    internal abstract void Resume();

    /// <summary>Gives the frame back for reuse. Its result has been read.</summary>
    internal abstract void Release();

    /// <summary>The state machine as it is now, for dumps; null in a frame that is no method's, or is free. Any thread.</summary>
    internal virtual object? StateMachineSeen => null;

    /// <summary>Throws what the method threw, and releases the frame in any case.</summary>
    [StackTraceHidden]
    internal void TakeResult(int version)
    {
        if (version != Version || Outcome != FrameOutcome.Ended)
            ThrowFaultOrMisuse(version);
        Release();
    }

    /// <summary>
    /// What the method threw; once. It is not kept here but on the M: a frame that ends is asked at once, by the frame that awaits it or by the end of
    /// its goroutine, and frames that wait need not carry room for it.
    /// </summary>
    internal virtual ExceptionDispatchInfo TakeFault() => M.Current!.TakeFault();

    [StackTraceHidden]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private protected void ThrowFaultOrMisuse(int version)
    {
        CheckVersion(version);
        var fault = TakeFault();
        Release();
        fault.Throw();
    }

    internal void CheckVersion(int version)
    {
        if (version != Version || !IsCompleted)
            ThrowAwaitedTwice();
    }

    private static void ThrowAwaitedTwice() =>
        throw new InvalidOperationException("A GoTask can be awaited once only, and only where it was returned. Start what shall run beside you with Go(...).");
}

/// <summary>A frame whose method returns a value.</summary>
internal abstract class GoResultFrame<T> : GoFrame
{
    internal T? Result;

    /// <summary>Gives the method's value or throws what it threw, and releases the frame in any case. One call of the frame's own kind.</summary>
    internal abstract T TakeValue(int version);
}

/// <summary>The value of a method that has none, so that one kind of frame serves both.</summary>
internal readonly struct NoValue;

/// <summary>The frame of a method; pooled for each thread and state machine.</summary>
internal sealed class GoFrame<TStateMachine, T> : GoResultFrame<T>
    where TStateMachine : IAsyncStateMachine
{
    [ThreadStatic] private static FramePool<GoFrame<TStateMachine, T>>? t_pool;

    internal TStateMachine? StateMachine;

    internal override object? StateMachineSeen => StateMachine;

    internal static GoFrame<TStateMachine, T> Rent() => t_pool?.Take() ?? new GoFrame<TStateMachine, T>();

    internal override void Resume() => StateMachine!.MoveNext();

    [StackTraceHidden]
    internal override T TakeValue(int version)
    {
        if (version != Version || Outcome != FrameOutcome.Ended)
            ThrowFaultOrMisuse(version);
        T value = Result!;
        Release();
        return value;
    }

    internal override void Release()
    {
        Version++;
        Outcome = FrameOutcome.None;
        Result = default;
        StateMachine = default;
        Awaiter = null;
        (t_pool ??= new()).Put(this);
    }
}

/// <summary>A call that threw before its first suspension.</summary>
internal sealed class FaultedFrame<T> : GoResultFrame<T>
{
    private readonly ExceptionDispatchInfo _fault;

    internal FaultedFrame(Exception fault)
    {
        _fault = ExceptionDispatchInfo.Capture(fault);
        Outcome = FrameOutcome.Faulted;
    }

    internal override void Resume() => throw new InvalidOperationException("A faulted call does not run again.");

    internal override void Release() => Version++;

    internal override ExceptionDispatchInfo TakeFault() => _fault;

    [StackTraceHidden]
    internal override T TakeValue(int version)
    {
        ThrowFaultOrMisuse(version);
        return default!;
    }
}

/// <summary>How a method ended. A byte, since frames are many.</summary>
internal enum FrameOutcome : byte
{
    None,
    Ended,
    Faulted,
}
