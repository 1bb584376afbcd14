namespace Gmp;

// Whether goroutine code may burn time for what another P is about to give.
internal sealed partial class M
{
    private static readonly bool s_isMulticore = Environment.ProcessorCount > 1;

    /// <summary>
    /// Whether a goroutine may spin for a lock instead of parking at once (Go: sync_runtime_canSpin): only if another P runs goroutines, as
    /// one of them must be the holder's, nobody waits for this P, and nobody asked for it. All of it is a moment's truth, good enough for that.
    /// </summary>
    internal bool MaySpin =>
        s_isMulticore && !PreemptRequested && Scheduler.Processors > Scheduler.IdleProcessors + Scheduler.Spinning + 1
        && Volatile.Read(ref _p) is { } p && p.QueueLength == 0;
}
