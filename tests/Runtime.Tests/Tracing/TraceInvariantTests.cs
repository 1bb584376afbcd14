using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>What the runtime writes, read back: as Batches and as Transitions, every goroutine's life must be a legal one.</summary>
[Collection(nameof(TraceInvariantTests))]
[CollectionDefinition(nameof(TraceInvariantTests), DisableParallelization = true)]
public class TraceInvariantTests
{
    private readonly record struct Record(long Time, int Stream, int Order, EventKind Kind, long G, long Second);

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Batches_hold_every_goroutine_s_whole_life_in_order(int processors)
    {
        using var listener = new RecordListener();
        int scheduler = 0;
        RuntimeTest.Run(processors, () => Workload(number => scheduler = number));
        CheckLives(Records(listener, scheduler), expectCreated: WorkloadGoroutines);
    }

    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void Without_Ps_the_lives_are_as_whole(int processors)
    {
        using var listener = new RecordListener();
        int scheduler = 0;
        RuntimeTest.Run(processors, () => Workload(number => scheduler = number),
            new SchedulerOptions { Processors = processors, Model = SchedulerModel.GM, DetectDeadlock = false });
        var records = Records(listener, scheduler);
        CheckLives(records, expectCreated: WorkloadGoroutines);
        Assert.DoesNotContain(records, r => r.Kind is EventKind.Steal or EventKind.GoHog or EventKind.ProcRetake);
    }

    [Fact]
    public void While_threads_are_locked_and_the_number_of_Ps_changes_the_lives_are_as_whole()
    {
        using var listener = new RecordListener();
        int scheduler = 0;
        RuntimeTest.Run(4, async () =>
        {
            LockOSThread();
            var mine = Scheduler.Current!;
            Go(async () =>
            {
                for (int i = 0; i < 60; i++)
                {
                    mine.SetProcessors(1 + (i % 5));
                    await Yield();
                }
                // Ends locked.
                LockOSThread();
                await Yield();
            });
            await Workload(number => scheduler = number);
        });
        CheckLives(Records(listener, scheduler), expectCreated: WorkloadGoroutines + 1);
    }

    [Fact]
    public void Transitions_are_named_events_with_named_fields()
    {
        using var listener = new TransitionListener();
        int scheduler = 0;
        RuntimeTest.Run(2, () => Workload(number => scheduler = number));
        var mine = listener.Events.Where(e => (int)e.Payload![0]! == scheduler).ToList();
        var create = mine.First(e => e.EventName == "GoCreate" && (string)Field(e, "name")! == "pinger");
        Assert.Contains("TraceInvariantTests.cs", SiteFile(mine, (long)Field(create, "site")!), StringComparison.Ordinal);
        var ofPinger = mine.Where(e => e.PayloadNames!.Contains("g") && Equals(Field(e, "g"), Field(create, "g"))).Select(e => e.EventName).ToList();
        Assert.Equal("GoCreate", ofPinger[0]);
        Assert.Contains("GoStart", ofPinger);
        Assert.Contains("GoBlock", ofPinger);
        Assert.Contains("GoUnblock", ofPinger);
        Assert.Contains("GoDestroy", ofPinger);
        CheckLives(
            mine.Where(e => e.PayloadNames!.Contains("g")).Select((e, i) => new Record(
                (long)e.Payload![2]!, (int)e.Payload[1]!, i, Enum.Parse<EventKind>(e.EventName!), (long)Field(e, "g")!, 0)),
            expectCreated: WorkloadGoroutines);

        static string SiteFile(IEnumerable<EventWrittenEventArgs> events, long id) =>
            (string)Field(events.First(e => e.EventName == "Site" && Equals(Field(e, "id"), id)), "file")!;
    }

    [Fact]
    public void A_recording_that_starts_late_tells_who_was_there()
    {
        int scheduler = 0;
        RecordListener? listener = null;
        RuntimeTest.Run(2, async () =>
        {
            scheduler = M.Current!.Scheduler.Number;
            var never = new Chan<int>();
            for (int i = 0; i < 100; i++)
                Go(async () => await never.Receive(), $"sleeper-{i}");
            await Sleep(TimeSpan.FromMilliseconds(20));
            listener = new RecordListener();
            // The snapshot is sysmon's: wait until it has written it.
            while (Records(listener, scheduler).Count(r => r.Kind == EventKind.GoStatus) < 100)
                await Sleep(TimeSpan.FromMilliseconds(5));
        });
        var waiting = Records(listener!, scheduler).Where(r => r.Kind == EventKind.GoStatus && r.Second == (long)GoStatus.Waiting).ToList();
        listener!.Dispose();
        Assert.True(waiting.Select(r => r.G).Distinct().Count() >= 100);
    }

    private const int WorkloadGoroutines = 2 + 20 + 1 + 1;

    /// <summary>Some of everything: channels, yields, sleeps, system calls, a hog.</summary>
    private static async GoTask Workload(Action<int> tell)
    {
        tell(M.Current!.Scheduler.Number);
        var ended = new WaitGroup();
        ended.Add(WorkloadGoroutines);
        var ping = new Chan<int>();
        var pong = new Chan<int>();
        Go(async () =>
        {
            for (int i = 0; i < 300; i++)
            {
                await ping.Send(i);
                await pong.Receive();
            }
            ping.Close();
            ended.Done();
        }, "pinger");
        Go(async () =>
        {
            await foreach (int value in ping)
                await pong.Send(value);
            ended.Done();
        }, "ponger");
        for (int i = 0; i < 20; i++)
        {
            Go(async () =>
            {
                for (int k = 0; k < 20; k++)
                    await Yield();
                await Sleep(TimeSpan.FromMilliseconds(1));
                ended.Done();
            });
        }
        Go(async () =>
        {
            for (int i = 0; i < 5; i++)
                await Syscall(() => Thread.Sleep(1));
            await Blocking(() => Thread.Sleep(1));
            await Task.Delay(1);
            ended.Done();
        }, "caller");
        Go(() =>
        {
            long end = Environment.TickCount64 + 40;
            while (Environment.TickCount64 < end)
            {
            }
            ended.Done();
        }, "hog");
        await ended.Wait();
        // What ended a moment ago on another P is in its stream before the scheduler ends.
        await Sleep(TimeSpan.FromMilliseconds(2));
    }

    /// <summary>An independent, strict replay: each record must be legal in the state that the ones before it left.</summary>
    private static void CheckLives(IEnumerable<Record> records, int expectCreated)
    {
        var state = new Dictionary<long, GoStatus>();
        int created = 0;
        foreach (var r in records.OrderBy(r => r.Time).ThenBy(r => r.Stream).ThenBy(r => r.Order))
        {
            GoStatus? now = state.TryGetValue(r.G, out var s) ? s : null;
            GoStatus? next = (r.Kind, now) switch
            {
                (EventKind.GoCreate, null or GoStatus.Dead) => GoStatus.Runnable,
                (EventKind.GoStart, GoStatus.Runnable) => GoStatus.Running,
                (EventKind.GoDestroy, GoStatus.Running) => GoStatus.Dead,
                (EventKind.GoStop, GoStatus.Running) => GoStatus.Runnable,
                (EventKind.GoBlock, GoStatus.Running) => GoStatus.Waiting,
                (EventKind.GoUnblock, GoStatus.Waiting) => GoStatus.Runnable,
                (EventKind.GoSyscallBegin, GoStatus.Running) => GoStatus.Syscall,
                (EventKind.GoSyscallEnd, GoStatus.Syscall) => GoStatus.Running,
                (EventKind.GoSyscallEndBlocked, GoStatus.Syscall) => GoStatus.Runnable,
                (EventKind.GoHog or EventKind.GoHogEnd, GoStatus.Running) => GoStatus.Running,
                _ => null,
            };
            if (r.Kind is < EventKind.GoCreate or > EventKind.GoHogEnd or EventKind.GoStatus)
                continue;
            Assert.True(next is not null, $"{r.Kind} of G{r.G} at {r.Time} in stream {r.Stream} while it is {now?.ToString() ?? "unknown"}");
            state[r.G] = next.Value;
            if (r.Kind == EventKind.GoCreate)
                created++;
        }
        // The main goroutine too.
        Assert.Equal(expectCreated + 1, created);
    }

    private static object? Field(EventWrittenEventArgs e, string name) => e.Payload![e.PayloadNames!.IndexOf(name)];

    private static List<Record> Records(RecordListener listener, int scheduler) =>
        [.. listener.Records(scheduler).Select((r, order) => new Record(r.Time, r.Stream, order, r.Kind, r.Numbers[0], r.Numbers[1]))];

    private sealed class TransitionListener : EventListener
    {
        internal ConcurrentQueue<EventWrittenEventArgs> Events { get; } = new();

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == GmpEventSource.ProviderName)
                EnableEvents(eventSource, EventLevel.Informational, GmpEventSource.Keywords.Transitions);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventId >= GmpEventSource.FirstTransitionId)
                Events.Enqueue(eventData);
        }
    }
}
