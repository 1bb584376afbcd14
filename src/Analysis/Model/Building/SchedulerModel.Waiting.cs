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
        waited.Told++;
        if (Find(holder) is { Status: GoStatus.Waiting or GoStatus.Syscall } holds)
        {
            waited.HolderWaited++;
            waited.HolderReason = holds.WaitingFor;
        }
    }

    private void LockTaken(long on, long holder, long time)
    {
        if (on > 0 && Object(on) is { } taken)
            (taken.TakenBy, taken.TakenAt) = (holder, time);
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
