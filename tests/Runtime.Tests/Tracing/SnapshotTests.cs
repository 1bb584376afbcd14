using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>What a session that starts late is told of the goroutines that are there, and how it knows that this is all.</summary>
[Collection(nameof(TraceInvariantTests))]
public class SnapshotTests
{
    private const int Sleepers = 1000;

    [Fact]
    public void Before_the_end_of_a_snapshot_everyone_is_told_and_since_when_they_wait()
    {
        var records = new List<TracedRecord>();
        int scheduler = 0;
        RuntimeTest.Run(2, async () =>
        {
            scheduler = Scheduler.Current!.Number;
            var never = new Chan<int>();
            for (int i = 0; i < Sleepers; i++)
                Go(async () => await never.Receive());
            await RuntimeTest.UntilWaiting(WaitReason.ChanReceive, Sleepers);
            // Since when is known to 0.13 s.
            await Sleep(TimeSpan.FromMilliseconds(300));
            using var listener = new RecordListener();
            while (!(records = WithoutP(listener, scheduler)).Exists(r => r.Kind == EventKind.SnapshotEnd))
                await Sleep(TimeSpan.FromMilliseconds(5));
        });
        var end = records.First(r => r.Kind == EventKind.SnapshotEnd);
        var told = records.TakeWhile(r => r.Kind != EventKind.SnapshotEnd).Where(r => r.Kind == EventKind.GoStatus && r.Numbers[1] == (long)GoStatus.Waiting
            && r.Numbers[2] == (long)WaitReason.ChanReceive).ToList();
        Assert.Equal(Sleepers, told.Select(r => r.Numbers[0]).Distinct().Count());
        long least = Clock.FromNanoseconds(100_000_000), most = Clock.FromNanoseconds(60_000_000_000);
        Assert.All(told, r => Assert.InRange(r.Numbers[7], least, most));
        Assert.InRange(end.Numbers[0], 1, GmpEventSource.Generation);
        Assert.Equal(Sleepers + 1, end.Numbers[1]);
        Assert.InRange(end.Numbers[2], 1, int.MaxValue);
    }

    [Fact]
    public void A_scheduler_that_starts_while_a_session_runs_tells_its_snapshot_too()
    {
        using var listener = new RecordListener();
        int scheduler = 0;
        RuntimeTest.Run(1, async () =>
        {
            scheduler = Scheduler.Current!.Number;
            while (!WithoutP(listener, scheduler).Exists(r => r.Kind == EventKind.SnapshotEnd))
                await Sleep(TimeSpan.FromMilliseconds(5));
        });
    }

    // sysmon tells it, without a P: there the order of writing is that of the records.
    private static List<TracedRecord> WithoutP(RecordListener listener, int scheduler) => [.. listener.Records(scheduler).Where(r => r.Stream == EventTable.NoP)];
}
