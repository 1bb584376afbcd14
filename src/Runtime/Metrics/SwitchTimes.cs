using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// Measures how long goroutines are runnable before they run, and how long they run, for the two histograms of the meter. Called from the hooks of
/// <see cref="SchedulerTracer"/>, by the owner of the goroutine, and only while somebody listens to one of the histograms.
/// </summary>
/// <remarks>
/// <para>Nobody is told when an instrument is listened to, so sysmon looks, in every round, and switches <see cref="GmpEventSource.Mode.Metrics"/>: the hooks
/// test that together with the tracer's forms, in one word. While sysmon sleeps deeply nothing runs that could be measured.</para>
/// <para>A record calls the listener, which takes locks of its own: it costs more than a switch. So one of <see cref="Sampler.Period"/> is recorded. Rejected:
/// buckets for each P that are added up when read, since the framework has no histogram that is observed; a buffer that sysmon empties, since a
/// listener that blocks would then stop the retaking of Ps.</para>
/// </remarks>
internal sealed class SwitchTimes(Scheduler scheduler)
{
    // What was noted before it must not be taken for something that was measured.
    private static long s_since = long.MaxValue;
    private static readonly Lock s_switch = new();

    private readonly KeyValuePair<string, object?> _tag = RuntimeMeter.TagOf(scheduler);

    /// <summary>Begins or ends the measuring as listeners come and go. Any thread, now and then.</summary>
    internal static void Observe()
    {
        if (IsWanted == IsOn)
            return;
        // Asked again in the lock: another scheduler's sysmon may have been held up between its look at the last listener and now, when there is a new one.
        lock (s_switch)
        {
            bool isWanted = IsWanted;
            if (isWanted == IsOn)
                return;
            if (isWanted)
                Volatile.Write(ref s_since, Clock.Now);
            GmpEventSource.SetMetrics(isWanted);
        }
    }

    private static bool IsWanted => RuntimeMeter.Latency.Enabled || RuntimeMeter.Slice.Enabled;

    private static bool IsOn => (GmpEventSource.Modes & GmpEventSource.Mode.Metrics) != 0;

    /// <summary>A goroutine is about to be queued. While it is runnable, nobody asks when it began to wait.</summary>
    internal static void BecameRunnable(G g, long time) => g.WaitTime = time;

    /// <summary>The M's goroutine goes on after a system call.</summary>
    internal static void GoesOn(M m, long time) => m.RunsSince = time;

    /// <summary>A goroutine that was runnable runs.</summary>
    internal void Started(M m, G g, long time)
    {
        m.RunsSince = time;
        if (g.WaitTime < Volatile.Read(ref s_since) || !m.LatencySampler.Takes())
            return;
        RuntimeMeter.Latency.Record(Seconds(time - g.WaitTime), _tag);
    }

    /// <summary>The M's goroutine runs no longer: it waits, is queued, has ended or is in a system call.</summary>
    internal void Stopped(M m, long time)
    {
        long since = m.RunsSince;
        m.RunsSince = 0;
        if (since < Volatile.Read(ref s_since) || !m.SliceSampler.Takes())
            return;
        RuntimeMeter.Slice.Record(Seconds(time - since), _tag);
    }

    // Clocks of two cores may differ by some ticks.
    private static double Seconds(long ticks) => Math.Max(0, Clock.ToNanoseconds(ticks)) / 1e9;
}
