namespace Gmp;

/// <summary>A timer that starts a goroutine (Go: time.AfterFunc).</summary>
internal sealed class FuncTimer(Scheduler scheduler, object body, string? name, CreationSite site) : RuntimeTimer(scheduler)
{
    // Its goroutines inherit from who made it. The thread on which it is due has just run anybody.
    private readonly GoBody _body = new GoBody.InContext(ExecutionContext.Capture(), body);

    protected override void Fire(long now)
    {
        When = 0;
        Gate.Exit();
        Scheduler.StartGoroutine(_body, name, site, parent: null);
    }
}
