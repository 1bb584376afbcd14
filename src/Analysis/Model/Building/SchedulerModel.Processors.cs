using Gmp.Tracing;

namespace Gmp.Analysis.Model.Building;

// What happens to Ps and Ms.
internal sealed partial class SchedulerModel
{
    private void ProcStart(RunPlace? place, long time)
    {
        if (place is null)
            Repair();
        else
            place.EndIdle(time);
    }

    private void ProcStop(RunPlace? place, long time)
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
                LoseInSyscall(place, g, time);
            }
            else
            {
                Repair();
                Abandon(place, time);
            }
        }
        place.Close(time, SpanEnd.Unknown);
        place.BeginIdle(time);
    }

    private static void ProcessorStatus(RunPlace? place, long time, long status)
    {
        // Snapshots repeat what is known already, and are older than what the stream says.
        if (place is null || place.IsKnown)
            return;
        if ((ProcStatus)status == ProcStatus.Idle)
            place.BeginIdle(time);
        else
            place.IsKnown = true;
    }

    // sysmon took the P. A hog runs on without it; a system call goes on without it.
    private void Retake(RunPlace? place, long time, long id, long machine, HandoffReason reason)
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
            LoseInSyscall(place, g, time);
            return;
        }
        var slice = place.Slice;
        slice.LoseProcessor(time);
        place.Close(time, SpanEnd.Retaken);
        Detach(place, g);
        if (Machine(machine) is not { } alone)
        {
            Repair();
            g.Enter(GoStatus.Idle, time);
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

    private void LoseInSyscall(RunPlace place, GoroutineInfo g, long time)
    {
        if (place.OpenKind != SpanKind.Syscall)
            g.Enter(GoStatus.Syscall, time);
        place.Slice.Pause(time);
        EndSlice(place, g, time, isOpen: false);
        place.Close(time, SpanEnd.Retaken);
        Detach(place, g);
    }

    private void Handoff(RunPlace? place, long time, long fromM, HandoffReason reason)
    {
        if (place is null)
        {
            Repair();
            return;
        }
        place.EndIdle(time);
        if (place.Goroutine is not { } g)
            return;
        if (reason == HandoffReason.LockedThread)
            Abandon(place, time);
        else
            Retake(place, time, g.Id, fromM, reason);   // the record of the retake is missing, or there is none for a blocking call
    }

    private static void SpinBegin(RunPlace? place, long time)
    {
        if (place is null || place.Goroutine is not null)
            return;
        place.Close(time, SpanEnd.Unknown);
        place.EndIdle(time);
        place.Open(time, SpanKind.Spinning, null);
    }

    private static void SpinEnd(RunPlace? place, long time)
    {
        if (place is { IsSpanOpen: true, OpenKind: SpanKind.Spinning })
            place.Close(time, SpanEnd.Blocked);
    }
}
