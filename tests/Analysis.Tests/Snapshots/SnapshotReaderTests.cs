using Gmp.Analysis.Snapshots;
using Gmp.Analysis.Tests.Crafting;
using Gmp.Tracing;

namespace Gmp.Analysis.Tests.Snapshots;

public class SnapshotReaderTests
{
    private const long Ms = 1_000_000;

    [Fact]
    public void Is_complete_when_every_scheduler_has_told_all()
    {
        var recorder = new Recorder();
        Status(recorder, 1, g: 5, sinceMs: 200);
        recorder.Put(1, -1, 2 * Ms, EventKind.SnapshotEnd, [1, 1, 2]);
        recorder.Mark(3 * Ms);
        Assert.False(Read(recorder).IsComplete);
        Status(recorder, 2, g: 5, sinceMs: 100);
        recorder.Put(2, -1, 2 * Ms, EventKind.SnapshotEnd, [1, 1, 2]);
        recorder.Mark(3 * Ms, scheduler: 2);
        var reader = Read(recorder);
        Assert.True(reader.IsComplete);
        var snapshot = reader.Take();
        Assert.Equal([1, 2], snapshot.Schedulers.Select(s => s.Id));
        Assert.Equal((203 * Ms, 103 * Ms), (Only(snapshot, 0).SinceNs, Only(snapshot, 1).SinceNs));
    }

    [Fact]
    public void The_snapshot_of_an_earlier_session_is_none()
    {
        var recorder = new Recorder(generation: 3);
        Status(recorder, 1, g: 5, sinceMs: 0);
        recorder.Put(1, -1, 2 * Ms, EventKind.SnapshotEnd, [2, 1, 1]);
        recorder.Mark(3 * Ms);
        Assert.False(Read(recorder).IsComplete);
        recorder.Put(1, -1, 4 * Ms, EventKind.SnapshotEnd, [3, 1, 1]);
        recorder.Mark(5 * Ms);
        var reader = Read(recorder);
        Assert.True(reader.IsComplete);
        Assert.Null(Only(reader.Take(), 0).SinceNs);
    }

    [Fact]
    public void A_scheduler_that_was_counted_and_ended_is_not_waited_for()
    {
        var recorder = new Recorder();
        Status(recorder, 1, g: 5, sinceMs: 0);
        recorder.Put(1, -1, 2 * Ms, EventKind.SnapshotEnd, [1, 1, 2]);
        recorder.Mark(3 * Ms);
        recorder.Put(2, -1, 4 * Ms, EventKind.SchedulerStop, []);
        recorder.Mark(5 * Ms, scheduler: 2);
        var reader = Read(recorder);
        Assert.True(reader.IsComplete);
        Assert.Single(reader.Take().Schedulers);
    }

    [Fact]
    public void What_moved_since_is_told_as_it_is_now()
    {
        var recorder = new Recorder();
        Status(recorder, 1, g: 5, sinceMs: 50);
        Status(recorder, 1, g: 6, sinceMs: 50);
        recorder.Put(1, -1, 2 * Ms, EventKind.SnapshotEnd, [1, 2, 1]);
        recorder.Put(0, 3 * Ms, EventKind.GoUnblock, 5, 0, 0);
        recorder.Put(0, 4 * Ms, EventKind.GoStart, 5);
        recorder.Mark(9 * Ms);
        var scheduler = Read(recorder).Take().Schedulers[0];
        var running = scheduler.Goroutines.Single(g => g.Id == 5);
        Assert.Equal(("running", "P0", 5 * Ms), (running.State, running.Place, running.SinceNs));
        Assert.Equal(["chan receive", "running"], scheduler.Groups.Select(g => g.State).Order());
        Assert.False(scheduler.AllWait);
    }

    [Theory]
    [InlineData(WaitReason.MutexLock, 10_000, Suspicion.LongOnALock)]
    [InlineData(WaitReason.MutexLock, 9_000, Suspicion.None)]
    [InlineData(WaitReason.ChanReceive, 100_000, Suspicion.None)]
    [InlineData(WaitReason.SelectNoCases, 1, Suspicion.WaitsForEver)]
    public void What_looks_like_a_deadlock_is_marked(WaitReason reason, int sinceMs, Suspicion expected)
    {
        var recorder = new Recorder();
        Status(recorder, 1, g: 5, sinceMs, reason);
        recorder.Mark(Ms);
        Assert.Equal(expected, Read(recorder).Take().Schedulers[0].Groups.Single().Suspicion);
    }

    private static SnapshotGoroutine Only(ProcessSnapshot snapshot, int scheduler) => Assert.Single(snapshot.Schedulers[scheduler].Goroutines);

    private static void Status(Recorder recorder, int scheduler, long g, long sinceMs, WaitReason reason = WaitReason.ChanReceive) =>
        recorder.Put(scheduler, -1, 0, EventKind.GoStatus, [g, (long)GoStatus.Waiting, (long)reason, -1, -1, 1, 0, sinceMs * Ms]);

    private static SnapshotReader Read(Recorder recorder)
    {
        var reader = new SnapshotReader();
        recorder.Writer.EndBlock();
        reader.Read(recorder.ToArrayWithoutFlush());
        reader.Pause();
        return reader;
    }
}
