using Gmp.Analysis.Model.Accounts;
using Gmp.Tracing;

namespace Gmp.Analysis.Model.Building;

// Who waits for whom.
internal sealed partial class SchedulerModel
{
    // After a GoBlock on a lock, and in a snapshot. As that GoBlock it may come when the goroutine goes on already.
    private void WaitsOn(GoroutineInfo g, long on, long holder)
    {
        if (g.Status != GoStatus.Waiting)
            return;
        WaitOn(g, on, g.WaitingFor, Math.Max(g.StatusSince, _model.Start));
        if (g.WaitsOn is not { } waited || waited.Id != on || holder <= 0)
            return;
        g.HolderTold = holder;
        if (Find(holder) is not { } holds || waited.Holder == holds)
            return;
        BeginTurn(waited, holds);
        if (holds.Status is GoStatus.Waiting or GoStatus.Syscall)
            waited.HolderWaits(holds.WaitingFor);
    }

    private void LockTaken(long on, long holder, long time)
    {
        if (on <= 0 || Object(on) is not { } taken)
            return;
        (taken.TakenBy, taken.TakenAt) = (holder, time);
        if (Find(holder) is { } holds)
            BeginTurn(taken, holds);
    }

    private static void BeginTurn(WaitObject on, GoroutineInfo holder)
    {
        on.Turns++;
        on.HasHolderWaited = false;
        on.Holder = holder;
        holder.Holds = on;
    }

    /// <summary>It begins to wait: with a lock in hand?</summary>
    private static void WaitsWith(GoroutineInfo g, WaitReason reason)
    {
        if (g.Holds is { } held && held.Holder == g)
            held.HolderWaits(reason);
        else
            g.Holds = null;
    }

    // sysmon looked at a thread: by the time that its word is written the run may be over.
    private static void Stall(GoroutineInfo g, long machine, long observedNs, long onCpuNs, long sleptNs)
    {
        if (g is { Status: GoStatus.Running, Place: { IsSpanOpen: true } place })
            place.Slice.Sleeps(machine, observedNs, onCpuNs, sleptNs);
    }

    private GoroutineInfo? Find(long id) =>
        (ulong)id < (ulong)_dense.Length && _dense[id] is { } dense ? dense : _goroutines.GetValueOrDefault(id);
}
