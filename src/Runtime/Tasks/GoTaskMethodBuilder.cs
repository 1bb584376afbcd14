using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Gmp;

#pragma warning disable CA1822 // the compiler calls these on the instance

/// <summary>For the compiler: builds <see cref="GoTask"/> methods.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct GoTaskMethodBuilder
{
    // A builder is a field of each waiting call: that is why this one is not one of GoTaskMethodBuilder<NoValue>, which has room for a value.
    private GoResultFrame<NoValue>? _frame;

    /// <summary>For the compiler.</summary>
    public static GoTaskMethodBuilder Create() => default;

    /// <summary>For the compiler.</summary>
    public readonly GoTask Task => _frame is { } frame ? new GoTask(frame) : default;

    /// <summary>For the compiler. No execution context is saved here: the scheduler does it at each switch.</summary>
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    /// <summary>For the compiler.</summary>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
    }

    /// <summary>For the compiler.</summary>
    public readonly void SetResult()
    {
        if (_frame is not null)
            _frame.Outcome = FrameOutcome.Ended;
    }

    /// <summary>For the compiler.</summary>
    public void SetException(Exception exception) => CallFrames.Fail(ref _frame, exception);

    /// <summary>For the compiler.</summary>
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        CallFrames.AwaitForeign(ref _frame, ref awaiter, ref stateMachine);

    /// <summary>For the compiler.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        CallFrames.Await(ref _frame, ref awaiter, ref stateMachine);
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
        _frame.Outcome = FrameOutcome.Ended;
    }

    /// <summary>For the compiler.</summary>
    public void SetException(Exception exception) => CallFrames.Fail(ref _frame, exception);

    /// <summary>For the compiler.</summary>
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        CallFrames.AwaitForeign(ref _frame, ref awaiter, ref stateMachine);

    /// <summary>For the compiler.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        CallFrames.Await(ref _frame, ref awaiter, ref stateMachine);
}
