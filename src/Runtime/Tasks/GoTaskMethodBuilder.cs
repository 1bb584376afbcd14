using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Gmp;

#pragma warning disable CA1822 // the compiler calls these on the instance

/// <summary>For the compiler: builds <see cref="GoTask"/> methods, as those that return nothing worth reading.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct GoTaskMethodBuilder
{
    private GoTaskMethodBuilder<NoValue> _builder;

    /// <summary>For the compiler.</summary>
    public static GoTaskMethodBuilder Create() => default;

    /// <summary>For the compiler.</summary>
    public readonly GoTask Task => _builder.StartedFrame is { } frame ? new GoTask(frame) : default;

    /// <summary>For the compiler. No execution context is saved here: the scheduler does it at each switch.</summary>
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    /// <summary>For the compiler.</summary>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
    }

    /// <summary>For the compiler.</summary>
    public void SetResult() => _builder.SetResult(default);

    /// <summary>For the compiler.</summary>
    public void SetException(Exception exception) => _builder.SetException(exception);

    /// <summary>For the compiler.</summary>
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        _builder.AwaitOnCompleted(ref awaiter, ref stateMachine);

    /// <summary>For the compiler.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        _builder.AwaitUnsafeOnCompleted(ref awaiter, ref stateMachine);
}

/// <summary>For the compiler: builds <see cref="GoTask{T}"/> methods.</summary>
/// <typeparam name="T">The value.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct GoTaskMethodBuilder<T>
{
    private GoResultFrame<T>? _frame;
    private T? _value;

    /// <summary>For the compiler.</summary>
    public static GoTaskMethodBuilder<T> Create() => default;

    internal readonly GoResultFrame<T>? StartedFrame => _frame;

    /// <summary>For the compiler.</summary>
    public readonly GoTask<T> Task => _frame is null ? new GoTask<T>(_value!) : new GoTask<T>(_frame);

    /// <summary>For the compiler. No execution context is saved here: the scheduler does it at each switch.</summary>
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    /// <summary>For the compiler.</summary>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
    }

    /// <summary>For the compiler.</summary>
    public void SetResult(T result)
    {
        if (_frame is null)
        {
            _value = result;
            return;
        }
        _frame.Result = result;
        _frame.IsCompleted = true;
    }

    /// <summary>For the compiler.</summary>
    public void SetException(Exception exception)
    {
        if (_frame is null)
        {
            _frame = new FaultedFrame<T>(exception);
            return;
        }
        _frame.Fault = ExceptionDispatchInfo.Capture(exception);
        _frame.IsCompleted = true;
    }

    /// <summary>For the compiler.</summary>
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        bool isFirst = _frame is null;
        if (Suspension.AwaitForeign(ref awaiter, Frame(ref stateMachine)) is { } refusal)
            TakeBack(isFirst, refusal);
    }

    /// <summary>For the compiler.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        bool isFirst = _frame is null;
        if (Suspension.Await(ref awaiter, Frame(ref stateMachine)) is { } refusal)
            TakeBack(isFirst, refusal);
    }

    /// <summary>
    /// The await did not come about and throws. If this was the method's first suspension, it runs on from the original state machine, so the
    /// copy in the frame must go: the next suspension would resume it where it is now.
    /// </summary>
    private void TakeBack(bool isFirst, ExceptionDispatchInfo refusal)
    {
        if (isFirst)
        {
            _frame!.Release();
            _frame = null;
        }
        refusal.Throw();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private GoResultFrame<T> Frame<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        if (_frame is not null)
            return _frame;
        var frame = GoFrame<TStateMachine, T>.Rent();
        // This builder is a field of stateMachine: it must know its frame before it is copied into it.
        _frame = frame;
        frame.StateMachine = stateMachine;
        return frame;
    }
}
