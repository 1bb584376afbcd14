using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests;

/// <summary>What the garbage collector stops is in the recording.</summary>
public class GcPauseTests
{
    private const int Collections = 6;

    [Fact]
    public void Each_collection_shows_with_its_pause()
    {
        using var listener = new Listener();
        int number = 0;
        RuntimeTest.Run(2, async () =>
        {
            number = Scheduler.Current!.Number;
            // sysmon has begun to look.
            while (!listener.Events.Any(e => NumberOf(e) == number))
                await Sleep(TimeSpan.FromMilliseconds(5));
            for (int i = 0; i < Collections; i++)
            {
                int before = Pauses(listener, number).Count;
                GC.Collect();
                while (Pauses(listener, number).Count == before)
                    await Sleep(TimeSpan.FromMilliseconds(1));
            }
        });
        var pauses = Pauses(listener, number);
        // Other tests of this process collect too.
        Assert.InRange(pauses.Count, Collections, int.MaxValue);
        Assert.InRange(pauses.Sum(p => Field(p, "collections")), Collections, long.MaxValue);
        Assert.Contains(pauses, p => Field(p, "generation") == 2);
        Assert.All(pauses, p =>
        {
            Assert.InRange(Field(p, "pauseNs"), 1, Field(p, "windowNs"));
            Assert.InRange(Field(p, "generation"), 0, 2);
            Assert.InRange(Field(p, "heapBytes"), 1, long.MaxValue);
            Assert.InRange(Field(p, "background"), 0, 1);
        });
        Assert.Equal(pauses.Select(p => (long)p.Payload![2]!).Order(), pauses.Select(p => (long)p.Payload![2]!));
    }

    private static List<EventWrittenEventArgs> Pauses(Listener listener, int scheduler) =>
        [.. listener.Events.Where(e => e.EventName == "GcPause" && NumberOf(e) == scheduler)];

    private static int NumberOf(EventWrittenEventArgs e) => (int)e.Payload![0]!;

    private static long Field(EventWrittenEventArgs e, string name) => (long)e.Payload![e.PayloadNames!.IndexOf(name)]!;

    private sealed class Listener : EventListener
    {
        internal ConcurrentQueue<EventWrittenEventArgs> Events { get; } = new();

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == GmpEventSource.ProviderName)
                EnableEvents(eventSource, EventLevel.Informational, GmpEventSource.Keywords.Transitions);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            // The others are many.
            if (eventData.EventName is "GcPause" or "SchedulerStart")
                Events.Enqueue(eventData);
        }
    }
}
