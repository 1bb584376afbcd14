using System.Runtime.CompilerServices;
using Gmp.Tracing;

namespace Gmp.Stress;

/// <summary>
/// What must hold of a scheduler of which nothing but the main goroutine is left: each goroutine object, each M and each P is in exactly one place, and the
/// counts agree. Called on the main goroutine.
/// </summary>
/// <remarks>
/// The moment after the last goroutine has ended, its M still looks for work, sysmon may hold a P in its hands and free objects may be on their way out.
/// So who asks asks again until all is quiet, or it never is.
/// </remarks>
internal static class SchedulerInvariants
{
    /// <summary>What does not hold; empty if all is well.</summary>
    internal static List<string> Violations(Scheduler scheduler)
    {
        var wrong = new List<string>();
        // First of all locks, as in the runtime: who ends a P or an M takes that of the free list under it.
        lock (scheduler.Lock)
        {
            Goroutines(scheduler, wrong);
            Processors(scheduler, wrong);
            Machines(scheduler, wrong);
        }
        if (scheduler.Poller is { } poller)
        {
            Expect(wrong, "waits for a socket", poller.Waiters, 0);
            Expect(wrong, "sockets that the poller knows", UsedOf(poller) - FreeOf(poller).Count, 0);
        }
        return wrong;
    }

    private static void Goroutines(Scheduler scheduler, List<string> wrong)
    {
        scheduler.CountGoroutines(out long created, out long ended);
        Expect(wrong, "alive", created - ended, 1);
        Expect(wrong, "in the global queue", scheduler.Global.Count, 0);
        foreach (var p in scheduler.EveryP)
        {
            Expect(wrong, $"in the queue of P{p.Id}", p.QueueLength, 0);
            Expect(wrong, $"first timer of P{p.Id}", p.Timers.Next, Timers.Never);
        }
        var places = new Dictionary<G, string>(ReferenceEqualityComparer.Instance);
        var free = scheduler.FreeGs;
        lock (LockOf(free))
        {
            Walk(FirstOf(free), "the scheduler's list", places, wrong);
            Expect(wrong, "length of the scheduler's list", places.Count, free.Count);
            Walk(FreeOf(OutsideOf(scheduler)), "the list of threads outside", places, wrong);
            foreach (var p in scheduler.EveryP)
                Walk(FreeOf(p.Goroutines), $"the list of P{p.Id}", places, wrong);
            foreach (var m in scheduler.AllMs())
                Walk(FreeOf(m.Goroutines), $"the list of M{m.Id}", places, wrong);
            int known = 0, main = 0;
            foreach (var g in scheduler.AllGs.Snapshot())
            {
                if (g.Id == FreeGs.Dropped)
                    continue;
                bool isFree = places.ContainsKey(g);
                known += isFree ? 1 : 0;
                if (scheduler.IsMain(g))
                {
                    main++;
                    if (isFree || g.Status != GoStatus.Running || M.Current!.CurrentG != g)
                        wrong.Add($"the main goroutine is {g.Status}{(isFree ? " and free" : "")}");
                }
                else if (!isFree || g.Status is not (GoStatus.Dead or GoStatus.Idle))
                {
                    wrong.Add($"goroutine {g.Id} is {g.Status} ({g.WaitReason}) and {(isFree ? $"in {places[g]}" : "nowhere")}");
                }
            }
            Expect(wrong, "main goroutines", main, 1);
            Expect(wrong, "free goroutines that the table does not know", places.Count - known, 0);
        }
    }

    private static void Walk(G? first, string place, Dictionary<G, string> places, List<string> wrong)
    {
        for (var g = first; g is not null; g = g.Link)
        {
            if (places.TryAdd(g, place))
                continue;
            wrong.Add($"goroutine {g.Id} is in {places[g]} and in {place}");
            return;
        }
    }

    private static void Processors(Scheduler scheduler, List<string> wrong)
    {
        var idle = new HashSet<P>();
        for (var p = IdlePsOf(scheduler); p is not null && idle.Add(p); p = p.IdleLink)
        {
            if (p.Status != ProcStatus.Idle || p.M is not null)
                wrong.Add($"P{p.Id} is on the idle list, {p.Status} and of M{p.M?.Id}");
        }
        Expect(wrong, "idle Ps", scheduler.IdleProcessors, idle.Count);
        foreach (var p in scheduler.EveryP)
        {
            bool isDead = p.Status == ProcStatus.Dead;
            if (isDead != (p.Id >= scheduler.Processors))
                wrong.Add($"P{p.Id} of {scheduler.Processors} is {p.Status}");
            else if (!isDead && !idle.Contains(p) && p.M != M.Current)
                wrong.Add($"P{p.Id} is neither idle nor the main goroutine's, but {p.Status} and of M{p.M?.Id}");
        }
        Expect(wrong, "Ps that are in use", scheduler.Processors - idle.Count, 1);
    }

    private static void Machines(Scheduler scheduler, List<string> wrong)
    {
        var idle = new HashSet<M>();
        for (var m = IdleMsOf(scheduler); m is not null && idle.Add(m); m = m.IdleLink)
        {
            if (!m.IsIdle || m.CurrentG is not null || m.LockedG is not null || m.IsDismissed)
                wrong.Add($"M{m.Id} is on the idle list and has something to do");
        }
        var all = scheduler.AllMs();
        Expect(wrong, "Ms", all.Distinct().Count(), all.Length);
        Expect(wrong, "idle Ms and the main goroutine's", idle.Count + 1, all.Length);
        Expect(wrong, "Ms that look for work", scheduler.Spinning, 0);
        Expect(wrong, "waits for what is foreign", ForeignWaitsOf(scheduler), 0);
        Expect(wrong, "locked threads", LockedThreadsOf(scheduler), 0);
        foreach (var m in all)
        {
            if (m != M.Current && !idle.Contains(m))
                wrong.Add($"M{m.Id} is neither idle nor the main goroutine's, in state {m.State} with goroutine {m.CurrentG?.Id}");
        }
    }

    private static void Expect(List<string> wrong, string what, long actual, long expected)
    {
        if (actual != expected)
            wrong.Add($"{what}: {actual}, not {expected}");
    }

    // The runtime's own fields: it needs no code that only this would call.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_lock")]
    private static extern ref Lock LockOf(FreeGs free);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_first")]
    private static extern ref G? FirstOf(FreeGs free);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_free")]
    private static extern ref G? FreeOf(GCache cache);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_used")]
    private static extern ref int UsedOf(NetPoller poller);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_free")]
    private static extern ref Stack<int> FreeOf(NetPoller poller);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_outside")]
    private static extern ref GCache OutsideOf(Scheduler scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_idlePs")]
    private static extern ref P? IdlePsOf(Scheduler scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_idleMs")]
    private static extern ref M? IdleMsOf(Scheduler scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_foreignWaits")]
    private static extern ref int ForeignWaitsOf(Scheduler scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_lockedThreads")]
    private static extern ref int LockedThreadsOf(Scheduler scheduler);
}
