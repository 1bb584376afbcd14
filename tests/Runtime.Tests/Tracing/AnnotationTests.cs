using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>What a program says of itself is in the recording, with the goroutine and the task that it belongs to.</summary>
[Collection(nameof(TraceInvariantTests))]
public class AnnotationTests
{
    [Theory, MemberData(nameof(RuntimeTest.Processors), MemberType = typeof(RuntimeTest))]
    public void A_task_goes_with_awaits_and_into_goroutines_that_are_started_in_it(int processors)
    {
        using var listener = new Listener();
        int scheduler = 0;
        RuntimeTest.Run(processors, async () =>
        {
            scheduler = Scheduler.Current!.Number;
            var ended = new WaitGroup();
            ended.Add(1);
            Trace.Log("where", "before");
            using (Trace.Task("outer"))
            {
                await Sleep(TimeSpan.FromMilliseconds(1));
                Trace.Log("where", "after sleep");
                using (Trace.Task("inner"))
                {
                    Go(async () =>
                    {
                        await Yield();
                        Trace.Log("where", "child");
                        ended.Done();
                    });
                    await InTask();
                }
                await ended.Wait();
                Trace.Log("where", "outer again");
            }
            Trace.Log("where", "after");
        });
        var begins = listener.Named(scheduler, "UserTaskBegin");
        string[] names = [.. begins.Select(listener.NameOf)];
        Assert.Equal(["outer", "inner"], names);
        long outer = Field(begins[0], "task"), inner = Field(begins[1], "task");
        Assert.Equal((0L, outer), (Field(begins[0], "parent"), Field(begins[1], "parent")));
        var ends = listener.Named(scheduler, "UserTaskEnd").Select(e => Field(e, "task"));
        Assert.Equal([inner, outer], ends);
        var tasks = listener.Named(scheduler, "UserLog").ToDictionary(e => Text(e, "message"), e => Field(e, "task"));
        Assert.Equal(
            new Dictionary<string, long>
            {
                ["before"] = 0,
                ["after sleep"] = outer,
                ["child"] = inner,
                ["async Task"] = inner,
                ["outer again"] = outer,
                ["after"] = 0,
            },
            tasks);

        // Its rest runs as another goroutine.
        static async Task InTask()
        {
            await Task.Delay(1);
            Trace.Log("where", "async Task");
        }
    }

    [Fact]
    public void Regions_have_their_goroutine_and_may_lie_in_each_other()
    {
        using var listener = new Listener();
        int scheduler = 0;
        long id = 0;
        RuntimeTest.Run(2, async () =>
        {
            scheduler = Scheduler.Current!.Number;
            id = Current!.Value.Id;
            using (Trace.Region("outer"))
            {
                await Yield();
                using (Trace.Region("inner"))
                    await Sleep(TimeSpan.FromMilliseconds(1));
            }
        });
        var begins = listener.Named(scheduler, "UserRegionBegin");
        Assert.Equal(["outer", "inner"], begins.Select(listener.NameOf));
        Assert.All(begins, b => Assert.Equal((id, 0L), (Field(b, "g"), Field(b, "task"))));
        Assert.Equal(begins.Select(b => Field(b, "region")).Reverse(), listener.Named(scheduler, "UserRegionEnd").Select(e => Field(e, "region")));
    }

    [Fact]
    public void More_names_than_are_kept_stand_in_their_records()
    {
        using var listener = new Listener();
        int scheduler = 0;
        RuntimeTest.Run(1, async () =>
        {
            scheduler = Scheduler.Current!.Number;
            for (int i = 0; i < TraceText.Most + 10; i++)
            {
                using (Trace.Region($"made up {i}"))
                    await Yield();
            }
        });
        var begins = listener.Named(scheduler, "UserRegionBegin");
        Assert.Equal(
            Enumerable.Range(0, TraceText.Most + 10).Select(i => $"made up {i}"),
            begins.Select(listener.NameOf));
        Assert.Contains(begins, b => Field(b, "name") == 0);
    }

    [Fact]
    public void Without_a_goroutine_nothing_happens()
    {
        using (Trace.Task("nobody's"))
        using (Trace.Region("nobody's"))
            Trace.Log("nobody", "nobody's");
        Assert.Throws<InvalidOperationException>(() => SetLabels([("a", "b")]));
    }

    [Fact]
    public void Labels_are_inherited_and_added_to_and_taken_back()
    {
        using var listener = new Listener();
        int scheduler = 0;
        long child = 0;
        RuntimeTest.Run(2, async () =>
        {
            scheduler = Scheduler.Current!.Number;
            Assert.Empty(Current!.Value.Labels);
            SetLabels([("tenant", "acme"), ("kind", "batch")]);
            await Yield();
            Assert.Equal("tenant=acme, kind=batch", Current!.Value.Labels.ToString());
            var labels = new Chan<GoLabels>(3);
            Go(async () =>
            {
                child = Current!.Value.Id;
                await labels.Send(Current!.Value.Labels);
            }, "child", [("kind", "query"), ("step", "1")]);
            Assert.Equal("tenant=acme, kind=query, step=1", (await labels.Receive()).ToString());
            using (WithLabels([("step", "2")]))
            {
                await Yield();
                Go(async () => await labels.Send(Current!.Value.Labels));
                Assert.Equal("tenant=acme, kind=batch, step=2", Current!.Value.Labels.ToString());
            }
            Assert.Equal("tenant=acme, kind=batch", Current!.Value.Labels.ToString());
            Assert.Equal("2", (await labels.Receive())["step"]);
            SetLabels([]);
            Go(async () => await labels.Send(Current!.Value.Labels));
            Assert.Empty((await labels.Receive()));
        });
        var ofMain = listener.Named(scheduler, "GoLabels").Where(e => Field(e, "g") == 1).Select(e => listener.LabelsOf(Field(e, "set"))).ToList();
        Assert.Equal(["tenant=acme, kind=batch", "tenant=acme, kind=batch, step=2", "tenant=acme, kind=batch", ""], ofMain);
        Assert.Equal(["tenant=acme, kind=query, step=1"],
            listener.Named(scheduler, "GoLabels").Where(e => Field(e, "g") == child).Select(e => listener.LabelsOf(Field(e, "set"))));
    }

    [Fact]
    public void A_recording_that_starts_late_tells_the_labels_of_those_that_wait()
    {
        const int Waiting = 50;
        int scheduler = 0;
        Listener? listener = null;
        RuntimeTest.Run(2, async () =>
        {
            scheduler = Scheduler.Current!.Number;
            var never = new Chan<int>();
            GoLabels shared = [("role", "waiter")];
            for (int i = 0; i < Waiting; i++)
                Go(async () => await never.Receive(), labels: shared);
            await RuntimeTest.UntilWaiting(WaitReason.ChanReceive, Waiting);
            listener = new Listener();
            while (listener.Named(scheduler, "SnapshotEnd").Count == 0)
                await Sleep(TimeSpan.FromMilliseconds(5));
        });
        Assert.Equal(Waiting, listener!.Named(scheduler, "GoLabels").Where(e => listener.LabelsOf(Field(e, "set")) == "role=waiter").DistinctBy(e => Field(e, "g")).Count());
        listener.Dispose();
    }

    [Fact]
    public void A_goroutine_that_is_used_again_has_no_labels_of_the_one_before()
    {
        RuntimeTest.Run(1, async () =>
        {
            for (int i = 0; i < 200; i++)
            {
                var labels = new Chan<GoLabels>(1);
                if (i % 2 == 0)
                    Go(async () => await labels.Send(Current!.Value.Labels), labels: [("i", "even")]);
                else
                    Go(async () => await labels.Send(Current!.Value.Labels));
                Assert.Equal(i % 2 == 0 ? 1 : 0, (await labels.Receive()).Count);
            }
        }, RuntimeTest.OnePUndisturbed);
    }

    [Fact]
    public void A_set_keeps_the_last_value_of_a_key_and_refuses_what_is_no_label()
    {
        GoLabels set = [("a", "1"), ("b", "2"), ("a", "3")];
        Assert.Equal([("a", "3"), ("b", "2")], set);
        Assert.Equal("3", set["a"]);
        Assert.Null(set["c"]);
        Assert.Equal("a=3, b=4", set.With("b", "4").ToString());
        Assert.Same(set, set.With(GoLabels.Empty));
        Assert.Throws<ArgumentException>(() => GoLabels.Of(("", "1")));
        Assert.Throws<ArgumentException>(() => GoLabels.Of(("a", null!)));
    }

    private static object? Value(EventWrittenEventArgs e, string name) => e.Payload![e.PayloadNames!.IndexOf(name)];

    private static long Field(EventWrittenEventArgs e, string name) => (long)Value(e, name)!;

    private static string Text(EventWrittenEventArgs e, string name) => (string)Value(e, name)!;

    private sealed class Listener : EventListener
    {
        private readonly ConcurrentQueue<EventWrittenEventArgs> _events = new();

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == GmpEventSource.ProviderName)
                EnableEvents(eventSource, EventLevel.Informational, GmpEventSource.Keywords.Transitions);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName is "GoLabels" or "Label" or "SnapshotEnd" || eventData.EventName?.StartsWith("User", StringComparison.Ordinal) == true)
                _events.Enqueue(eventData);
        }

        internal List<EventWrittenEventArgs> Named(int scheduler, string name) =>
            [.. _events.Where(e => e.EventName == name && (int)e.Payload![0]! == scheduler)];

        // Any name may stand in its record: the test of too many names may have been before, and their number is the process's.
        internal string NameOf(EventWrittenEventArgs begin) => Field(begin, "name") is > 0 and var name ? TextOf(name) : Text(begin, "text");

        // Told once in a generation, perhaps by another scheduler of this process.
        internal string TextOf(long id) => Text(_events.First(e => e.EventName == "UserText" && Field(e, "id") == id), "text");

        internal string LabelsOf(long set) => string.Join(", ", _events.Where(e => e.EventName == "Label" && Field(e, "set") == set)
            .OrderBy(e => Field(e, "index")).Select(e => $"{Text(e, "key")}={Text(e, "value")}").Distinct());
    }
}
