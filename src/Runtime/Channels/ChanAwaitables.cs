using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>What a send waits for. Await it at once.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public struct ChanSend<T> : ICriticalNotifyCompletion, IParkAwaiter
{
    private readonly T _value;
    private object? _on;
    private ChanStage _stage;

    internal ChanSend(Chan<T> chan, T value)
    {
        _on = chan;
        _value = value;
    }

    /// <summary>For the compiler: sends at once if it can.</summary>
    public bool IsCompleted
    {
        get
        {
            var m = M.Current;
            var chan = ChanAwaits.Chan<T>(_on, _stage);
            if (chan.TrySend(_value, m))
                return ChanAwaits.Done(ref _stage, m);
            var waiter = ChanWaiter<T>.Rent(m?.CurrentG, chan, isSend: true);
            waiter.Value = _value;
            return ChanAwaits.MustWait(ref _on, ref _stage, waiter);
        }
    }

    /// <summary>For the compiler.</summary>
    public readonly ChanSend<T> GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public readonly void GetResult()
    {
        if (ChanAwaits.Waiter<T>(_on, _stage) is not { } waiter)
            return;
        bool ok = waiter.Ok;
        waiter.Return();
        if (!ok)
            throw new ChanClosedException();
    }

    readonly Parker IParkAwaiter.GetParker(G g) => ChanAwaits.Parker(_on, _stage) ?? RequeueMark.Preempt;

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void UnsafeOnCompleted(Action continuation) => ChanAwaits.Adopt(ChanAwaits.Parker(_on, _stage), continuation);
}

/// <summary>What a receive waits for. Await it at once.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public struct ChanReceive<T> : ICriticalNotifyCompletion, IParkAwaiter
{
    private object? _on;
    private ChanStage _stage;
    private T? _value;

    internal ChanReceive(Chan<T> chan) => _on = chan;

    /// <summary>For the compiler: receives at once if it can.</summary>
    public bool IsCompleted
    {
        get
        {
            var m = M.Current;
            var chan = ChanAwaits.Chan<T>(_on, _stage);
            return chan.TryReceive(m, out _value, out _)
                ? ChanAwaits.Done(ref _stage, m)
                : ChanAwaits.MustWait(ref _on, ref _stage, ChanWaiter<T>.Rent(m?.CurrentG, chan, isSend: false));
        }
    }

    /// <summary>For the compiler.</summary>
    public readonly ChanReceive<T> GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public readonly T GetResult()
    {
        if (ChanAwaits.Waiter<T>(_on, _stage) is not { } waiter)
            return _value!;
        T value = waiter.Value!;
        waiter.Return();
        return value;
    }

    readonly Parker IParkAwaiter.GetParker(G g) => ChanAwaits.Parker(_on, _stage) ?? RequeueMark.Preempt;

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void UnsafeOnCompleted(Action continuation) => ChanAwaits.Adopt(ChanAwaits.Parker(_on, _stage), continuation);
}

/// <summary>What a receive waits for, with whether the value was sent. Await it at once.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public struct ChanReceiveOk<T> : ICriticalNotifyCompletion, IParkAwaiter
{
    private object? _on;
    private ChanStage _stage;
    private T? _value;
    private bool _ok;

    internal ChanReceiveOk(Chan<T> chan) => _on = chan;

    /// <summary>For the compiler: receives at once if it can.</summary>
    public bool IsCompleted
    {
        get
        {
            var m = M.Current;
            var chan = ChanAwaits.Chan<T>(_on, _stage);
            return chan.TryReceive(m, out _value, out _ok)
                ? ChanAwaits.Done(ref _stage, m)
                : ChanAwaits.MustWait(ref _on, ref _stage, ChanWaiter<T>.Rent(m?.CurrentG, chan, isSend: false));
        }
    }

    /// <summary>For the compiler.</summary>
    public readonly ChanReceiveOk<T> GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public readonly (T Value, bool Ok) GetResult()
    {
        if (ChanAwaits.Waiter<T>(_on, _stage) is not { } waiter)
            return (_value!, _ok);
        (T Value, bool Ok) result = (waiter.Value!, waiter.Ok);
        waiter.Return();
        return result;
    }

    readonly Parker IParkAwaiter.GetParker(G g) => ChanAwaits.Parker(_on, _stage) ?? RequeueMark.Preempt;

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void UnsafeOnCompleted(Action continuation) => ChanAwaits.Adopt(ChanAwaits.Parker(_on, _stage), continuation);
}

/// <summary>What <c>await foreach</c> over a channel uses. One for each loop.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public sealed class ChanEnumerator<T>
{
    internal ChanEnumerator(Chan<T> chan) => Chan = chan;

    /// <summary>The value that was received last.</summary>
    public T Current { get; internal set; } = default!;

    internal Chan<T> Chan { get; }

    /// <summary>What its steps wait with, kept from one to the next.</summary>
    internal ChanWaiter<T>? Waiter { get; set; }

    /// <summary>Waits for the next value; false when the channel is closed and empty.</summary>
    public ChanNext<T> MoveNextAsync() => new(this);
}

/// <summary>What one step of an <c>await foreach</c> waits for: an awaitable of its own, so that a step costs no frame.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public struct ChanNext<T> : ICriticalNotifyCompletion, IParkAwaiter
{
    private readonly ChanEnumerator<T> _loop;
    private bool _waits;
    private bool _ok;

    internal ChanNext(ChanEnumerator<T> loop) => _loop = loop;

    /// <summary>For the compiler: receives at once if it can.</summary>
    public bool IsCompleted
    {
        get
        {
            var m = M.Current;
            var loop = _loop;
            if (loop.Chan.TryReceive(m, out var value, out _ok))
            {
                loop.Current = value!;
                return !ChanAwaits.MustGiveWay(m);
            }
            var waiter = ChanWaiter<T>.Rent(m?.CurrentG, loop.Chan, isSend: false);
            if (loop.Waiter != waiter)
                loop.Waiter = waiter;
            _waits = true;
            return false;
        }
    }

    /// <summary>For the compiler.</summary>
    public readonly ChanNext<T> GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public readonly bool GetResult()
    {
        if (!_waits)
            return _ok;
        var loop = _loop;
        var waiter = loop.Waiter!;
        bool ok = waiter.Ok;
        loop.Current = waiter.Value!;
        waiter.Return();
        return ok;
    }

    readonly Parker IParkAwaiter.GetParker(G g) => _waits ? _loop.Waiter! : RequeueMark.Preempt;

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void UnsafeOnCompleted(Action continuation) => ChanAwaits.Adopt(_waits ? _loop.Waiter : null, continuation);
}
