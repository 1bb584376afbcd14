using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Gmp.Tracing;
using static Gmp.Goroutine;

namespace Gmp.Tests.Metrics;

/// <summary>The meter's numbers are what the program did.</summary>
public class MetricsTests
{
    private const int Many = 3_000;

    [Fact]
    public void The_documentation_lists_every_instrument_with_its_kind_unit_tags_and_words()
    {
        var series = new List<MeterSession.Reading>();
        List<string> written = [];
        RuntimeTest.Run(1, async () =>
        {
            using var session = new MeterSession();
            await Yield();
            string mine = MeterSession.Number(Scheduler.Current!);
            series.AddRange(session.ReadAll().Where(r => r.Tag("scheduler") == mine));
            written.AddRange(session.Instruments.Select(i =>
                $"| `{i.Name}` | {i.GetType().Name.Split('`')[0]} | {i.Unit} | {TagsOf(i.Name)} | {i.Description} |"));
        });
        var rows = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "metrics.md"))
            .Where(line => line.StartsWith("| `gmp.", StringComparison.Ordinal) && line.Split('|').Length == 7);
        Assert.Equal(written.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));

        string TagsOf(string name)
        {
            var tags = series.Where(r => r.Name == name).SelectMany(r => r.Tags).Where(t => t.Key != "scheduler").ToList();
            if (tags.Count == 0)
                return "none";
            string key = Assert.Single(tags.Select(t => t.Key).Distinct());
            return $"`{key}` {(key == "queue" ? "global, p0, p1 and so on" : string.Join(", ", tags.Select(t => t.Value)))}";
        }
    }

    [Theory]
    [InlineData(SchedulerModel.GMP)]
    [InlineData(SchedulerModel.GM)]
    public void Goroutines_are_counted_by_state(SchedulerModel model)
    {
        RuntimeTest.Run(1, async () =>
        {
            using var session = new MeterSession();
            Assert.Equal(1, session.Read("gmp.goroutine.created"));
            var gate = new Chan<int>();
            var ended = new WaitGroup();
            ended.Add(Many);
            for (int i = 0; i < Many; i++)
            {
                Go(async () =>
                {
                    await gate.Receive();
                    ended.Done();
                });
            }
            await RuntimeTest.UntilWaiting(WaitReason.ChanReceive, Many);
            Assert.Equal(Many, session.Read("gmp.goroutine.count", "waiting"));
            Assert.Equal(1, session.Read("gmp.goroutine.count", "running"));
            Assert.Equal(0, session.Read("gmp.goroutine.count", "runnable"));
            Assert.Equal(Many + 1, session.Read("gmp.goroutine.created"));
            gate.Close();
            Assert.Equal(Many, session.Read("gmp.goroutine.count", "runnable"));
            await ended.Wait();
            while (Scheduler.Current!.Alive > 1)
                await Yield();
            Assert.Equal(Many, session.Read("gmp.goroutine.ended"));
            Assert.Equal(1, session.Read("gmp.goroutine.count"));
        }, new SchedulerOptions { Processors = 1, Model = model, SliceDuration = TimeSpan.FromMinutes(1), DetectDeadlock = false });
    }

    [Fact]
    public void A_queue_that_grows_shows()
    {
        RuntimeTest.Run(1, async () =>
        {
            using var session = new MeterSession();
            long before = 0;
            for (int round = 1; round <= 3; round++)
            {
                for (int i = 0; i < Many; i++)
                    Go(() => { });
                long length = session.Read("gmp.queue.length");
                Assert.Equal(before + Many, length);
                before = length;
            }
            // The ring holds 256 and runnext one: the rest is where anyone may take it.
            Assert.InRange(session.Read("gmp.queue.length", "global"), (3 * Many) - 257, 3 * Many);
            await Gosched();
        }, RuntimeTest.OnePUndisturbed);
    }

    [Fact]
    public void Steals_are_counted_by_whoever_steals()
    {
        RuntimeTest.Run(4, async () =>
        {
            using var session = new MeterSession();
            while (session.Read("gmp.sched.steal.goroutines") == 0)
            {
                for (int i = 0; i < 100; i++)
                    Go(() => Thread.SpinWait(1_000));
                Thread.SpinWait(100_000);
                await Yield();
            }
            long steals = session.Read("gmp.sched.steal.successes");
            Assert.InRange(steals, 1, session.Read("gmp.sched.steal.attempts"));
            Assert.InRange(session.Read("gmp.sched.steal.goroutines"), steals, long.MaxValue);
        });
    }

    [Fact]
    public void A_blocking_call_hands_its_P_on_and_leaves_its_thread_in_a_system_call()
    {
        RuntimeTest.Run(1, async () =>
        {
            using var session = new MeterSession();
            using var go = new ManualResetEventSlim();
            var ended = new Chan<bool>();
            Go(async () =>
            {
                await Blocking(go.Wait);
                await ended.Send(true);
            });
            while (session.Read("gmp.thread.count", "syscall") == 0)
                await Yield();
            Assert.Equal(1, session.Read("gmp.sched.handoffs", "blocking"));
            Assert.Equal(1, session.Read("gmp.goroutine.count", "syscall"));
            Assert.Equal(2, session.Read("gmp.thread.count"));
            Assert.Equal(2, session.Read("gmp.thread.created"));
            go.Set();
            await ended.Receive();
        }, RuntimeTest.OnePUndisturbed);
    }

    [Fact]
    public void Retakes_are_counted_by_reason()
    {
        RuntimeTest.Run(1, async () =>
        {
            using var session = new MeterSession();
            // Each until it was seen: on a busy machine a call may end before sysmon looks.
            while (session.Read("gmp.sched.retakes", "syscall") == 0)
                await Syscall(() => Thread.Sleep(20));
            while (session.Read("gmp.sched.retakes", "hog") == 0)
                await Hog(TimeSpan.FromMilliseconds(50));
        });

        static async GoTask Hog(TimeSpan duration)
        {
            long end = Clock.Now + Clock.FromTimeSpan(duration);
            while (Clock.Now < end)
                Thread.SpinWait(100);
            await Yield();
        }
    }

    [Fact]
    public void Ps_threads_and_timers_are_counted()
    {
        RuntimeTest.Run(3, async () =>
        {
            using var session = new MeterSession();
            Assert.Equal(3, session.Read("gmp.processor.count"));
            Assert.InRange(session.Read("gmp.processor.count", "running"), 1, 3);
            Scheduler.Current!.SetProcessors(5);
            Assert.Equal(5, session.Read("gmp.processor.count"));
            for (int p = 0; p < 5; p++)
                Assert.InRange(session.Read("gmp.queue.length", $"p{p}"), 0, 257);
            LockOSThread();
            Assert.Equal(1, session.Read("gmp.thread.locked"));
            UnlockOSThread();
            Assert.Equal(0, session.Read("gmp.thread.locked"));
            for (int i = 0; i < 10; i++)
                Go(async () => await Sleep(TimeSpan.FromHours(1)));
            await RuntimeTest.UntilWaiting(WaitReason.Sleep, 10);
            Assert.Equal(10, session.Read("gmp.timer.count"));
            while (session.Read("gmp.thread.parks") == 0 || session.Read("gmp.thread.wakes") == 0)
            {
                for (int i = 0; i < 20; i++)
                    Go(() => Thread.SpinWait(1_000));
                await Sleep(TimeSpan.FromMilliseconds(1));
            }
        }, new SchedulerOptions { Processors = 3, SliceDuration = TimeSpan.FromMinutes(1), DetectDeadlock = false });
    }

    [Fact]
    public void While_somebody_listens_one_of_eight_switches_is_timed()
    {
        const int Yields = 80_000;
        RuntimeTest.Run(1, async () =>
        {
            var mine = Scheduler.Current!;
            using var session = new MeterSession(withTimes: true);
            while ((GmpEventSource.Modes & GmpEventSource.Mode.Metrics) == 0)
                await Yield();
            long before = session.Read("gmp.sched.switches");
            int latencies = session.Recorded("gmp.sched.latency", mine).Count, slices = session.Recorded("gmp.sched.slice", mine).Count;
            for (int i = 0; i < Yields; i++)
                await Yield();
            Assert.Equal(Yields, session.Read("gmp.sched.switches") - before);
            // The gaps are uniform from 1 to 15: the count is right to 0.6 % at one sigma.
            const int Expected = Yields / Sampler.Period, Tolerance = Expected / 20;
            Assert.InRange(session.Recorded("gmp.sched.latency", mine).Count - latencies, Expected - Tolerance, Expected + Tolerance);
            Assert.InRange(session.Recorded("gmp.sched.slice", mine).Count - slices, Expected - Tolerance, Expected + Tolerance);
        }, RuntimeTest.OnePUndisturbed);
    }

    [Fact]
    public void Latency_and_slice_are_as_long_as_they_were()
    {
        RuntimeTest.Run(1, async () =>
        {
            var mine = Scheduler.Current!;
            using var session = new MeterSession(withTimes: true);
            while ((GmpEventSource.Modes & GmpEventSource.Mode.Metrics) == 0)
                await Yield();
            // More than the longest gap between two that are recorded.
            int ran = 0;
            for (int i = 0; i < 40; i++)
                Go(() => { ran++; });
            var end = Clock.Now + Clock.FromTimeSpan(TimeSpan.FromMilliseconds(30));
            while (Clock.Now < end)
                Thread.SpinWait(100);
            // Behind all of them: from the global queue this one might come back before they have run, at a sixty-first turn.
            await Yield();
            Assert.Equal(40, ran);
            Assert.Contains(session.Recorded("gmp.sched.latency", mine), seconds => seconds >= 0.03);
            for (int i = 0; i < 40; i++)
            {
                long until = Clock.Now + Clock.FromTimeSpan(TimeSpan.FromMilliseconds(2));
                while (Clock.Now < until)
                    Thread.SpinWait(100);
                await Yield();
            }
            Assert.Contains(session.Recorded("gmp.sched.slice", mine), seconds => seconds is >= 0.002 and < 10);
        }, RuntimeTest.OnePUndisturbed);
    }

    [Fact]
    public void When_nobody_listens_any_more_the_switches_are_timed_no_more()
    {
        RuntimeTest.Run(1, async () =>
        {
            using (new MeterSession(withTimes: true))
            {
                while ((GmpEventSource.Modes & GmpEventSource.Mode.Metrics) == 0)
                    await Yield();
            }
            while ((GmpEventSource.Modes & GmpEventSource.Mode.Metrics) != 0)
                await Yield();
        });
    }

    [Fact]
    public void Schedulers_are_told_apart_and_one_that_has_ended_is_gone_and_garbage()
    {
        using var session = new MeterSession();
        var (reference, tag) = RunNamed(session);
        Assert.DoesNotContain(session.ReadAll(), r => r.Tag("scheduler") == tag);
        // Its threads return on their own time.
        for (int i = 0; IsAlive(reference); i++)
        {
            Assert.True(i < 1_000, "The scheduler that ended is still referred to.");
            Thread.Sleep(10);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    // Not inlined, as the next: what the caller holds for a moment is held while it runs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsAlive(WeakReference<Scheduler> reference) => reference.TryGetTarget(out _);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference<Scheduler> Reference, string Tag) RunNamed(MeterSession session)
    {
        WeakReference<Scheduler>? reference = null;
        string tag = "";
        RuntimeTest.Run(2, async () =>
        {
            reference = new(Scheduler.Current!);
            tag = $"jobs/{Scheduler.Current!.Number}";
            for (int i = 0; i < 10; i++)
                Go(async () => await new Chan<int>().Receive());
            await Yield();
            Assert.Contains(session.ReadAll(), r => r.Tag("scheduler") == tag);
        }, new SchedulerOptions { Processors = 2, Name = "jobs", DetectDeadlock = false });
        return (reference!, tag);
    }
}
