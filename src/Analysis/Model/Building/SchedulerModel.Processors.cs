using Gmp.Analysis.Model.Accounts;
using Gmp.Tracing;

namespace Gmp.Analysis.Model.Building;

// What happens to Ps and Ms.
internal sealed partial class SchedulerModel
{
    private void ProcStart(RunPlace? place, long machine, long time)
    {
        if (place is null)
        {
            Repair();
            return;
        }
        place.EndIdle(time);
        SetStatus(place, ProcStatus.Running);
        Machine(machine, MachineState.HasProcessor, time, place.Lane.Id);
    }

    private void ProcStop(RunPlace? place, long machine, long time)
    {
        if (place is null)
        {
            Repair();
            return;
        }
        if (place.Goroutine is { } g)
        {
            // A call that was announced as one that blocks gives its P away; where nothing waits for one, it is idle.
            if (place.OpenKind == SpanKind.Syscall)
            {
                LoseInSyscall(place, g, time, announced: true);
            }
            else
            {
                Repair();
                Abandon(place, time);
            }
        }
        place.Close(time, SpanEnd.Unknown);
        place.BeginIdle(time);
        Next(place, NextStep.WentIdle);
        SetStatus(place, ProcStatus.Idle);
        Machine(machine, MachineState.NoProcessor, time);
    }

    private void ProcessorStatus(RunPlace? place, long time, long status, long machine)
    {
        // Snapshots repeat what is known already, and are older than what the stream says.
        if (place is null || place.IsKnown)
            return;
        if ((ProcStatus)status == ProcStatus.Idle)
            place.BeginIdle(time);
        else
            place.BecomeKnown(time);
        if (status is >= 0 and < StateFlow.States)
            place.Status ??= (ProcStatus)status;
        if (machine >= 0)
            Machine(machine, MachineState.HasProcessor, time, place.Lane.Id);
    }

    // sysmon took the P. A hog runs on without it; a system call goes on without it.
    private void Retake(RunPlace? place, long time, long id, long machine, HandoffReason reason)
    {
        _accounts.RetakesBy[(int)reason & 7]++;
        Machine(machine, MachineState.NoProcessor, time);
        Lose(place, time, id, machine, reason);
    }

    private void Lose(RunPlace? place, long time, long id, long machine, HandoffReason reason)
    {
        var g = id > 0 ? Goroutine(id) : place?.Goroutine;
        if (place is null || g is null)
        {
            Repair();
            return;
        }
        if (place.Goroutine != g)
        {
            if (place.Goroutine is not null)
                Repair();
            if (g.Place is not null)
                return;
            Run(place, g, time, reason == HandoffReason.SyscallRetake ? SpanKind.Syscall : SpanKind.Running);
        }
        if (reason != HandoffReason.Hog || place.OpenKind == SpanKind.Syscall)
        {
            LoseInSyscall(place, g, time, reason == HandoffReason.BlockingCall);
            return;
        }
        var slice = place.Slice;
        slice.LoseProcessor(time);
        place.Close(time, SpanEnd.Retaken);
        Detach(place, g);
        if (Machine(machine) is not { } alone)
        {
            Repair();
            Enter(g, GoStatus.Idle, time);
            return;
        }
        if (alone.Goroutine is not null)
        {
            Repair();
            Abandon(alone, time);
        }
        alone.Goroutine = g;
        alone.Slice = slice;
        g.Place = alone;
        alone.Open(time, SpanKind.Running, g);
    }

    private void LoseInSyscall(RunPlace place, GoroutineInfo g, long time, bool announced)
    {
        if (place.OpenKind != SpanKind.Syscall)
            Enter(g, GoStatus.Syscall, time);
        LoseInCall(g, time, announced);
        place.Slice.Pause(time);
        EndSlice(place, g, time, isOpen: false);
        place.Close(time, SpanEnd.Retaken);
        Detach(place, g);
    }

    private void Handoff(RunPlace? place, long time, long fromM, long toM, HandoffReason reason)
    {
        _accounts.HandoffsBy[(int)reason & 7]++;
        if (place is null)
        {
            Repair();
            return;
        }
        _accounts.HandoffMoments.Add(time, place.Lane.Id, Small(toM));
        place.EndIdle(time);
        Next(place, NextStep.HandedOff);
        if (MachineOf(fromM) is { } from && from.Processor == place.Lane.Id)
            Machine(fromM, MachineState.NoProcessor, time);
        Machine(toM, MachineState.HasProcessor, time, place.Lane.Id);
        if (place.Goroutine is not { } g)
            return;
        if (reason == HandoffReason.LockedThread)
            Abandon(place, time);
        else
            Lose(place, time, g.Id, fromM, reason);   // the record of the retake is missing, or there is none for a blocking call
    }

    private void SpinBegin(RunPlace? place, long machine, long time)
    {
        _accounts.Searches = (_accounts.Searches.Begun + 1, _accounts.Searches.Found);
        LookedFor(place, NextStep.Waited);
        if (place is not null && MachineOf(machine) is { State: MachineState.Unknown })
            Machine(machine, MachineState.HasProcessor, time, place.Lane.Id);
        if (place is null || place.Goroutine is not null)
            return;
        place.Close(time, SpanEnd.Unknown);
        place.EndIdle(time);
        place.Open(time, SpanKind.Spinning, null);
    }

    private void SpinEnd(RunPlace? place, long time, bool found)
    {
        if (found)
            _accounts.Searches = (_accounts.Searches.Begun, _accounts.Searches.Found + 1);
        if (place is { IsSpanOpen: true, OpenKind: SpanKind.Spinning })
            place.Close(time, SpanEnd.Blocked);
    }

    private void Steal(int stream, long victim, long count, long time)
    {
        if (stream < 0 || victim is < 0 or >= MostProcessors)
            return;
        LookedFor(Processor(stream), NextStep.Stole);
        if (!_selection.Includes(stream) && !_selection.Includes((int)victim))
            return;
        _accounts.AddSteal(stream, (int)victim, Small(count));
        _accounts.StealMoments.Add(time, stream, (int)victim);
    }

    private void GlobalGet(int stream, long count)
    {
        LookedFor(Processor(stream), NextStep.RanGlobal);
        _accounts.GlobalGets = (_accounts.GlobalGets.Times + 1, _accounts.GlobalGets.Goroutines + Small(count));
    }

    private void MStart(long m, long thread, long time)
    {
        if (MachineOf(m) is not { } account)
            return;
        if (thread > 0)
            _model.Threads[(_scheduler.Id, (int)m)] = thread;
        // A session is told of the threads that there are already, in one breath with the scheduler.
        if (account.State == MachineState.Unknown && time != _toldAt)
            account.StartedInTrace = true;
        Machine(m, MachineState.NoProcessor, time);
    }

    private void MStop(long m, long time)
    {
        Machine(m, MachineState.Dead, time);
        if (MachineOf(m) is { } account)
            account.StoppedInTrace = true;
    }

    private void MPark(long m, long time)
    {
        Machine(m, MachineState.Parked, time);
        if (MachineOf(m) is { } account)
            account.Parks++;
    }

    private void MUnpark(long m, long time)
    {
        if (MachineOf(m) is not { } account)
            return;
        Machine(m, MachineState.NoProcessor, time);
        account.Unparks++;
        account.Unparked = time;
    }
}
