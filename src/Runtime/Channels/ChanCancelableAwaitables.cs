using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>A wait on one channel that a token may end.</summary>
internal sealed class CancelableChanWait<T>(Chan<T> chan, bool isSend, CancellationToken token) : CancelableParker
{
    internal readonly LeavingChanWaiter<T> Waiter = new();

    internal readonly bool IsSend = isSend;

    /// <summary>Under the channel's gate: the wait has begun, or was over before it could.</summary>
    internal bool IsCommitted;

    internal override WaitReason Reason => IsSend ? WaitReason.ChanSend : WaitReason.ChanReceive;

    internal override long ObjectId => chan.Id;

    internal override bool Commit(G g)
    {
        G = g;
        Waiter.G = g;
        // Here and not before: an await that is refused leaves nothing behind.
        Watch(g.Scheduler, token);
        return chan.CommitUnlessCanceled(this);
    }

    /// <summary>By the goroutine, after its wait.</summary>
    /// <exception cref="OperationCanceledException">The token ended it.</exception>
    internal void End()
    {
        EndWatch();
        if (IsCanceled)
            throw new OperationCanceledException(token);
    }

    protected override bool TryWithdraw() => chan.Cancel(this);
}

/// <summary>What a send with a token waits for. Await it at once.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public struct ChanCancelableSend<T> : ICriticalNotifyCompletion, IParkAwaiter
{
    private readonly Chan<T> _chan;
    private readonly T _value;
    private readonly CancellationToken _token;
    private CancelableChanWait<T>? _wait;

    internal ChanCancelableSend(Chan<T> chan, T value, CancellationToken token)
    {
        _chan = chan;
        _value = value;
        _token = token;
    }

    /// <summary>For the compiler: sends at once if it can.</summary>
    public bool IsCompleted
    {
        get
        {
            _token.ThrowIfCancellationRequested();
            var m = M.Current;
            if (_chan.TrySend(_value, m))
                return !ChanAwaits.MustGiveWay(m);
            _wait = new CancelableChanWait<T>(_chan, isSend: true, _token);
            _wait.Waiter.Value = _value;
            return false;
        }
    }

    /// <summary>For the compiler.</summary>
    public readonly ChanCancelableSend<T> GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public readonly void GetResult()
    {
        if (_wait is null)
            return;
        _wait.End();
        if (!_wait.Waiter.Ok)
            throw new ChanClosedException();
    }

    readonly Parker IParkAwaiter.GetParker(G g) => (Parker?)_wait ?? RequeueMark.Preempt;

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void UnsafeOnCompleted(Action continuation) => ChanAwaits.Adopt(_wait, continuation);
}

/// <summary>What a receive with a token waits for. Await it at once.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public struct ChanCancelableReceive<T> : ICriticalNotifyCompletion, IParkAwaiter
{
    private ChanCancelableReceiveOk<T> _receive;

    internal ChanCancelableReceive(Chan<T> chan, CancellationToken token) => _receive = new ChanCancelableReceiveOk<T>(chan, token);

    /// <summary>For the compiler: receives at once if it can.</summary>
    public bool IsCompleted => _receive.IsCompleted;

    /// <summary>For the compiler.</summary>
    public readonly ChanCancelableReceive<T> GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public readonly T GetResult() => _receive.GetResult().Value;

    readonly Parker IParkAwaiter.GetParker(G g) => _receive.Parker ?? RequeueMark.Preempt;

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void UnsafeOnCompleted(Action continuation) => _receive.UnsafeOnCompleted(continuation);
}

/// <summary>What a receive with a token waits for, with whether the value was sent. Await it at once.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public struct ChanCancelableReceiveOk<T> : ICriticalNotifyCompletion, IParkAwaiter
{
    private readonly Chan<T> _chan;
    private readonly CancellationToken _token;
    private CancelableChanWait<T>? _wait;
    private T? _value;
    private bool _ok;

    internal ChanCancelableReceiveOk(Chan<T> chan, CancellationToken token)
    {
        _chan = chan;
        _token = token;
    }

    /// <summary>For the compiler: receives at once if it can.</summary>
    public bool IsCompleted
    {
        get
        {
            _token.ThrowIfCancellationRequested();
            var m = M.Current;
            if (_chan.TryReceive(m, out _value, out _ok))
                return !ChanAwaits.MustGiveWay(m);
            _wait = new CancelableChanWait<T>(_chan, isSend: false, _token);
            return false;
        }
    }

    internal readonly Parker? Parker => _wait;

    /// <summary>For the compiler.</summary>
    public readonly ChanCancelableReceiveOk<T> GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public readonly (T Value, bool Ok) GetResult()
    {
        if (_wait is null)
            return (_value!, _ok);
        _wait.End();
        return (_wait.Waiter.Value!, _wait.Waiter.Ok);
    }

    readonly Parker IParkAwaiter.GetParker(G g) => Parker ?? RequeueMark.Preempt;

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void UnsafeOnCompleted(Action continuation) => ChanAwaits.Adopt(_wait, continuation);
}

/// <summary>What <see cref="Chan{T}.WithCancellation"/> returns: for <c>await foreach</c>.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public readonly struct ChanCancelableRange<T>
{
    private readonly Chan<T> _chan;
    private readonly CancellationToken _token;

    internal ChanCancelableRange(Chan<T> chan, CancellationToken token)
    {
        _chan = chan;
        _token = token;
    }

    /// <summary>For the compiler.</summary>
    public ChanCancelableEnumerator<T> GetAsyncEnumerator() => new(_chan, _token);
}

/// <summary>What <c>await foreach</c> over a channel with a token uses. One for each loop.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public sealed class ChanCancelableEnumerator<T>
{
    private readonly Chan<T> _chan;
    private readonly CancellationToken _token;

    internal ChanCancelableEnumerator(Chan<T> chan, CancellationToken token)
    {
        _chan = chan;
        _token = token;
    }

    /// <summary>The value that was received last.</summary>
    public T Current { get; internal set; } = default!;

    /// <summary>Waits for the next value; false when the channel is closed and empty.</summary>
    public ChanCancelableNext<T> MoveNextAsync() => new(this, new ChanCancelableReceiveOk<T>(_chan, _token));
}

/// <summary>What one step of an <c>await foreach</c> with a token waits for.</summary>
/// <typeparam name="T">The channel's values.</typeparam>
public struct ChanCancelableNext<T> : ICriticalNotifyCompletion, IParkAwaiter
{
    private readonly ChanCancelableEnumerator<T> _loop;
    private ChanCancelableReceiveOk<T> _receive;

    internal ChanCancelableNext(ChanCancelableEnumerator<T> loop, ChanCancelableReceiveOk<T> receive)
    {
        _loop = loop;
        _receive = receive;
    }

    /// <summary>For the compiler: receives at once if it can.</summary>
    public bool IsCompleted => _receive.IsCompleted;

    /// <summary>For the compiler.</summary>
    public readonly ChanCancelableNext<T> GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public readonly bool GetResult()
    {
        (_loop.Current, bool ok) = _receive.GetResult();
        return ok;
    }

    readonly Parker IParkAwaiter.GetParker(G g) => _receive.Parker ?? RequeueMark.Preempt;

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void UnsafeOnCompleted(Action continuation) => _receive.UnsafeOnCompleted(continuation);
}
