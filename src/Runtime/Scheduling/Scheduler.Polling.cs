using Gmp.Tracing;

namespace Gmp;

// The scheduler's poller of sockets, and what becomes of the goroutines that it finds.
public sealed partial class Scheduler
{
    /// <summary>How long after the last poll sysmon polls if a P is idle, ns: an M that ran what it found there may be busy, with nobody in its place.</summary>
    private const long LongestWithoutPollAndIdle = 1_000_000;

    private NetPoller? _poller;   // made under Lock
    private bool _hasNoPoller;

    /// <summary>The poller, once there is one.</summary>
    internal NetPoller? Poller => Volatile.Read(ref _poller);

    /// <summary>The poller, made when first asked for; null where there is none: then sockets wait with the framework's means.</summary>
    internal NetPoller? OpenPoller()
    {
        lock (Lock)
        {
            if (_poller is null && !_hasNoPoller && !IsStopping)
            {
                var poller = Options.UsePoller ? NetPoller.TryCreate(this) : null;
                _hasNoPoller = poller is null;
                Volatile.Write(ref _poller, poller);
            }
            return _poller;
        }
    }

    /// <summary>Marks a goroutine runnable whose socket is ready; the caller queues it on its P.</summary>
    internal void ReadyPolled(G g, P p, M m)
    {
        if (SchedulerTracer.IsOn)
            Tracer.GoUnblock(p, m, g, RunQueueKind.Local, Clock.Now);
        g.WaitReason = WaitReason.None;
        g.Status = GoStatus.Runnable;
    }

    /// <summary>Queues a list of goroutines from the poller for anyone (Go: injectglist). Wakes nobody.</summary>
    internal void PutPolled(NetPoller poller, GList ready)
    {
        int count = ready.Count;
        for (var g = ready.First; g is not null; g = g.Link)
        {
            if (SchedulerTracer.IsOn)
                Tracer.WithoutP(EventKind.GoUnblock, null, g, GoStatus.Waiting, Clock.Now, 0, (long)RunQueueKind.Global);
            g.WaitReason = WaitReason.None;
            g.Status = GoStatus.Runnable;
        }
        lock (Lock)
        {
            while (ready.TryTake(out var g))
                Global.Put(g);
        }
        poller.WaitEnded(count);
    }

    /// <summary>By sysmon: polls if nobody has for long (Go: sysmon).</summary>
    internal void PollIfLate(long now)
    {
        if (Poller is not { IsWorthALook: true } poller)
            return;
        long limit = IdleProcessors != 0 ? LongestWithoutPollAndIdle : NetPoller.LongestWithoutPoll;
        if (Clock.ToNanoseconds(now - poller.LastPoll) < limit)
            return;
        var ready = poller.Poll(0);
        if (ready.Count != 0)
            PutPolled(poller, ready);
        // Also if there was nothing: whoever is woken and finds nothing sleeps in the poller.
        WakeP();
    }
}
