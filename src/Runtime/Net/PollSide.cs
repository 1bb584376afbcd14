using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp;

/// <summary>One direction of a socket: who waits for it, and what has happened while nobody did.</summary>
/// <remarks>
/// <para>The race: data may come between the attempt that found none and the park. The poller leaves a mark if it finds nobody, and the commit of the park
/// sees it and goes on instead. Both under the gate, as is whatever else ends a wait: a deadline, a token, a close. So one of them has the goroutine.</para>
/// <para>The mark is wiped before an attempt and not after: what came before the attempt the attempt finds; what comes later sets it again.</para>
/// <para>An attempt that got less than it asked for has emptied the socket, so the next one would find nothing and is left out until there is a mark
/// (epoll(7), question 9). Not once the peer has hung up: that edge may have come together with the data's.</para>
/// </remarks>
internal sealed class PollSide(PollDesc desc) : Parker
{
    private SpinGate _gate;
    private G? _g;
    private PollCancellation? _cancellation;
    private Deadline? _deadline;
    private bool _isReady;
    private bool _isReadyForGood;
    private bool _isEmptied;
    private bool _isExpired;
    private bool _isClosed;

    internal override WaitReason Reason => WaitReason.IOWait;

    internal static TimeoutException DeadlineHasPassed() => new("The deadline of the connection has passed.");

    // ---- By the goroutine that holds the side ------------------------------------------------------------------------------------------------

    /// <summary>Before an attempt: whether it can find anything.</summary>
    /// <exception cref="ObjectDisposedException">Closed.</exception>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    internal bool MayTry()
    {
        if (Volatile.Read(ref _isClosed))
            throw new ObjectDisposedException(null, "The connection was closed.");
        if (Volatile.Read(ref _isExpired))
            throw DeadlineHasPassed();
        if (_isEmptied && !Volatile.Read(ref _isReady) && !Volatile.Read(ref _isReadyForGood))
            return false;
        _isEmptied = false;
        Volatile.Write(ref _isReady, false);
        // The attempt is not moved before the wipe.
        Interlocked.MemoryBarrier();
        return true;
    }

    /// <summary>After an attempt that got less than it asked for, but not nothing.</summary>
    internal void Emptied() => _isEmptied = true;

    /// <summary>Waits until something happens: then <see cref="MayTry"/> tells.</summary>
    /// <exception cref="InvalidOperationException">The caller is no goroutine of the scheduler that the socket belongs to, whose deadlock check counts it.</exception>
    internal PollAwaitable Wait(PollCancellation? cancellation = null)
    {
        if (M.OfGoroutine().Scheduler != desc.Poller.Scheduler)
            throw new InvalidOperationException("The connection belongs to another scheduler than the goroutine that waits for it.");
        _cancellation = cancellation;
        return new PollAwaitable(this);
    }

    internal override bool Commit(G g)
    {
        desc.Poller.WaitBegan();
        _gate.Enter();
        bool goesOn = _isReady || _isExpired || _isClosed || _cancellation?.IsCanceled == true;
        if (!goesOn)
            _g = g;
        _gate.Exit();
        if (goesOn)
            desc.Poller.WaitEnded(1);
        return !goesOn;
    }

    // ---- By others ---------------------------------------------------------------------------------------------------------------------------

    /// <summary>By the poller: an edge.</summary>
    /// <returns>The goroutine to make runnable, or null.</returns>
    internal G? Ready(bool isForGood)
    {
        _gate.Enter();
        if (isForGood)
            Volatile.Write(ref _isReadyForGood, true);
        var g = Take();
        if (g is null)
            Volatile.Write(ref _isReady, true);
        else
            _isEmptied = false;
        _gate.Exit();
        return g;
    }

    /// <summary>The connection is closed: whoever waits goes on and hears of it.</summary>
    internal void Close()
    {
        _gate.Enter();
        Volatile.Write(ref _isClosed, true);
        var g = Take();
        _gate.Exit();
        // After the mark: whoever sets one beside this sees the mark then, or it is stopped here. Else it would be pending for nobody.
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _deadline)?.Stop();
        Wake(g);
    }

    /// <summary>A token was canceled.</summary>
    internal void Cancel(PollCancellation cancellation)
    {
        _gate.Enter();
        cancellation.IsCanceled = true;
        // A wait that is over has left its cancellation behind.
        var g = _cancellation == cancellation ? Take() : null;
        _gate.Exit();
        Wake(g);
    }

    /// <summary>Sets until when this side may wait, and lifts what an earlier deadline did. Of calls at the same time the last one counts. Any thread.</summary>
    /// <param name="when">In ticks, or 0 for no limit.</param>
    internal void SetDeadline(long when)
    {
        var deadline = Volatile.Read(ref _deadline);
        if (deadline is null && when != 0)
        {
            // There is never a second one, which an other caller's deadline would not stop.
            var made = new Deadline(desc.Poller.Scheduler, this);
            deadline = Interlocked.CompareExchange(ref _deadline, made, null) ?? made;
        }
        // Once it is stopped no earlier deadline expires any more: it does so under its gate.
        deadline?.Stop();
        _gate.Enter();
        Volatile.Write(ref _isExpired, false);
        _gate.Exit();
        if (when == 0)
            return;
        deadline!.Reset(when);
        // See Close.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isClosed))
            deadline.Stop();
    }

    private G? Expire()
    {
        _gate.Enter();
        Volatile.Write(ref _isExpired, true);
        var g = Take();
        _gate.Exit();
        return g;
    }

    private G? Take()
    {
        var g = _g;
        _g = null;
        return g;
    }

    private void Wake(G? g)
    {
        if (g is null)
            return;
        g.Scheduler.Ready(g);
        desc.Poller.WaitEnded(1);
    }

    private sealed class Deadline(Scheduler scheduler, PollSide side) : RuntimeTimer(scheduler)
    {
        protected override void Fire(long now)
        {
            When = 0;
            var g = side.Expire();
            Gate.Exit();
            side.Wake(g);
        }
    }
}

/// <summary>A token's word in a wait. Made for each such wait: a late callback finds the one that it was made for.</summary>
internal sealed class PollCancellation(PollSide side)
{
    /// <summary>Under the side's gate.</summary>
    internal bool IsCanceled;

    internal CancellationTokenRegistration Watch(CancellationToken token) =>
        token.UnsafeRegister(static (state, _) => ((PollCancellation)state!).Cancel(), this);

    private void Cancel() => side.Cancel(this);
}

/// <summary>Waits for one side of a socket.</summary>
internal readonly struct PollAwaitable(PollSide side) : ICriticalNotifyCompletion, IParkAwaiter
{
    public bool IsCompleted => false;

    public PollAwaitable GetAwaiter() => this;

    public void GetResult()
    {
    }

    Parker IParkAwaiter.GetParker(G g) => side;

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation) => M.OfGoroutine().Scheduler.Adopt(side, continuation);
}
