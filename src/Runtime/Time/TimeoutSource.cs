namespace Gmp;

/// <summary>
/// A CancellationTokenSource whose deadline is a timer of the scheduler: no timer thread, and who waits on the token is waked by an M. See
/// <see cref="Goroutine.WithTimeout"/>.
/// </summary>
internal sealed class TimeoutSource : CancellationTokenSource
{
    private readonly FuncTimer _timer;
    private readonly CancellationTokenRegistration _parent;

    internal TimeoutSource(Scheduler scheduler, TimeSpan timeout, CreationSite site, CancellationToken parent)
    {
        // On a goroutine, since callbacks of the token are other people's code.
        _timer = new FuncTimer(scheduler, new GoBody.OfAction(CancelUnlessDisposed), "timeout", site);
        _timer.Reset(RuntimeTimer.After(timeout));
        _parent = parent.UnsafeRegister(static source => ((TimeoutSource)source!).CancelUnlessDisposed(), this);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _timer.Stop();
            // Not Dispose, which waits for a callback that runs.
            _parent.Unregister();
        }
        base.Dispose(disposing);
    }

    private void CancelUnlessDisposed()
    {
        try
        {
            Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Its user was done just as its time came.
        }
    }
}
