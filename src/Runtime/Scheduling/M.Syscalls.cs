using Gmp.Tracing;

namespace Gmp;

// System calls that a goroutine declares (Go: runtime/proc.go: entersyscall, exitsyscall). The P stays attached and may be taken.
internal sealed partial class M
{
    /// <summary>Begins a system call; its code runs on this thread.</summary>
    /// <param name="handOff">True if it is known to block: the P goes to another M at once (Go: entersyscallblock).</param>
    /// <returns>False if the goroutine is in one already: the call runs as part of it.</returns>
    internal bool EnterSyscall(bool handOff)
    {
        if (State == InSyscall)
            return false;
        State = InRuntime;
        var g = CurrentG!;
        var p = OwnedP();
        if (p is null)
        {
            if (SchedulerTracer.IsOn)
                Scheduler.Tracer.WithoutP(EventKind.GoSyscallBegin, this, g, g.Status, Clock.Now);
            g.Status = GoStatus.Syscall;
            State = InSyscall;
            return true;
        }
        long time = 0;
        if (SchedulerTracer.IsOn)
        {
            time = Clock.Now;
            Scheduler.Tracer.GoSyscall(p, EventKind.GoSyscallBegin, this, g, time);
        }
        g.Status = GoStatus.Syscall;
        Interleave.BeforeWrite();
        p.SyscallTick++;
        // Without Ps another M may run at once, as then in Go: nobody could take a slot back.
        if (handOff || HasSlot)
        {
            Detach();
            Scheduler.Handoff(p, this, HandoffReason.BlockingCall);
        }
        else
        {
            p.Status = ProcStatus.Syscall;
        }
        State = InSyscall;
        return true;
    }

    /// <summary>Ends a system call.</summary>
    /// <returns>True if the goroutine has a P: its own still, or an idle one. False if it must queue for one at its next scheduling point.</returns>
    internal bool ExitSyscall()
    {
        State = InRuntime;
        var g = CurrentG!;
        var p = OwnedP();
        bool tracing = SchedulerTracer.IsOn;
        if (p is not null)
        {
            Interleave.BeforeWrite();
            p.SyscallTick++;
            p.Status = ProcStatus.Running;
            if (tracing)
                Scheduler.Tracer.GoSyscall(p, EventKind.GoSyscallEnd, this, g, Clock.Now);
            g.Status = GoStatus.Running;
            State = InUser;
            return true;
        }
        if (tracing)
            Scheduler.Tracer.WithoutP(EventKind.GoSyscallEndBlocked, this, g, GoStatus.Syscall, Clock.Now, Id);
        g.Status = GoStatus.Running;
        if (Scheduler.IdleProcessors != 0)
        {
            lock (Scheduler.Lock)
                p = Scheduler.GetIdle();
        }
        if (p is null)
        {
            // No sysmon sees an M without a P: whatever scheduling point comes next, it must queue there.
            PreemptRequested = true;
            State = InUser;
            return false;
        }
        Acquire(p);
        p.SchedTick++;
        if (tracing)
            Scheduler.Tracer.GoStart(p, this, g, Clock.Now);
        State = InUser;
        return true;
    }
}
