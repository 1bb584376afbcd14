using System.Diagnostics.Metrics;
using System.Globalization;
using Gmp.Tracing;

namespace Gmp;

/// <summary>
/// The meter <c>Gmp.Runtime</c>: what dotnet-counters, OpenTelemetry and any MeterListener see of all schedulers of the process. Names, units and
/// descriptions follow OpenTelemetry's conventions; docs/metrics.md lists them, and a test holds both together.
/// </summary>
/// <remarks>
/// All but two instruments are observed: they read what the schedulers count anyway, when a listener asks. Of the two histograms see <see cref="SwitchTimes"/>.
/// A scheduler is here from its start to its end and is referred to weakly, so one that never ends can still be garbage.
/// </remarks>
internal static class RuntimeMeter
{
    internal const string Name = "Gmp.Runtime";

    private static readonly Lock s_lock = new();
    private static readonly Meter s_meter = new(Name, "1.0.0");
    private static WeakReference<Scheduler>[] s_schedulers = [];   // replaced as a whole, under the lock

    // 1 us to 5 s, three a decade: OpenTelemetry's own are meant for milliseconds.
    private static readonly InstrumentAdvice<double> s_buckets = new()
    {
        HistogramBucketBoundaries =
        [
            1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5,
        ],
    };

    /// <summary>How long goroutines are runnable before they run.</summary>
    internal static readonly Histogram<double> Latency = s_meter.CreateHistogram(
        "gmp.sched.latency", "s", "The time that goroutines were runnable before they ran; one of 8 is recorded.", tags: null, s_buckets);

    /// <summary>How long goroutines run.</summary>
    internal static readonly Histogram<double> Slice = s_meter.CreateHistogram(
        "gmp.sched.slice", "s", "The time that goroutines ran until they waited, gave way, entered a system call or ended; one of 8 is recorded.",
        tags: null, s_buckets);

    static RuntimeMeter()
    {
        UpDown("gmp.goroutine.count", "{goroutine}", "Goroutines that have been created and have not ended, by state.", static (s, r) =>
        {
            var states = s.CountStates();
            r.Add(states.Runnable, ("state", "runnable"));
            r.Add(states.Running, ("state", "running"));
            r.Add(states.Syscall, ("state", "syscall"));
            r.Add(states.Waiting, ("state", "waiting"));
        });
        Counter("gmp.goroutine.created", "{goroutine}", "Goroutines that have been created.", static (s, r) =>
        {
            s.CountGoroutines(out long created, out _);
            r.Add(created);
        });
        Counter("gmp.goroutine.ended", "{goroutine}", "Goroutines that have ended.", static (s, r) =>
        {
            s.CountGoroutines(out _, out long ended);
            r.Add(ended);
        });
        UpDown("gmp.queue.length", "{goroutine}", "Runnable goroutines that wait in a run queue: the global one or that of a P.", static (s, r) =>
        {
            r.Add(s.Global.Count, ("queue", "global"));
            foreach (var p in s.Ps)
                r.Add(p.QueueLength, ("queue", QueueOf(p.Id)));
        });
        Counter("gmp.sched.switches", "{switch}", "Times that a P went on with a goroutine.", static (s, r) => r.Add(s.CountSwitches()));
        Counter("gmp.sched.steal.attempts", "{attempt}", "Times that a thread without work looked at the queues of other Ps.",
            static (s, r) => r.Add(s.CountSteals().Searches));
        Counter("gmp.sched.steal.successes", "{steal}", "Times that it took goroutines there.", static (s, r) => r.Add(s.CountSteals().Steals));
        Counter("gmp.sched.steal.goroutines", "{goroutine}", "Goroutines that were taken from the queue of another P.",
            static (s, r) => r.Add(s.CountSteals().Stolen));
        Counter("gmp.sched.handoffs", "{handoff}", "Times that a P went from one thread to another.", static (s, r) =>
        {
            foreach (var reason in Enum.GetValues<HandoffReason>())
                r.Add(s.HandoffsFor(reason), ("reason", TextOf(reason)));
        });
        Counter("gmp.sched.retakes", "{retake}", "Times that sysmon took a P from a system call or from a goroutine that came to no scheduling point.", static (s, r) =>
        {
            foreach (var reason in new[] { HandoffReason.SyscallRetake, HandoffReason.Hog })
                r.Add(s.RetakesFor(reason), ("reason", TextOf(reason)));
        });
        UpDown("gmp.processor.count", "{processor}", "Ps, by whether a thread runs them.", static (s, r) =>
        {
            s.CountProcessors(out int running, out int idle);
            r.Add(running, ("state", "running"));
            r.Add(idle, ("state", "idle"));
        });
        UpDown("gmp.thread.count", "{thread}", "Threads that run goroutines or may, by what they do.", static (s, r) =>
        {
            var threads = s.CountThreads();
            r.Add(threads.Running, ("state", "running"));
            r.Add(threads.Spinning, ("state", "spinning"));
            r.Add(threads.Syscall, ("state", "syscall"));
            r.Add(threads.Idle, ("state", "idle"));
        });
        UpDown("gmp.thread.locked", "{thread}", "Threads that one goroutine has locked to itself.", static (s, r) => r.Add(s.CountThreads().Locked));
        Counter("gmp.thread.created", "{thread}", "Threads that have been created.", static (s, r) => r.Add(s.CountThreads().Created));
        Counter("gmp.thread.parks", "{park}", "Times that a thread without work went to sleep.", static (s, r) => r.Add(s.Parks));
        Counter("gmp.thread.wakes", "{wake}", "Times that a sleeping thread was woken to run a P.", static (s, r) => r.Add(s.Wakes));
        UpDown("gmp.timer.count", "{timer}", "Sleeps and timers that are pending, with stopped ones that have not been swept.",
            static (s, r) => r.Add(s.TimerCount));
    }

    /// <summary>A scheduler has started.</summary>
    internal static void Add(Scheduler scheduler)
    {
        lock (s_lock)
            s_schedulers = [.. s_schedulers.Where(r => r.TryGetTarget(out _)), new WeakReference<Scheduler>(scheduler)];
    }

    /// <summary>A scheduler has ended: its numbers end with it.</summary>
    internal static void Remove(Scheduler scheduler)
    {
        lock (s_lock)
            s_schedulers = [.. s_schedulers.Where(r => r.TryGetTarget(out var other) && other != scheduler)];
    }

    /// <summary>How a scheduler is told apart: its number, after its name if it has one.</summary>
    internal static KeyValuePair<string, object?> TagOf(Scheduler scheduler)
    {
        string number = scheduler.Number.ToString(CultureInfo.InvariantCulture);
        return new("scheduler", scheduler.Name.Length == 0 ? number : $"{scheduler.Name}/{number}");
    }

    private static string QueueOf(int p) => string.Create(CultureInfo.InvariantCulture, $"p{p}");

    private static string TextOf(HandoffReason reason) => reason switch
    {
        HandoffReason.SyscallRetake => "syscall",
        HandoffReason.Hog => "hog",
        HandoffReason.BlockingCall => "blocking",
        HandoffReason.LockedThread => "locked",
        _ => reason.ToString(),
    };

    private static void Counter(string name, string unit, string description, Action<Scheduler, Readings> read) =>
        s_meter.CreateObservableCounter<long>(name, () => Observe(read), unit, description);

    private static void UpDown(string name, string unit, string description, Action<Scheduler, Readings> read) =>
        s_meter.CreateObservableUpDownCounter<long>(name, () => Observe(read), unit, description);

    private static List<Measurement<long>> Observe(Action<Scheduler, Readings> read)
    {
        var readings = new Readings();
        foreach (var reference in Volatile.Read(ref s_schedulers))
        {
            if (!reference.TryGetTarget(out var scheduler))
                continue;
            readings.Of(scheduler);
            read(scheduler, readings);
        }
        return readings.All;
    }

    /// <summary>What one look at an instrument gathers.</summary>
    private sealed class Readings
    {
        private KeyValuePair<string, object?> _scheduler;

        internal List<Measurement<long>> All { get; } = [];

        internal void Of(Scheduler scheduler) => _scheduler = TagOf(scheduler);

        internal void Add(long value) => All.Add(new(value, _scheduler));

        internal void Add(long value, (string Name, string Value) tag) => All.Add(new(value, _scheduler, new(tag.Name, tag.Value)));
    }
}
