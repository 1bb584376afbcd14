using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// Finds the pauses of the garbage collector while a recording runs. sysmon's own: it asks in each round, which costs some tens of ns, and stands still with
/// all others, so a pause is mostly seen at its end. docs/trace-format.md says how exact that is, and why nothing listens to the runtime's events.
/// </summary>
internal sealed class GcWatch(SchedulerTracer tracer)
{
    private TimeSpan _paused;
    private int _collections;
    private long _looked;
    private bool _isLooking;

    /// <summary>Nobody records: what happens until the next look is not told.</summary>
    internal void Pause() => _isLooking = false;

    internal void Look()
    {
        var paused = GC.GetTotalPauseDuration();
        // After the pause that it may show.
        long now = Clock.Now;
        if (_isLooking && paused > _paused)
            Tell(paused - _paused, now);
        if (!_isLooking)
            _collections = GC.CollectionCount(0);
        _isLooking = true;
        _paused = paused;
        _looked = now;
    }

    private void Tell(TimeSpan pause, long now)
    {
        // Every collection is one of generation 0 too.
        int collections = GC.CollectionCount(0);
        var info = GC.GetGCMemoryInfo(GCKind.Any);
        tracer.GcPause(collections - _collections, info, pause, Clock.ToNanoseconds(now - _looked), now);
        _collections = collections;
    }
}
