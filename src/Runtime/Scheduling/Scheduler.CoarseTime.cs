namespace Gmp;

// Since when a goroutine waits, for dumps. Each park notes it, so it must cost next to nothing: a load of a time that sysmon moves on.
//
// It is right to about 0.13 s. While sysmon sleeps deeply nobody parks; who ends that sleep, and who parks without a P, which needs no sysmon awake,
// reads the clock. Rejected: what Go does, a walk over all goroutines now and then that marks those that wait; it also takes a store in each switch,
// and tells nothing about a wait that it has not met.
public sealed partial class Scheduler
{
    private const int CoarseShift = 27;   // of nanoseconds

    private long _coarseTime;

    /// <summary>The time in units of 2^27 ns, as sysmon saw it last.</summary>
    internal long CoarseTime => _coarseTime;

    /// <summary>How long ago a <see cref="CoarseTime"/> was.</summary>
    internal static TimeSpan Since(long coarse, long now) =>
        // Another thread may have read the clock later than the caller.
        TimeSpan.FromTicks((Math.Max(0, ToCoarse(now) - coarse) << CoarseShift) / 100);

    /// <summary>Reads the clock and moves the time on.</summary>
    internal long ReadTime() => MoveTime(Clock.Now);

    internal long MoveTime(long now)
    {
        long time = ToCoarse(now);
        // Rarely written, so that the line stays with all who read it. A thread that read the clock before another may take it back by a unit.
        if (time != _coarseTime)
            _coarseTime = time;
        return time;
    }

    private static long ToCoarse(long now) => Clock.ToNanoseconds(now) >> CoarseShift;
}
