namespace Gmp;

// An M and the poller of sockets: it looks there when it has nothing queued, and one of those that sleep does so there.
internal sealed partial class M
{
    private bool _sleepsInPoller;

    /// <summary>Whether it sleeps in the poller: it is woken for a timer or the end only, and never for a P. Written under the scheduler's lock.</summary>
    internal bool SleepsInPoller => Volatile.Read(ref _sleepsInPoller);

    /// <summary>Wakes it: with a P to run, to watch another timer, or to end.</summary>
    internal void Wake()
    {
        _parker.Unpark();
        // Closes the race with Sleep: there it says where it sleeps, then looks whether it was woken; here it is woken, then asked where it sleeps.
        Interlocked.MemoryBarrier();
        if (SleepsInPoller)
            Scheduler.Poller!.Break();
    }

    /// <summary>Looks for ready sockets, and queues here who waited for them.</summary>
    /// <returns>Whether there were any.</returns>
    private bool Poll(P p)
    {
        if (Scheduler.Poller is not { IsWorthALook: true } poller)
            return false;
        var ready = poller.Poll(0);
        int count = ready.Count;
        if (count == 0)
            return false;
        if (HasSlot)
        {
            Scheduler.PutPolled(poller, ready);
            return true;
        }
        while (ready.TryTake(out var g))
        {
            Scheduler.ReadyPolled(g, p, this);
            p.PutTail(g);
        }
        poller.WaitEnded(count);
        // One of them is for this M. If it looks for work already, it wakes the next one when it takes it.
        if (count > 1 && !_spinning)
            Scheduler.WakeP();
        return true;
    }

    /// <summary>Sleeps until it is woken or a time has passed; in the poller, if a P is free for what comes there and nobody sleeps there yet.</summary>
    /// <param name="nanoseconds">How long.</param>
    /// <param name="polled">How many goroutines it found there; they are queued.</param>
    /// <returns>True if it was woken.</returns>
    private bool Sleep(long nanoseconds, out int polled)
    {
        polled = 0;
        // With every P busy each wake would only queue what their Ms find by themselves when they have nothing else.
        if (Scheduler.Poller is not { } poller || Scheduler.IdleProcessors == 0 || !poller.TryBeginSleep())
            return _parker.Park(nanoseconds);
        bool isIdle;
        lock (Scheduler.Lock)
        {
            // Taken off the idle list by now: then there is a wake on its way.
            isIdle = IsIdle;
            Volatile.Write(ref _sleepsInPoller, isIdle);
        }
        Interlocked.MemoryBarrier();
        bool woken = _parker.Park(0);
        if (isIdle && !woken)
        {
            var ready = poller.Poll(nanoseconds);
            polled = ready.Count;
            if (polled != 0)
                Scheduler.PutPolled(poller, ready);
        }
        lock (Scheduler.Lock)
            Volatile.Write(ref _sleepsInPoller, false);
        poller.EndSleep();
        return woken || _parker.Park(0);
    }
}
