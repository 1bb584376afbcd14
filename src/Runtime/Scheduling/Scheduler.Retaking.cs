using Gmp.Tracing;

namespace Gmp;

// Taking a P from an M that runs user code or a system call. The protocol stands in the remarks of M.
public sealed partial class Scheduler
{
    /// <summary>
    /// How long a runnext that a thief found must stay there, in the framework's normalized spins, some 3 us: its M is likely to run it at
    /// once (Go: runqgrab).
    /// </summary>
    private const int RunNextGrace = 80;

    /// <summary>Takes the P from an M, if it is still in <paramref name="state"/> and in the same run. The caller then owns the P.</summary>
    /// <param name="p">The P.</param>
    /// <param name="m">The M that was seen to own it.</param>
    /// <param name="state">InUser for a hog, InSyscall for a system call.</param>
    /// <param name="tick">The run or system call that was seen: Switches or SyscallTick.</param>
    internal bool TryTakeP(P p, M m, int state, uint tick)
    {
        lock (Retake)
        {
            ref var owned = ref m.POfTaker;
            if (owned != p)
                return false;
            Volatile.Write(ref owned, null);
            Interlocked.MemoryBarrierProcessWide();
            // After the barrier: if the M is in `state` now, its next entry into the runtime sees that the P is gone. The tick tells another
            // run or call apart.
            if (m.State != state || (state == M.InUser ? p.Switches : p.SyscallTick) != tick)
            {
                Volatile.Write(ref owned, p);
                return false;
            }
            // Still under the lock, which the M must pass before it does anything without its P: until then its goroutine is this one.
            long time = Clock.Now;
            var g = m.CurrentG;
            var reason = HandoffReason.SyscallRetake;
            if (state == M.InUser)
            {
                reason = HandoffReason.Hog;
                m.LostAsHog = true;
                m.Watch.Update(m.ThreadId, time);
            }
            _retakes[(int)reason]++;
            if (SchedulerTracer.IsOn && g is not null)
            {
                if (state == M.InUser)
                    Tracer.GoHog(p, m, g, m.Watch, time);
                Tracer.ProcRetake(p, m, g, reason, time);
            }
            return true;
        }
    }

    /// <summary>Takes runnext from a P whose M has been in user code for a while. Called by a thief.</summary>
    internal G? TryStealRunNext(P victim)
    {
        var m = victim.M;
        var next = Volatile.Read(ref victim.RunNext);
        if (m is null || next is null || m.State == M.InRuntime)
            return null;
        // The switches are compared, not runnext: a pair that ready each other in turn shows the same goroutine there again and again.
        uint switches = Volatile.Read(ref victim.Switches);
        Thread.SpinWait(RunNextGrace);
        if (Volatile.Read(ref victim.Switches) != switches || m.State == M.InRuntime)
            return null;
        // Others that take are as good: no wait for them.
        if (!Retake.TryEnter())
            return null;
        try
        {
            ref var owned = ref m.POfTaker;
            if (owned != victim)
                return null;
            Volatile.Write(ref owned, null);
            Interlocked.MemoryBarrierProcessWide();
            G? g = null;
            if (m.State != M.InRuntime && victim.Switches == switches)
            {
                // Ours for this moment: the M would find no P.
                g = victim.RunNext;
                Interleave.BeforeWrite();
                victim.RunNext = null;
            }
            Volatile.Write(ref owned, victim);
            return g;
        }
        finally
        {
            Retake.Exit();
        }
    }

    /// <summary>Gives a P that the caller took to an M if there is anything to do, else to the idle list (Go: handoffp).</summary>
    /// <param name="p">The P, owned by the caller.</param>
    /// <param name="from">The M that had it.</param>
    /// <param name="reason">Why.</param>
    internal void Handoff(P p, M from, HandoffReason reason)
    {
        if (p.Id >= Processors && TryRetire(p, from))
            return;
        // The last P that runs, while somebody waits for a socket: nobody would poll (Go: handoffp).
        if (p.QueueLength != 0 || Global.Count != 0 || Poller is { IsWorthALook: true })
        {
            StartM(p, spinning: false, from, reason);
            return;
        }
        // Nobody looks for work and no other P is idle: this one may be the one that is missed.
        if (IdleProcessors == 0 && Interlocked.CompareExchange(ref _spinning, 1, 0) == 0)
        {
            StartM(p, spinning: true, from, reason);
            return;
        }
        lock (Lock)
        {
            if (Global.Count == 0)
            {
                if (SchedulerTracer.IsOn)
                    Tracer.ProcStop(p, from, Clock.Now);
                PutIdle(p);
                return;
            }
        }
        StartM(p, spinning: false, from, reason);
    }
}
