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
        // Before the question too: a pause between it and the answer's time is told by the next look, whose window must reach back over it.
        long asked = Clock.Now;
        var paused = GC.GetTotalPauseDuration();
        // After the pause that it may show.
        long now = Clock.Now;
        if (_isLooking && paused > _paused)
            Tell(paused - _paused, now);
        if (!_isLooking)
            _collections = GC.CollectionCount(0);
        _isLooking = true;
        _paused = paused;
        _looked = asked;
    }

    private void Tell(TimeSpan pause, long now)
    {
        // Every collection is one of generation 0 too.
        int collections = GC.CollectionCount(0);
        var info = GC.GetGCMemoryInfo(GCKind.Any);
        // The runtime counts from when it asks threads to stop, which may be before this one's last look.
        long window = Math.Max(Clock.ToNanoseconds(now - _looked), pause.Ticks * 100);
        tracer.GcPause(collections - _collections, info, pause, window, now);
        _collections = collections;
    }
}
