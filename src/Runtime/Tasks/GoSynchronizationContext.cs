namespace Gmp;

/// <summary>
/// Installed on every M, so that the continuations of <c>async Task</c> methods called from a goroutine come back to its scheduler,
/// each on a goroutine of its own, instead of going on in the thread pool.
/// </summary>
internal sealed class GoSynchronizationContext(Scheduler scheduler) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state)
    {
        // A goroutine's own wait comes back through here too: it is readied, which needs no other goroutine.
        if (state is Action { Target: ForeignAwait wait })
            wait.Complete();
        else
            scheduler.StartGoroutine(new PostedBody(d, state), name: null, CreationSite.Posted, parent: null);
    }

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    private sealed class PostedBody(SendOrPostCallback callback, object? state) : GoBody
    {
        internal override Delegate? Function => state as Delegate ?? callback;

        internal override GoTask Invoke()
        {
            callback(state);
            return default;
        }
    }
}
