using Gmp.Tracing;

namespace Gmp.Analysis.Validation;

// Ps. Field numbers are places in EventTable.
internal sealed partial class SchedulerRules
{
    private const int MostStolen = 256;

    private void SetProcessorRows()
    {
        Set(EventKind.ProcStatus, Where.OfP, (in r) => Processor(r.Stream).Generation < r.Generation || _hasLosses ? null : Rules.FirstWord, ApplyProcStatus);
        Set(EventKind.ProcStart, Where.OfP, CheckProcStart, (in r) => Acquire(Processor(r.Stream), r[0]));
        Set(EventKind.ProcStop, Where.OfP, CheckProcStop, (in r) =>
        {
            var p = Processor(r.Stream);
            LoseInSyscall(p, r[0]);
            Vacate(p, r.Ticks);
            Release(p, r[0]);
            p.Enter(ProcessorPhase.Idle, -1);
        });
        Set(EventKind.ProcRetake, Where.OfP, CheckRetake, ApplyRetake);
        Set(EventKind.ProcHandoff, Where.OfP, CheckHandoff, (in r) =>
        {
            var p = Processor(r.Stream);
            LoseInSyscall(p, r[0]);
            Vacate(p, r.Ticks);
            Release(p, r[0]);
            p.Enter(ProcessorPhase.Handed, r[1]);
        });
        Set(EventKind.Steal, Where.OfP, CheckSteal, (in _) => { });
        Set(EventKind.GlobalPut, Where.OfP, (in r) => r[0] > 0 ? Owned(r.Stream) : Rules.Value, (in _) => { });
        Set(EventKind.GlobalGet, Where.OfP, (in r) => r[0] > 0 ? Owned(r.Stream) : Rules.Value, (in _) => { });
        Set(EventKind.MSpinBegin, Where.OfP, (in r) => OwnedBy(r.Stream, r[0]) ?? CheckSpin(Processor(r.Stream), begins: true), (in r) => Processor(r.Stream).IsSpinning = true);
        Set(EventKind.MSpinEnd, Where.OfP, (in r) => OwnedBy(r.Stream, r[0]) ?? CheckSpin(Processor(r.Stream), begins: false), (in r) => Processor(r.Stream).IsSpinning = false);
    }

    private void ApplyProcStatus(in RecordCopy r)
    {
        var p = Processor(r.Stream);
        p.Generation = r.Generation;
        // An M that acquires a P has itself written down as its owner before it writes: what it says is then its first word, not yet a fact.
        p.IsJustTold = true;
        if (p.Phase != ProcessorPhase.Unknown)
            return;
        if (r[1] >= 0)
        {
            p.OwnedFromNow(r[1]);
            var m = Machine(r[1]);
            if (m.P == MachineState.UnknownP)
                m.P = p.Number;
        }
        else if ((ProcStatus)r[0] is ProcStatus.Idle or ProcStatus.Dead)
        {
            p.Enter(ProcessorPhase.Idle, -1);
        }
    }

    private Rule? CheckProcStart(in RecordCopy r)
    {
        var p = Processor(r.Stream);
        if (_highestProcs > 0 && r.Stream >= _highestProcs)
            return Rules.PExists;
        bool isFree = p.Phase is ProcessorPhase.Unknown or ProcessorPhase.Idle
            || (p.Phase == ProcessorPhase.Handed && p.MayBelongTo(r[0], ProcessorPhase.Handed))
            || (p.IsJustTold && p.MayBelongTo(r[0]));
        if (!isFree)
            return Rules.PFree;
        return CheckAwake(r[0]) ?? (Machine(r[0]).MayHaveNoP || (p.IsJustTold && Machine(r[0]).P == r.Stream) ? null : Rules.MOneP);
    }

    private void Acquire(ProcessorState p, long id)
    {
        var m = Machine(id);
        if (m.P >= 0 && m.P != p.Number && _processors[m.P] is { } other && other.M == id)
            other.Forget();
        if (p.Phase == ProcessorPhase.Owned && p.M >= 0 && p.M != id)
            Machine(p.M).P = MachineState.UnknownP;
        p.Enter(ProcessorPhase.Owned, id);
        m.P = p.Number;
        m.Phase = MachinePhase.Awake;
    }

    // An M parts with its P.
    private void Release(ProcessorState p, long id)
    {
        var m = Machine(id);
        if (m.P == p.Number || m.P == MachineState.UnknownP)
            m.P = MachineState.NoP;
    }

    private Rule? CheckProcStop(in RecordCopy r)
    {
        var p = Processor(r.Stream);
        if (!p.MayBelongTo(r[0]) && !p.MayBelongTo(r[0], ProcessorPhase.Taken))
            return Rules.POwner;
        if (p.IsSpinning == true)
            return Rules.MSpin;
        return p.MayRunNothing || Find(p.G) is { Phase: GoroutinePhase.Syscall or GoroutinePhase.Unknown } ? null : Rules.POneG;
    }

    private Rule? CheckRetake(in RecordCopy r)
    {
        if (OwnedBy(r.Stream, r[0]) is { } broken)
            return broken;
        var reason = (HandoffReason)r[2];
        if (reason is not (HandoffReason.Hog or HandoffReason.SyscallRetake))
            return Rules.PTaken;
        return (r[1] > 0 ? IsMentioned(r[1], r.Generation) : null)
            ?? Is(r[1], reason == HandoffReason.Hog ? GoroutinePhase.Running : GoroutinePhase.Syscall, r.Stream, Rules.PTaken);
    }

    private void ApplyRetake(in RecordCopy r)
    {
        var p = Processor(r.Stream);
        if (p.G > 0 && p.G != r[1])
            Vacate(p, r.Ticks);
        if (r[1] > 0)
        {
            var g = Goroutine(r[1]);
            bool isHog = (HandoffReason)r[2] == HandoffReason.Hog;
            g.Enter(isHog ? GoroutinePhase.Running : GoroutinePhase.Syscall, r.Ticks, GoroutineState.NoPlace, r[0]);
            g.IsHog = isHog;
        }
        p.Enter(ProcessorPhase.Taken, r[0]);
        Release(p, r[0]);
    }

    private Rule? CheckHandoff(in RecordCopy r)
    {
        var p = Processor(r.Stream);
        var reason = (HandoffReason)r[2];
        bool wasTaken = reason is HandoffReason.Hog or HandoffReason.SyscallRetake;
        if (!p.MayBelongTo(r[0], wasTaken ? ProcessorPhase.Taken : ProcessorPhase.Owned))
            return wasTaken && p.MayBelongTo(r[0]) ? Rules.PTaken : Rules.POwner;
        // An M whose P was taken may sleep by the time that somebody is looked for to go on with it.
        if (r[0] == r[1] && !wasTaken)
            return Rules.PTaken;
        if (p.IsSpinning == true)
            return Rules.MSpin;
        if (!p.MayRunNothing && Find(p.G) is not { Phase: GoroutinePhase.Syscall or GoroutinePhase.Unknown })
            return Rules.POneG;
        if (reason == HandoffReason.BlockingCall && p.G == ProcessorState.NoG)
            return Rules.PTaken;
        if (reason == HandoffReason.LockedThread && p.G > 0)
            return Rules.POneG;
        var to = Machine(r[1]);
        // An M whose goroutine has been readied may be found before it has given its own P away.
        return to.Phase == MachinePhase.Ended ? Rules.MKnown : to.MayHaveNoP || reason == HandoffReason.LockedThread ? null : Rules.MOneP;
    }

    private Rule? CheckSteal(in RecordCopy r)
    {
        if (Owned(r.Stream) is { } broken)
            return broken;
        if (r[1] is <= 0 or > MostStolen)
            return Rules.Value;
        bool exists = r[0] >= 0 && (_highestProcs == 0 || r[0] < _highestProcs);
        if (!exists || r[0] == r.Stream || Processor(r.Stream).IsSpinning == false)
            return Rules.PSteal;
        return Find(r[2]) is null or { Phase: GoroutinePhase.Runnable or GoroutinePhase.Unknown } ? null : Rules.PSteal;
    }

    private static Rule? CheckSpin(ProcessorState p, bool begins) =>
        !p.MayRunNothing ? Rules.POneG : p.IsSpinning == begins ? Rules.MSpin : null;

    // In a blocking call the P goes without a word of its own: that it went says it.
    private void LoseInSyscall(ProcessorState p, long m)
    {
        if (p.G > 0 && Find(p.G) is { Phase: GoroutinePhase.Syscall } g && g.P == p.Number)
        {
            (g.P, g.M) = (GoroutineState.NoPlace, m);
            p.G = ProcessorState.NoG;
        }
    }

    private Rule? Owned(int p) => Processor(p).MayBeOwned ? null : Rules.POwner;

    private Rule? OwnedBy(int p, long m) => Processor(p).MayBelongTo(m) ? null : Rules.POwner;
}
