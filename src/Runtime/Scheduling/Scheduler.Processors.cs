using System.Runtime.InteropServices;
using Gmp.Tracing;

namespace Gmp;

// The number of Ps, and how it changes while goroutines run (Go: runtime/proc.go: procresize).
//
// Go stops the world for it. Nothing here can stop a goroutine from outside, so a change takes effect P by P: new Ps are idle at once; one that is
// too many retires where its owner would next choose a goroutine, or where sysmon takes it from a system call or a hog. Until then it runs on.
// A P is too many if its id is not below Processors, which is all that marks it: growing again before it has retired takes nothing back.
public sealed partial class Scheduler
{
    private readonly Lock _changing = new();   // one change at a time; taken before Lock
    private P[] _everyP = [];                  // by id; written under Lock
    private ProcessorSet _set = new([]);       // under Lock
    private int _processors;                   // under Lock
    private int _presentPs;                    // Ps that are not dead; under Lock

    /// <summary>The scheduler of the calling goroutine, or null if the caller is none.</summary>
    public static Scheduler? Current => M.Current?.Scheduler;

    /// <summary>How many Ps it has: how many goroutines run at the same time. See <see cref="SetProcessors"/>.</summary>
    public int Processors => Volatile.Read(ref _processors);

    /// <summary>The Ps that run or may run something, with those that have not retired yet.</summary>
    internal P[] Ps => Set.Ps;

    internal ProcessorSet Set => Volatile.Read(ref _set);

    /// <summary>Every P that there ever was: counts and trace records stay with them.</summary>
    internal P[] EveryP => Volatile.Read(ref _everyP);

    /// <summary>Whether no P runs anything. Certain under <see cref="Lock"/>, else a moment's truth.</summary>
    internal bool AllIdle => Volatile.Read(ref _idlePCount) == Volatile.Read(ref _presentPs);

    /// <summary>
    /// Changes the number of Ps while goroutines run (Go: runtime.GOMAXPROCS). Growing takes effect at once. Shrinking takes the Ps with the
    /// highest numbers, each at its next scheduling point, at once if it is idle or in a system call, and after a slice from a goroutine that comes
    /// to no scheduling point; their goroutines go first on the global queue. Any thread; concurrent changes take turns.
    /// </summary>
    /// <param name="processors">1 to <see cref="SchedulerOptions.MostProcessors"/>.</param>
    /// <returns>The number before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such number of Ps.</exception>
    public int SetProcessors(int processors)
    {
        SchedulerOptions.ValidateProcessors(processors, nameof(processors));
        lock (_changing)
            return ChangeProcessors(processors);
    }

    private int ChangeProcessors(int processors)
    {
        int before = _processors;
        if (processors == before)
            return before;
        long time = Clock.Now;
        // Outside Lock: the tracer takes it under its own.
        if (SchedulerTracer.IsOn)
            Tracer.ProcsChange(processors, time);
        lock (Lock)
        {
            Volatile.Write(ref _processors, processors);
            if (processors > before)
                Revive(before, processors);
            else
                RetireIdle();
            PublishPs();
        }
        if (processors < before)
            AskToRetire(processors);
        // What the retired ones left and what waits for the new ones. Whoever it wakes wakes the next.
        WakeP();
        return before;
    }

    /// <summary>Makes the Ps from <paramref name="first"/> up to <paramref name="end"/> idle, but for those that have not retired yet. Under Lock.</summary>
    private void Revive(int first, int end)
    {
        if (_everyP.Length < end)
        {
            var every = new P[end];
            _everyP.CopyTo(every, 0);
            for (int i = _everyP.Length; i < end; i++)
                every[i] = new P(this, i, Tracer.NewBuffer(i)) { Status = ProcStatus.Dead };
            Volatile.Write(ref _everyP, every);
        }
        // The lowest number comes first on the list.
        for (int i = end - 1; i >= first; i--)
        {
            if (_everyP[i].Status != ProcStatus.Dead)
                continue;
            Volatile.Write(ref _presentPs, _presentPs + 1);
            PutIdle(_everyP[i]);
        }
    }

    /// <summary>Under Lock.</summary>
    private void RetireIdle()
    {
        var idle = _idlePs;
        _idlePs = null;
        Volatile.Write(ref _idlePCount, 0);
        while (idle is { } p)
        {
            idle = p.IdleLink;
            PutIdle(p);
        }
    }

    private void AskToRetire(int processors)
    {
        foreach (var p in Ps)
        {
            if (p.Id < processors || p.M is not { } m)
                continue;
            m.PreemptRequested = true;
            uint tick = p.SyscallTick;
            if (m.State == M.InSyscall && TryTakeP(p, m, M.InSyscall, tick))
            {
                p.SyscallTick++;
                Handoff(p, m, HandoffReason.SyscallRetake);
            }
        }
    }

    /// <summary>Ends a P that the caller took from an M, if it is too many still.</summary>
    private bool TryRetire(P p, M from)
    {
        lock (Lock)
        {
            if (p.Id < _processors)
                return false;
            if (SchedulerTracer.IsOn)
                Tracer.ProcStop(p, from, Clock.Now);
            Retire(p);
        }
        WakeP();
        return true;
    }

    /// <summary>
    /// Ends a P that is too many. Its goroutines go before all others, since they were about to run (Go: runtime/proc.go: p.destroy). Its records
    /// are flushed with all others'. Under Lock, by the P's owner; who calls sees to it that somebody looks at the global queue.
    /// </summary>
    private void Retire(P p)
    {
        p.M = null;
        p.IdleLink = null;
        var queued = new List<G>();
        while (p.Get(out _) is { } g)
            queued.Add(g);
        Global.PutFirst(CollectionsMarshal.AsSpan(queued));
        p.Timers.MoveTo(_everyP[0].Timers);
        p.Goroutines.GiveAway();
        p.Status = ProcStatus.Dead;
        Volatile.Write(ref _presentPs, _presentPs - 1);
        PublishPs();
    }

    /// <summary>Shows thieves and watchers those Ps that are of interest, and Ms whether to look for the end of theirs. Under Lock.</summary>
    private void PublishPs()
    {
        int length = _processors;
        foreach (var p in _everyP)
        {
            if (p.Status != ProcStatus.Dead)
                length = Math.Max(length, p.Id + 1);
        }
        if (_set.Ps.Length != length)
            Volatile.Write(ref _set, new ProcessorSet(_everyP[..length]));
        SetAttention(Attention.Retiring, _presentPs > _processors);
    }

    // ---- What every M must look at ---------------------------------------------------------------------------------------------------------

    /// <summary>Why Ms look at more than their queues before they go on; one word, so that they pay one load when there is nothing.</summary>
    [Flags]
    private enum Attention
    {
        None = 0,
        Stopping = 1,
        Retiring = 2,
        Locked = 4,
    }

    private volatile Attention _attention;

    /// <summary>Whether an M must look at more than its queues before it goes on (M.Attention.cs).</summary>
    internal bool NeedsAttention => _attention != Attention.None;

    internal bool IsStopping => (_attention & Attention.Stopping) != 0;

    /// <summary>Under Lock.</summary>
    private void SetAttention(Attention what, bool on) => _attention = on ? _attention | what : _attention & ~what;
}
