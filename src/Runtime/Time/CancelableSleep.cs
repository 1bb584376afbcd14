using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>A sleep that a token may end: a timer, where a plain sleep is only the goroutine in the heap.</summary>
internal sealed class CancelableSleep(long until, CancellationToken token) : CancelableParker
{
    private WakeUp? _timer;

    internal override WaitReason Reason => WaitReason.Sleep;

    internal override bool Commit(G g)
    {
        G = g;
        _timer = new WakeUp(this, g.Scheduler);
        // The callback may come at once, and finds a timer that is not set yet.
        Watch(g.Scheduler, token);
        return _timer.Begin(until);
    }

    protected override bool TryWithdraw() => _timer!.Cancel();

    private sealed class WakeUp(CancelableSleep sleep, Scheduler scheduler) : RuntimeTimer(scheduler)
    {
        private bool _isOver;

        internal bool Begin(long until)
        {
            Gate.Enter();
            if (sleep.IsCanceled)
            {
                Gate.Exit();
                return false;
            }
            When = until;
            LeaveGate(Scheduler.AddTimer(this));
            return true;
        }

        internal bool Cancel()
        {
            Gate.Enter();
            bool isAsleep = When != 0;
            if (!_isOver)
                sleep.IsCanceled = true;
            LeaveHeap();
            When = 0;
            Gate.Exit();
            return isAsleep;
        }

        protected override void Fire(long now)
        {
            When = 0;
            _isOver = true;
            Gate.Exit();
            Scheduler.Ready(sleep.G!);
        }
    }
}

/// <summary>What <see cref="Goroutine.Sleep(TimeSpan, CancellationToken)"/> returns.</summary>
public readonly struct CancelableSleepAwaitable : ICriticalNotifyCompletion, IParkAwaiter
{
    private readonly CancelableSleep? _sleep;
    private readonly CancellationToken _token;

    internal CancelableSleepAwaitable(long until, CancellationToken token)
    {
        _token = token;
        if (until != 0 && !token.IsCancellationRequested)
            _sleep = new CancelableSleep(until, token);
    }

    /// <summary>For the compiler.</summary>
    public bool IsCompleted => _sleep is null;

    /// <summary>For the compiler.</summary>
    public CancelableSleepAwaitable GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    /// <exception cref="OperationCanceledException">The token ended the sleep, or was canceled before.</exception>
    public void GetResult()
    {
        if (_sleep is null)
        {
            _token.ThrowIfCancellationRequested();
            return;
        }
        _sleep.EndWatch();
        if (_sleep.IsCanceled)
            throw new OperationCanceledException(_token);
    }

    Parker IParkAwaiter.GetParker(G g) => _sleep!;

    /// <summary>For methods that are no GoTask methods.</summary>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For methods that are no GoTask methods.</summary>
    public void UnsafeOnCompleted(Action continuation) => M.OfGoroutine().Scheduler.Adopt(_sleep!, continuation);
}
