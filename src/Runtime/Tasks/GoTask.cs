using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>
/// The return type of goroutine functions: <c>async GoTask Work() { ... }</c>. Await it at once, in the goroutine that called.
/// </summary>
/// <remarks>
/// A GoTask is a call, not a concurrent operation: it runs on the goroutine of its caller, as a Go function does. To run something
/// beside you, use <see cref="Goroutine.Go(Func{GoTask}, string?, GoLabels?, string, int, string)"/>. It costs no allocation where the call
/// completes without suspending, and its frames are pooled. Unlike with Task, changes to an AsyncLocal inside are seen by the caller.
/// Not thread-safe: it belongs to one goroutine. Awaiting it twice throws <see cref="InvalidOperationException"/>.
/// </remarks>
[AsyncMethodBuilder(typeof(GoTaskMethodBuilder))]
public readonly struct GoTask
{
    private readonly GoFrame? _frame;
    private readonly int _version;

    internal GoTask(GoFrame frame)
    {
        _frame = frame;
        _version = frame.Version;
    }

    /// <summary>A call that has already ended well.</summary>
    public static GoTask CompletedTask => default;

    internal GoFrame? Frame => _frame;

    /// <summary>For the compiler.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Awaiter GetAwaiter() => new(this);

    /// <summary>For the compiler.</summary>
    [StackTraceHidden]
    public readonly struct Awaiter : ICriticalNotifyCompletion, ICallAwaiter
    {
        private readonly GoTask _task;

        internal Awaiter(GoTask task) => _task = task;

        /// <summary>Whether the call has ended. True too where the frame is another call's by now, so that the await throws instead of waiting for it.</summary>
        public bool IsCompleted
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => _task._frame is null || _task._frame.IsCompleted || _task._frame.Version != _task._version;
        }

        GoFrame ICallAwaiter.Callee => _task._frame!;

        /// <summary>Ends the await: throws what the call threw.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void GetResult() => _task._frame?.TakeResult(_task._version);

        /// <summary>Not supported: a GoTask is awaited by GoTask methods only.</summary>
        public void OnCompleted(Action continuation) => CallAwaiters.ThrowForeignCaller();

        /// <summary>Not supported: a GoTask is awaited by GoTask methods only.</summary>
        public void UnsafeOnCompleted(Action continuation) => CallAwaiters.ThrowForeignCaller();
    }
}

/// <summary>The return type of goroutine functions that give a value. See <see cref="GoTask"/>.</summary>
/// <typeparam name="T">The value.</typeparam>
[AsyncMethodBuilder(typeof(GoTaskMethodBuilder<>))]
public readonly struct GoTask<T>
{
    private readonly GoResultFrame<T>? _frame;
    private readonly T? _value;
    private readonly int _version;

    internal GoTask(GoResultFrame<T> frame)
    {
        _frame = frame;
        _version = frame.Version;
        _value = default;
    }

    /// <summary>A call that has already ended with a value.</summary>
    public GoTask(T value)
    {
        _frame = null;
        _version = 0;
        _value = value;
    }

    internal GoFrame? Frame => _frame;

    /// <summary>For the compiler.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Awaiter GetAwaiter() => new(this);

    /// <summary>For the compiler.</summary>
    [StackTraceHidden]
    public readonly struct Awaiter : ICriticalNotifyCompletion, ICallAwaiter
    {
        private readonly GoTask<T> _task;

        internal Awaiter(GoTask<T> task) => _task = task;

        /// <summary>Whether the call has ended. True too where the frame is another call's by now, so that the await throws instead of waiting for it.</summary>
        public bool IsCompleted
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => _task._frame is null || _task._frame.IsCompleted || _task._frame.Version != _task._version;
        }

        GoFrame ICallAwaiter.Callee => _task._frame!;

        /// <summary>Ends the await: gives the value or throws what the call threw.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T GetResult() => _task._frame is null ? _task._value! : _task._frame.TakeValue(_task._version);

        /// <summary>Not supported: a GoTask is awaited by GoTask methods only.</summary>
        public void OnCompleted(Action continuation) => CallAwaiters.ThrowForeignCaller();

        /// <summary>Not supported: a GoTask is awaited by GoTask methods only.</summary>
        public void UnsafeOnCompleted(Action continuation) => CallAwaiters.ThrowForeignCaller();
    }
}

/// <summary>The awaiter of a call on the same goroutine: only the chain of frames grows.</summary>
internal interface ICallAwaiter
{
    GoFrame Callee { get; }
}

/// <summary>The awaiter of something that parks the goroutine.</summary>
internal interface IParkAwaiter
{
    /// <summary>What commits the park once the goroutine has unwound. Called once, on the goroutine's M.</summary>
    Parker GetParker(G g);
}

/// <summary>
/// The awaiter of something that the goroutine itself must finish when it is readied, such as a lock that it may miss again: a leaf frame
/// stands between the scheduler and the method that awaits, and is resumed in its stead until it is complete.
/// </summary>
internal interface ILeafAwaiter
{
    /// <summary>The leaf, and on what it parks first. Called once, on the goroutine's M, when nothing prevents the wait any more.</summary>
    GoFrame GetLeaf(M m, G g, out Parker parker);
}

internal static class CallAwaiters
{
    /// <summary>It reaches nobody who could catch it: an async method's builder lets the process end with it. So it must say by itself where that was.</summary>
    internal static void ThrowForeignCaller()
    {
        // The method that awaits is on the stack still, right above its builder.
        string? where = CallStack.OfCaller().Find(static line => !line.StartsWith("System.", StringComparison.Ordinal));
        throw new InvalidOperationException(
            $"A GoTask that suspends can only be awaited in a GoTask method{(where is null ? "" : $", which {where} is not")}. "
            + "Change the caller's return type from Task to GoTask, or start the call with Go(...).");
    }
}
