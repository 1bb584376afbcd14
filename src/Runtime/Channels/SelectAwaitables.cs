using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>What <see cref="Select.Next()"/> returns. Await it at once.</summary>
public readonly struct SelectNext : ICriticalNotifyCompletion, IParkAwaiter
{
    private readonly Select _select;

    internal SelectNext(Select select) => _select = select;

    /// <summary>For the compiler: carries a case out at once if it can.</summary>
    public bool IsCompleted
    {
        get
        {
            var m = M.Current;
            return _select.TryNow(m) && !ChanAwaits.MustGiveWay(m);
        }
    }

    /// <summary>For the compiler.</summary>
    public SelectNext GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public int GetResult() => _select.Collect(out _, out _);

    Parker IParkAwaiter.GetParker(G g) => _select.IsChosen ? RequeueMark.Preempt : _select.Wait;

    /// <summary>For methods that are no GoTask methods.</summary>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public void UnsafeOnCompleted(Action continuation) => ChanAwaits.Adopt(_select.IsChosen ? null : _select.Wait, continuation);
}

/// <summary>What <see cref="Select.Next(CancellationToken)"/> returns. Await it at once.</summary>
public struct SelectCancelableNext : ICriticalNotifyCompletion, IParkAwaiter
{
    private readonly Select _select;
    private readonly CancellationToken _token;
    private CancelableSelectWait? _wait;

    internal SelectCancelableNext(Select select, CancellationToken token)
    {
        _select = select;
        _token = token;
    }

    /// <summary>For the compiler: carries a case out at once if it can.</summary>
    public bool IsCompleted
    {
        get
        {
            _token.ThrowIfCancellationRequested();
            var m = M.Current;
            if (_select.TryNow(m))
                return !ChanAwaits.MustGiveWay(m);
            if (_token.CanBeCanceled)
                _wait = new CancelableSelectWait(_select.Wait, _token);
            return false;
        }
    }

    /// <summary>For the compiler.</summary>
    public readonly SelectCancelableNext GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public readonly int GetResult()
    {
        _wait?.EndWatch();
        int index = _select.Collect(out _, out bool canceled);
        return canceled ? throw new OperationCanceledException(_token) : index;
    }

    private readonly Parker? Parker => _select.IsChosen ? null : (Parker?)_wait ?? _select.Wait;

    readonly Parker IParkAwaiter.GetParker(G g) => Parker ?? RequeueMark.Preempt;

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public readonly void UnsafeOnCompleted(Action continuation) => ChanAwaits.Adopt(Parker, continuation);
}

/// <summary>A select's wait that a token may end: for the select, one more case. Its word plays the part of the gate.</summary>
internal sealed class CancelableSelectWait(SelectWait wait, CancellationToken token) : CancelableParker
{
    private readonly uint _number = wait.Number;

    internal override WaitReason Reason => wait.Reason;

    internal override bool Commit(G g)
    {
        G = g;
        // Here and not before: an await that is refused leaves nothing behind.
        Watch(g.Scheduler, token);
        return wait.CommitUnlessClaimed(g);
    }

    protected override bool TryWithdraw()
    {
        IsCanceled = wait.TryClaim(_number, SelectWait.Canceled, out var parked);
        return parked is not null;
    }
}
