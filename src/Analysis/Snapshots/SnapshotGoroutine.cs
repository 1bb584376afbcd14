using Gmp.Analysis.Model;
using Gmp.Tracing;

namespace Gmp.Analysis.Snapshots;

/// <summary>A goroutine at the moment of a snapshot.</summary>
/// <param name="Id">The id that the target knows it by.</param>
/// <param name="Name">The name given at creation, or empty; from the target, so escape it.</param>
/// <param name="Status">Its state.</param>
/// <param name="Reason">What it waits for while <paramref name="Status"/> is Waiting.</param>
/// <param name="SinceNs">How long it has been in the state; null where the target does not tell: of sleeps, and of who ran or was runnable already.</param>
/// <param name="Place">The P that it runs on (<c>P0</c>), its M if it runs without one (<c>M3</c>), or null.</param>
/// <param name="CreatedAt">Where its <c>Go</c> call stands, or null.</param>
/// <param name="Parent">The id of the goroutine that created it; 0 for none.</param>
/// <param name="WaitsOn">The id of what it waits on, as its process counts locks and channels; 0 where the target does not tell.</param>
/// <param name="HeldBy">The id of the goroutine that locked that last; 0 where it is no lock, or the target does not tell.</param>
public sealed record SnapshotGoroutine(
    long Id, string Name, GoStatus Status, WaitReason Reason, long? SinceNs, string? Place, SourceSite? CreatedAt, long Parent, long WaitsOn = 0, long HeldBy = 0)
{
    internal static SnapshotGoroutine Of(GoroutineInfo g, long now, string? place)
    {
        var status = g.Status == GoStatus.Preempted ? GoStatus.Runnable : g.Status;
        return new SnapshotGoroutine(g.Id, g.Name, status, status == GoStatus.Waiting ? g.WaitingFor : WaitReason.None,
            g.IsStatusSinceKnown ? Math.Max(0, now - g.StatusSince) : null, place, g.CreatedAt, g.Parent, g.WaitsOnId, g.WaitsFor);
    }

    /// <summary>Its state as Go's dumps say it: <c>running</c>, <c>runnable</c>, <c>syscall</c>, or what it waits for.</summary>
    public string State => Status switch
    {
        GoStatus.Running => "running",
        GoStatus.Runnable => "runnable",
        GoStatus.Syscall => "syscall",
        _ => Reason == WaitReason.None ? "waiting" : Reason.Text(),
    };
}
