using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>What recordings tell of who waits for whom, and of calls that nobody announced.</summary>
[Collection(nameof(TraceInvariantTests))]
public class WaitsOnTests
{
    public static TheoryData<string> Locks => ["mutex", "mutex with a token", "writer", "reader", "semaphore", "once"];

    [Theory]
    [MemberData(nameof(Locks))]
    public void Who_waits_for_a_lock_names_who_has_it(string kind)
    {
        using var listener = new RecordListener();
        long holder = 0, waiter = 0;
        int scheduler = Hold(kind, id => holder = id, id => waiter = id, async () =>
        {
            // Waiting is a goroutine a moment before it stands in the queue.
            while (!listener.Records(Scheduler.Current!.Number).Exists(Blocked))
                await Sleep(TimeSpan.FromMilliseconds(5));
        });
        bool Blocked(TracedRecord r) => r.Kind == EventKind.GoBlock && r.Numbers[0] == waiter && r.Numbers[2] != 0;
        var told = listener.Records(scheduler).Where(r => r.Kind == EventKind.GoWaitsOn && r.Numbers[0] == waiter).ToList();
        var block = listener.Records(scheduler).First(Blocked);
        Assert.Equal(holder, told[0].Numbers[2]);
        Assert.Equal(block.Numbers[2], told[0].Numbers[1]);
    }

    [Theory]
    [MemberData(nameof(Locks))]
    public void A_session_that_starts_when_they_wait_already_is_told_in_its_snapshot(string kind)
    {
        RecordListener? listener = null;
        long holder = 0, waiter = 0;
        int scheduler = 0;
        Hold(kind, id => holder = id, id => waiter = id, async () =>
        {
            scheduler = Scheduler.Current!.Number;
            listener = new RecordListener();
            // sysmon's.
            while (!listener.Records(scheduler).Exists(r => r.Kind == EventKind.SnapshotEnd))
                await Sleep(TimeSpan.FromMilliseconds(5));
        });
        using var _ = listener!;
        var told = listener!.Records(scheduler).First(r => r.Kind == EventKind.GoWaitsOn && r.Numbers[0] == waiter);
        Assert.Equal(holder, told.Numbers[2]);
        Assert.NotEqual(0, told.Numbers[1]);
    }

    [Fact]
    public void A_lock_that_others_wait_for_is_never_taken_in_silence()
    {
        using var listener = new RecordListener();
        int scheduler = 0;
        RuntimeTest.Run(2, async () =>
        {
            scheduler = Scheduler.Current!.Number;
            var mutex = new GoMutex();
            var all = new WaitGroup();
            for (int i = 0; i < 8; i++)
            {
                all.Go(async () =>
                {
                    for (int turn = 0; turn < 50; turn++)
                    {
                        using (await mutex.Lock())
                        {
                            if (turn % 5 == 0)
                                await Sleep(TimeSpan.FromMicroseconds(200));
                        }
                    }
                });
            }
            await all.Wait();
        });
        var records = listener.Records(scheduler).OrderBy(r => r.Time).ToList();
        Assert.Contains(records, r => r.Kind == EventKind.LockTaken);
        // Who is told to have it when a wait begins is alive, and is not the waiter.
        Assert.All(records.Where(r => r.Kind == EventKind.GoWaitsOn), r => Assert.NotEqual(r.Numbers[0], r.Numbers[2]));
        Assert.Single(records.Where(r => r.Kind is EventKind.LockTaken).Select(r => r.Numbers[0]).Distinct());
    }

    [Fact]
    public void A_writer_that_waits_for_readers_is_told_to_wait_for_nobody()
    {
        using var listener = new RecordListener();
        int scheduler = 0;
        long writer = 0;
        RuntimeTest.Run(1, async () =>
        {
            scheduler = Scheduler.Current!.Number;
            var mutex = new GoRWMutex();
            var ended = new WaitGroup();
            using (await mutex.RLock())
            {
                ended.Go(async () =>
                {
                    writer = Current!.Value.Id;
                    using (await mutex.Lock())
                    {
                    }
                });
                await RuntimeTest.UntilWaiting(WaitReason.RWMutexLock, 1);
            }
            await ended.Wait();
        });
        Assert.DoesNotContain(listener.Records(scheduler), r => r.Kind == EventKind.GoWaitsOn && r.Numbers[0] == writer);
    }

    [Fact]
    public void A_call_that_nobody_announced_is_seen_to_sleep()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var listener = new RecordListener();
        int scheduler = 0;
        long sleeper = 0;
        var seen = new List<TracedRecord>();
        RuntimeTest.Run(1, async () =>
        {
            scheduler = Scheduler.Current!.Number;
            sleeper = Current!.Value.Id;
            // As often as it takes: sysmon may have no CPU in one of them.
            while (seen.Count == 0)
            {
                Thread.Sleep(30);
                await Yield();
                seen = listener.Records(scheduler).Where(r => r.Kind == EventKind.GoStall).ToList();
            }
        });
        Assert.All(seen, r => Assert.Equal(sleeper, r.Numbers[0]));
        Assert.All(seen, r => Assert.InRange(r.Numbers[4], 1, r.Numbers[2] - r.Numbers[3]));
    }

    // One takes the lock and gives it back when another waits for it and `then` has been called.
    private static int Hold(string kind, Action<long> holds, Action<long> waits, Func<GoTask> then)
    {
        int scheduler = 0;
        using var source = new CancellationTokenSource();
        var (mutex, readers, semaphore, once) = (new GoMutex(), new GoRWMutex(), new GoSemaphore(1), new GoOnce());
        RuntimeTest.Run(2, async () =>
        {
            scheduler = Scheduler.Current!.Number;
            var reason = kind switch { "writer" => WaitReason.RWMutexLock, "reader" => WaitReason.RWMutexRLock, "semaphore" => WaitReason.SemAcquire, "once" => WaitReason.Once, _ => WaitReason.MutexLock };
            var ended = new WaitGroup();
            var taken = new Chan<int>();
            var release = new Chan<int>();
            ended.Go(async () =>
            {
                holds(Current!.Value.Id);
                if (kind == "once")
                {
                    await once.Do(async () =>
                    {
                        await taken.Send(0);
                        await release.Receive();
                    });
                    return;
                }
                using IDisposable scope = kind switch
                {
                    "writer" or "reader" => await readers.Lock(),
                    "semaphore" => await semaphore.Acquire(),
                    _ => await mutex.Lock(),
                };
                await taken.Send(0);
                await release.Receive();
            });
            await taken.Receive();
            ended.Go(async () =>
            {
                waits(Current!.Value.Id);
                switch (kind)
                {
                    case "writer":
                        (await readers.Lock()).Dispose();
                        break;
                    case "reader":
                        (await readers.RLock()).Dispose();
                        break;
                    case "semaphore":
                        (await semaphore.Acquire()).Dispose();
                        break;
                    case "once":
                        await once.Do(() => { });
                        break;
                    case "mutex with a token":
                        (await mutex.Lock(source.Token)).Dispose();
                        break;
                    default:
                        (await mutex.Lock()).Dispose();
                        break;
                }
            });
            await RuntimeTest.UntilWaiting(reason, 1);
            await then();
            await release.Send(0);
            await ended.Wait();
        });
        return scheduler;
    }
}
