using System.Runtime.CompilerServices;

namespace Gmp;

/// <summary>What a send waits for. Await it at once.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public struct ChanSend<T> : ICriticalNotifyCompletion, IParkAwaiter
{
    private readonly Chan<T> _chan;
    private readonly T _value;
    private ChanWaiter<T>? _waiter;

    internal ChanSend(Chan<T> chan, T value)
    {
        _chan = chan;
        _value = value;
    }

    /// <summary>For the compiler: sends at once if it can.</summary>
    public bool IsCompleted
    {
        get
        {
            var m = M.Current;
            if (_chan.TrySend(_value, m))
                return !ChanAwaits.MustGiveWay(m);
            _waiter = ChanWaiter<T>.Rent(m?.CurrentG, _chan, isSend: true);
            _waiter.Value = _value;
            return false;
        }
    }

    /// <summary>For the compiler.</summary>
    public readonly ChanSend<T> GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public readonly void GetResult()
    {
        if (_waiter is null)
            return;
        bool ok = _waiter.Ok;
        _waiter.Return();
        if (!ok)
            throw new ChanClosedException();
    }

    readonly Parker IParkAwaiter.GetParker(G g) => (Parker?)_waiter ?? RequeueMark.Preempt;

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void UnsafeOnCompleted(Action continuation) => ChanAwaits.Adopt(_waiter, continuation);
}

/// <summary>What a receive waits for. Await it at once.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public struct ChanReceive<T> : ICriticalNotifyCompletion, IParkAwaiter
{
    private readonly Chan<T> _chan;
    private ChanWaiter<T>? _waiter;
    private T? _value;

    internal ChanReceive(Chan<T> chan) => _chan = chan;

    /// <summary>For the compiler: receives at once if it can.</summary>
    public bool IsCompleted
    {
        get
        {
            var m = M.Current;
            if (_chan.TryReceive(m, out _value, out _))
                return !ChanAwaits.MustGiveWay(m);
            _waiter = ChanWaiter<T>.Rent(m?.CurrentG, _chan, isSend: false);
            return false;
        }
    }

    /// <summary>For the compiler.</summary>
    public readonly ChanReceive<T> GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public readonly T GetResult()
    {
        if (_waiter is null)
            return _value!;
        T value = _waiter.Value!;
        _waiter.Return();
        return value;
    }

    readonly Parker IParkAwaiter.GetParker(G g) => (Parker?)_waiter ?? RequeueMark.Preempt;

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void UnsafeOnCompleted(Action continuation) => ChanAwaits.Adopt(_waiter, continuation);
}

/// <summary>What a receive waits for, with whether the value was sent. Await it at once.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public struct ChanReceiveOk<T> : ICriticalNotifyCompletion, IParkAwaiter
{
    private readonly Chan<T> _chan;
    private ChanWaiter<T>? _waiter;
    private T? _value;
    private bool _ok;

    internal ChanReceiveOk(Chan<T> chan) => _chan = chan;

    /// <summary>For the compiler: receives at once if it can.</summary>
    public bool IsCompleted
    {
        get
        {
            var m = M.Current;
            if (_chan.TryReceive(m, out _value, out _ok))
                return !ChanAwaits.MustGiveWay(m);
            _waiter = ChanWaiter<T>.Rent(m?.CurrentG, _chan, isSend: false);
            return false;
        }
    }

    /// <summary>For the compiler.</summary>
    public readonly ChanReceiveOk<T> GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public readonly (T Value, bool Ok) GetResult()
    {
        if (_waiter is null)
            return (_value!, _ok);
        (T Value, bool Ok) result = (_waiter.Value!, _waiter.Ok);
        _waiter.Return();
        return result;
    }

    readonly Parker IParkAwaiter.GetParker(G g) => (Parker?)_waiter ?? RequeueMark.Preempt;

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void UnsafeOnCompleted(Action continuation) => ChanAwaits.Adopt(_waiter, continuation);
}

/// <summary>What <c>await foreach</c> over a channel uses. One for each loop.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public sealed class ChanEnumerator<T>
{
    internal ChanEnumerator(Chan<T> chan) => Chan = chan;

    /// <summary>The value that was received last.</summary>
    public T Current { get; internal set; } = default!;

    internal Chan<T> Chan { get; }

    /// <summary>Waits for the next value; false when the channel is closed and empty.</summary>
    public ChanNext<T> MoveNextAsync() => new(this);
}

/// <summary>What one step of an <c>await foreach</c> waits for: an awaitable of its own, so that a step costs no frame.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public struct ChanNext<T> : ICriticalNotifyCompletion, IParkAwaiter
{
    private readonly ChanEnumerator<T> _loop;
    private ChanWaiter<T>? _waiter;
    private bool _ok;

    internal ChanNext(ChanEnumerator<T> loop) => _loop = loop;

    /// <summary>For the compiler: receives at once if it can.</summary>
    public bool IsCompleted
    {
        get
        {
            var m = M.Current;
            if (_loop.Chan.TryReceive(m, out var value, out _ok))
            {
                _loop.Current = value!;
                return !ChanAwaits.MustGiveWay(m);
            }
            _waiter = ChanWaiter<T>.Rent(m?.CurrentG, _loop.Chan, isSend: false);
            return false;
        }
    }

    /// <summary>For the compiler.</summary>
    public readonly ChanNext<T> GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public readonly bool GetResult()
    {
        if (_waiter is null)
            return _ok;
        bool ok = _waiter.Ok;
        _loop.Current = _waiter.Value!;
        _waiter.Return();
        return ok;
    }

    readonly Parker IParkAwaiter.GetParker(G g) => (Parker?)_waiter ?? RequeueMark.Preempt;

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void UnsafeOnCompleted(Action continuation) => ChanAwaits.Adopt(_waiter, continuation);
}

internal static class ChanAwaits
{
    /// <summary>The channel operation is done; whether the goroutine must give way before it goes on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool MustGiveWay(M? m) => SchedulingPoint.MustGiveWay(m);

    internal static void Adopt(Parker? parker, Action continuation)
    {
        var m = M.OfGoroutine();
        parker?.Disown();
        m.Scheduler.Adopt(parker ?? RequeueMark.Preempt, continuation);
    }
}
