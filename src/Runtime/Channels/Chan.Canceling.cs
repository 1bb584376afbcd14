namespace Gmp;

// Waits that a CancellationToken may end.
public sealed partial class Chan<T>
{
    /// <summary>Waits as <see cref="Send(T)"/>, until a token ends the wait. The value is not sent then.</summary>
    /// <param name="value">The value.</param>
    /// <param name="cancellationToken">Ends the wait. One that may costs an allocation if it has to wait.</param>
    /// <exception cref="ChanClosedException">The channel is closed, or is closed while this waits. Thrown by the await.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled before the value was sent. Thrown by the await.</exception>
    public ChanCancelableSend<T> Send(T value, CancellationToken cancellationToken) => new(this, value, cancellationToken);

    /// <summary>Waits as <see cref="Receive()"/>, until a token ends the wait. No value is lost then.</summary>
    /// <param name="cancellationToken">Ends the wait. One that may costs an allocation if it has to wait.</param>
    /// <exception cref="OperationCanceledException">The token was canceled before a value came. Thrown by the await.</exception>
    public ChanCancelableReceive<T> Receive(CancellationToken cancellationToken) => new(this, cancellationToken);

    /// <summary>Waits as <see cref="ReceiveOk()"/>, until a token ends the wait. No value is lost then.</summary>
    /// <inheritdoc cref="Receive(CancellationToken)"/>
    public ChanCancelableReceiveOk<T> ReceiveOk(CancellationToken cancellationToken) => new(this, cancellationToken);

    /// <summary>For <c>await foreach (var v in ch.WithCancellation(token))</c>: a token ends the loop with <see cref="OperationCanceledException"/>.</summary>
    /// <param name="cancellationToken">Ends the loop.</param>
    public ChanCancelableRange<T> WithCancellation(CancellationToken cancellationToken) => new(this, cancellationToken);

    /// <summary>Completes the wait or queues it, unless it is canceled, in one hold of the gate.</summary>
    /// <returns>True if it is queued.</returns>
    internal bool CommitUnlessCanceled(CancelableChanWait<T> wait)
    {
        var waiter = wait.Waiter;
        G? other = null;
        _gate.Enter();
        wait.IsCommitted = true;
        bool queues = false;
        if (!wait.IsCanceled)
        {
            queues = wait.IsSend
                ? !(waiter.Ok = SendNow(waiter.Value!, out other)) && !_closed
                : !ReceiveNow(out waiter.Value, out waiter.Ok, out other);
        }
        if (queues)
            Enqueue(ref wait.IsSend ? ref _senders : ref _receivers, waiter);
        _gate.Exit();
        other?.Scheduler.Ready(other);
        return queues;
    }

    /// <summary>The token's side: ends the wait unless it is over.</summary>
    /// <returns>True if it was queued.</returns>
    internal bool Cancel(CancelableChanWait<T> wait)
    {
        _gate.Enter();
        bool wasQueued = wait.Waiter.IsQueued;
        // Committed and not queued: it is over, and had its effect.
        if (wasQueued || !wait.IsCommitted)
            wait.IsCanceled = true;
        if (wasQueued)
            Remove(wait.Waiter, wait.IsSend);
        _gate.Exit();
        return wasQueued;
    }
}
