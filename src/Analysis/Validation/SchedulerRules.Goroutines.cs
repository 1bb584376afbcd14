using Gmp.Tracing;

namespace Gmp.Analysis.Validation;

// Goroutines. Field numbers are places in EventTable.
internal sealed partial class SchedulerRules
{
    private void SetGoroutineRows()
    {
        Set(EventKind.GoCreate, Where.Either, CheckCreate, (in r) =>
        {
            _ended.Remove(r[0]);
            var g = Goroutine(r[0]);
            g.Generation = r.Generation;
            g.Enter(GoroutinePhase.Runnable, r.Ticks);
            _sites.Referred(r.Generation, r[2], Scheduler, in r);
        });
        Set(EventKind.GoStatus, Where.Either, CheckStatus, ApplyStatus);
        Set(EventKind.GoStart, Where.OfP, CheckStart, (in r) =>
        {
            var p = Processor(r.Stream);
            Vacate(p, r.Ticks);
            Leave(r[0]);
            p.G = r[0];
            p.IsSpinning = false;
            Goroutine(r[0]).Enter(GoroutinePhase.Running, r.Ticks, r.Stream, p.M);
        });
        Set(EventKind.GoStop, Where.Either, CheckStop, (in r) =>
        {
            Leave(r[0]);
            Goroutine(r[0]).Enter(GoroutinePhase.Runnable, r.Ticks);
        });
        Set(EventKind.GoBlock, Where.Either, CheckBlock, ApplyBlock);
        Set(EventKind.GoDestroy, Where.Either, CheckStop, (in r) =>
        {
            Leave(r[0]);
            _goroutines.Remove(r[0]);
            _ended.Add(r[0]);
        });
        Set(EventKind.GoUnblock, Where.Either, CheckUnblock, ApplyUnblock);
        Set(EventKind.GoSyscallBegin, Where.Either, CheckSyscallBegin, (in r) =>
        {
            var g = Goroutine(r[0]);
            g.Enter(GoroutinePhase.Syscall, r.Ticks, r.Stream, r.Stream >= 0 ? Processor(r.Stream).M : g.M);
            if (r.Stream >= 0)
                Processor(r.Stream).G = r[0];
        });
        Set(EventKind.GoSyscallEnd, Where.OfP, (in r) => IsMentioned(in r) ?? Owned(r.Stream) ?? Is(r[0], GoroutinePhase.Syscall, r.Stream, Rules.GSyscall), (in r) =>
        {
            var p = Processor(r.Stream);
            p.G = r[0];
            Goroutine(r[0]).Enter(GoroutinePhase.Running, r.Ticks, r.Stream, p.M);
        });
        Set(EventKind.GoSyscallEndBlocked, Where.WithoutP, CheckSyscallEndBlocked, (in r) =>
        {
            Leave(r[0]);
            var g = Goroutine(r[0]);
            g.Enter(GoroutinePhase.Runnable, r.Ticks, m: r[1]);
            g.IsLoose = true;
        });
        Set(EventKind.GoHog, Where.Either, CheckHog, (in r) =>
        {
            // Without a P it is a snapshot's word on one that lost its P before: then the trace knows it as a hog from here on.
            if (r.Stream < 0 && Find(r[0]) is { Phase: GoroutinePhase.Running } g)
                (g.P, g.M, g.IsHog) = (GoroutineState.NoPlace, r[1], true);
        });
        Set(EventKind.GoWaitsOn, Where.Either, (in r) => r[1] <= 0 ? Rules.Value : r.Stream >= 0 ? IsMentioned(in r) ?? CheckWaitsOn(in r) : null, (in _) => { });
        Set(EventKind.LockTaken, Where.Either, CheckLockTaken, (in _) => { });
        Set(EventKind.GoStall, Where.WithoutP, (in r) => r[0] <= 0 || r[3] + r[4] > r[2] ? Rules.Value : CheckStall(in r), (in _) => { });
        Set(EventKind.GoHogEnd, Where.WithoutP, CheckHogEnd, (in r) =>
        {
            var g = Goroutine(r[0]);
            g.IsHog = false;
            g.M = r[1];
        });
    }

    private Rule? CheckWaitsOn(in RecordCopy r) => _hasLosses || Processor(r.Stream).Blocked == (r[0], r[1]) ? null : Rules.GWaitsOn;

    // By itself, or by who gives it what it waits for, which can be before the record of that wait: then it still seems to run.
    private Rule? CheckLockTaken(in RecordCopy r)
    {
        if (r[0] <= 0 || r[1] <= 0)
            return Rules.Value;
        if (IsMentioned(r[1], r.Generation) is { } broken)
            return broken;
        return Find(r[1]) is { Phase: GoroutinePhase.Runnable or GoroutinePhase.Syscall, IsLoose: false } ? Rules.GLock : null;
    }

    private Rule? CheckStall(in RecordCopy r) =>
        Find(r[0]) is not { } g ? null
        : g is { Phase: not (GoroutinePhase.Running or GoroutinePhase.Unknown), Debt: null } or { IsHog: true } || (g.M >= 0 && g.M != r[1]) ? Rules.GStall
        : null;

    private Rule? CheckCreate(in RecordCopy r)
    {
        if (r[0] <= 0)
            return Rules.Value;
        if (_ended.Contains(r[0]) || Find(r[0]) is { Phase: not GoroutinePhase.Unknown })
            return Rules.GCreate;
        if (r.Stream < 0)
            return null;
        return Owned(r.Stream) ?? (r[1] == 0 || Processor(r.Stream).MayRun(r[1]) ? null : Rules.GParent);
    }

    private Rule? CheckStatus(in RecordCopy r)
    {
        if (r[0] <= 0)
            return Rules.Value;
        // A snapshot, which stands without a P, looks at what other threads change meanwhile, and the streams know better. Its time is never before that of
        // the record that stands before it there, so a goroutine may even have ended by then.
        if (r.Stream < 0)
            return null;
        if (_ended.Contains(r[0]))
            return Rules.GStatus;
        if (Find(r[0]) is not { } g || Phase(r[1]) is not { } told)
            return null;
        return g.Phase == GoroutinePhase.Unknown || g.Phase == told ? null : Rules.GStatus;
    }

    private void ApplyStatus(in RecordCopy r)
    {
        if (r[1] == (long)GoStatus.Dead || _ended.Contains(r[0]))
            return;
        var g = Goroutine(r[0]);
        g.Generation = Math.Max(g.Generation, r.Generation);
        _sites.Referred(r.Generation, r[6], Scheduler, in r);
        if (g.Phase != GoroutinePhase.Unknown || Phase(r[1]) is not { } phase)
            return;
        bool onM = phase is GoroutinePhase.Running or GoroutinePhase.Syscall;
        // Without a P is said where it is not known, too.
        int at = r[3] is >= 0 and < MostProcessors ? (int)r[3] : GoroutineState.UnknownPlace;
        g.Enter(phase, r.Ticks, onM ? at : GoroutineState.NoPlace, onM && r[4] >= 0 ? r[4] : GoroutineState.UnknownPlace);
        if (!onM || at < 0)
            return;
        var p = Processor(at);
        if (p.G == ProcessorState.UnknownG)
            p.G = r[0];
        else if (p.G != r[0])
            g.P = GoroutineState.UnknownPlace;
    }

    private static GoroutinePhase? Phase(long status) => (GoStatus)status switch
    {
        GoStatus.Runnable or GoStatus.Preempted => GoroutinePhase.Runnable,
        GoStatus.Running => GoroutinePhase.Running,
        GoStatus.Syscall => GoroutinePhase.Syscall,
        GoStatus.Waiting => GoroutinePhase.Waiting,
        _ => null,
    };

    private Rule? CheckStart(in RecordCopy r)
    {
        var p = Processor(r.Stream);
        return IsMentioned(in r) ?? Owned(r.Stream)
            ?? (!p.MayRunNothing ? Rules.POneG : p.IsSpinning == true ? Rules.MSpin : null)
            ?? (Find(r[0]) is null or { Phase: GoroutinePhase.Runnable or GoroutinePhase.Unknown } or { Debt: not null } ? null : Rules.GStart);
    }

    private Rule? CheckStop(in RecordCopy r)
    {
        if ((IsMentioned(in r) ?? (r.Stream >= 0 ? Owned(r.Stream) : null)) is { } broken)
            return broken;
        if (Find(r[0]) is { IsHog: true })
            return Rules.GHog;
        if (RunsLoose(in r))
            return null;
        return Is(r[0], GoroutinePhase.Running, r.Stream, Rules.GStop);
    }

    private Rule? CheckBlock(in RecordCopy r) => DebtOf(in r) is null ? CheckStop(in r) : null;

    private void ApplyBlock(in RecordCopy r)
    {
        if (DebtOf(in r) is { } debt)
        {
            _settled = r.Ticks - debt.Unblock.Ticks;
            Settle(debt);
            return;
        }
        Leave(r[0]);
        Goroutine(r[0]).Enter(GoroutinePhase.Waiting, r.Ticks);
    }

    private BlockDebt? DebtOf(in RecordCopy r)
    {
        foreach (var debt in _debts)
        {
            if (debt.Unblock[0] == r[0] && (debt.P == r.Stream || debt.P == GoroutineState.UnknownPlace))
                return debt;
        }
        return null;
    }

    private void ApplyUnblock(in RecordCopy r)
    {
        var g = Goroutine(r[0]);
        if (g is { Phase: GoroutinePhase.Running, Debt: null })
        {
            _debts.Add(g.Debt = new BlockDebt(in r, g.P));
            return;
        }
        Leave(r[0]);
        g.Enter(GoroutinePhase.Runnable, r.Ticks);
    }

    // It blocked, and was readied: unless it has started again by now, it is runnable.
    private void Settle(BlockDebt debt)
    {
        _debts.Remove(debt);
        if (Find(debt.Unblock[0]) is not { } g || g.Debt != debt)
            return;
        Leave(g.Id);
        g.Enter(GoroutinePhase.Runnable, debt.Unblock.Ticks);
    }

    /// <summary>By how many ticks the record that was just applied came after what rests on it; null if it did not. Once.</summary>
    public long? TakeSettled()
    {
        long? settled = _settled;
        _settled = null;
        return settled;
    }

    /// <summary>The next GoUnblock, from before a time, of a goroutine that ran and of which nothing has said since that it blocked. Once for each.</summary>
    public bool TakeOverdue(long readiedBefore, out RecordCopy unblock)
    {
        unblock = default;
        if (_debts.Count == 0 || _debts[0].Unblock.Ticks >= readiedBefore)
            return false;
        unblock = _debts[0].Unblock;
        Settle(_debts[0]);
        return true;
    }

    private Rule? CheckUnblock(in RecordCopy r)
    {
        if ((IsMentioned(in r) ?? (r.Stream >= 0 ? Owned(r.Stream) : null)) is { } broken)
            return broken;
        if (Find(r[0]) is { Phase: not (GoroutinePhase.Waiting or GoroutinePhase.Unknown) } g && g is not { Phase: GoroutinePhase.Running, Debt: null })
            return Rules.GUnblock;
        return r[1] == 0 || r.Stream < 0 || Processor(r.Stream).MayRun(r[1]) ? null : Rules.GParent;
    }

    private Rule? CheckSyscallBegin(in RecordCopy r)
    {
        if ((IsMentioned(in r) ?? (r.Stream >= 0 ? Owned(r.Stream) : null)) is { } broken)
            return broken;
        return Find(r[0]) is { IsHog: true } ? Rules.GHog : RunsLoose(in r) ? null : Is(r[0], GoroutinePhase.Running, r.Stream, Rules.GSyscall);
    }

    private bool RunsLoose(in RecordCopy r) => r.Stream < 0 && Find(r[0]) is { IsLoose: true };

    private Rule? CheckSyscallEndBlocked(in RecordCopy r) =>
        IsMentioned(in r) ?? Is(r[0], GoroutinePhase.Syscall, GoroutineState.NoPlace, Rules.GSyscall)
        ?? (Find(r[0]) is { M: >= 0 } g && g.M != r[1] ? Rules.GSyscall : null);

    private Rule? CheckHog(in RecordCopy r)
    {
        if ((IsMentioned(in r) ?? (r.Stream >= 0 ? OwnedBy(r.Stream, r[1]) : null)) is { } broken)
            return broken;
        if (Is(r[0], GoroutinePhase.Running, r.Stream, Rules.GHog) is { } other)
            return other;
        return r.Stream < 0 && Find(r[0]) is { M: >= 0 } g && g.M != r[1] ? Rules.GHog : null;
    }

    private Rule? CheckHogEnd(in RecordCopy r)
    {
        if (IsMentioned(in r) is { } broken)
            return broken;
        var g = Find(r[0]);
        if (g is null or { Phase: GoroutinePhase.Unknown } || (g.Phase == GoroutinePhase.Running && g.P == GoroutineState.UnknownPlace))
            return null;
        return g.IsHog && (g.M == r[1] || g.M < 0) ? null : Rules.GHog;
    }

    // The goroutine that a record is about was told of in its generation.
    private Rule? IsMentioned(in RecordCopy r) => r[0] <= 0 ? Rules.Value : IsMentioned(r[0], r.Generation);

    private Rule? IsMentioned(long id, int generation)
    {
        if (_ended.Contains(id))
            return Rules.GEnded;
        return _hasLosses || generation < FirstGeneration || (Find(id)?.Generation ?? 0) >= generation ? null : Rules.FirstWord;
    }

    private Rule? Is(long id, GoroutinePhase phase, int p, Rule otherwise)
    {
        if (Find(id) is not { } g)
            return null;
        if (!g.MayBe(phase, p))
            return otherwise;
        return p < 0 || Processor(p).MayRun(id) ? null : Rules.POneG;
    }

    // It is not where it was.
    private void Leave(long id)
    {
        if (Find(id) is { P: >= 0 } g && _processors[g.P] is { } was && was.G == id)
            was.G = ProcessorState.NoG;
    }

    // Another takes its place: what became of it is unknown.
    private void Vacate(ProcessorState p, long time)
    {
        if (p.G > 0 && Find(p.G) is { } g && g.P == p.Number)
            g.Enter(GoroutinePhase.Unknown, time);
    }
}
