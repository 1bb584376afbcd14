using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using Gmp.Tracing;

namespace Gmp.Stress;

/// <summary>What happens to the schedulers from outside: other numbers of Ps, recordings and metrics that come and go, collections.</summary>
internal sealed class Disturbance : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Thread[] _threads;

    internal Disturbance(StressOptions options, StressScheduler[] schedulers)
    {
        _threads =
        [
            Start(options.Seed + 11, 2, 40, random => schedulers[random.Next(schedulers.Length)].Resize(random.Next(1, options.Processors + 3))),
            Start(options.Seed + 12, 20, 500, random => GC.Collect(random.Next(3), GCCollectionMode.Forced, blocking: random.Next(2) == 0)),
            Start(options.Seed + 13, 20, 400, random =>
            {
                using var listener = new Recording(random.Next(4) == 0 ? GmpEventSource.Keywords.Transitions : GmpEventSource.Keywords.Batches);
                Pause(random, 5, 150);
            }),
            Start(options.Seed + 14, 20, 400, random =>
            {
                using var listener = new MeterListener();
                listener.InstrumentPublished = (instrument, l) =>
                {
                    if (instrument.Meter.Name == "Gmp.Runtime")
                        l.EnableMeasurementEvents(instrument);
                };
                listener.Start();
                for (int i = random.Next(5); i >= 0; i--)
                {
                    listener.RecordObservableInstruments();
                    Pause(random, 1, 30);
                }
            }),
            Start(options.Seed + 15, 50, 1000, _ => Scheduler.DumpGoroutines(TextWriter.Null)),
        ];
    }

    public void Dispose()
    {
        _ended.Cancel();
        foreach (var thread in _threads)
            thread.Join();
        _ended.Dispose();
    }

    private Thread Start(int seed, int shortest, int longest, Action<Random> disturb)
    {
        var random = new Random(seed);
        var thread = new Thread(() =>
        {
            while (!_ended.IsCancellationRequested)
            {
                disturb(random);
                Pause(random, shortest, longest);
            }
        })
        { IsBackground = true };
        thread.Start();
        return thread;
    }

    private void Pause(Random random, int shortest, int longest) => _ended.Token.WaitHandle.WaitOne(random.Next(shortest, longest));

    private sealed class Recording(EventKeywords keywords) : EventListener
    {
        private readonly EventKeywords _keywords = keywords;

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            // Called by the base's constructor, before the field is there, for sources that are there already.
            if (eventSource.Name == GmpEventSource.ProviderName)
                EnableEvents(eventSource, EventLevel.Informational, _keywords == 0 ? GmpEventSource.Keywords.Batches : _keywords);
        }
    }
}
