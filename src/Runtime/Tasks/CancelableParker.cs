namespace Gmp;

/// <summary>
/// A wait that a <see cref="CancellationToken"/> may end. One is made for each such wait and not pooled: a late callback of the token may
/// still reach it when the wait is long over.
/// </summary>
/// <remarks>
/// The race is between who ends the wait in the usual way, the token's thread, and the commit of the park. All three decide under the gate
/// of what is waited on: <see cref="Parker.Commit"/> returns false if <see cref="IsCanceled"/> is set already, <see cref="TryWithdraw"/>
/// sets it and takes the wait off the queue if it is there, and a waker only takes what is queued. So exactly one of them readies the goroutine.
/// </remarks>
internal abstract class CancelableParker : Parker
{
    private CancellationTokenRegistration _registration;
    private Scheduler? _watchedFor;

    /// <summary>Set under the gate. Read by the goroutine after its wait.</summary>
    internal bool IsCanceled;

    /// <summary>Who waits; set by <see cref="Parker.Commit"/> before it is queued.</summary>
    internal G? G;

    /// <summary>Begins to listen to the token. By the goroutine, before it parks; the callback may come at once.</summary>
    internal void Watch(Scheduler scheduler, CancellationToken token)
    {
        if (!token.CanBeCanceled)
            return;
        // Whoever cancels is outside the scheduler's sight: no deadlock is certain until the wait ends.
        _watchedFor = scheduler;
        scheduler.ForeignWaitBegan();
        _registration = token.UnsafeRegister(static parker => ((CancelableParker)parker!).Cancel(), this);
    }

    /// <summary>Ends listening. By the goroutine, after its wait. Does not wait for a callback that runs right now.</summary>
    internal void EndWatch()
    {
        if (_watchedFor is null)
            return;
        _registration.Unregister();
        _watchedFor.ForeignWaitEnded();
        _watchedFor = null;
    }

    /// <summary>Under the gate of what it waits on: sets <see cref="IsCanceled"/> unless the wait is over, and takes it off the queue.</summary>
    /// <returns>True if it was queued: nobody else will ready the goroutine.</returns>
    protected abstract bool TryWithdraw();

    private void Cancel()
    {
        if (TryWithdraw())
            G!.Scheduler.Ready(G);
    }
}
