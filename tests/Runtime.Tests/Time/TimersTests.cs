namespace Gmp.Tests;

/// <summary>The heap of timers of one P, by itself: order, stops, sweeps, moves.</summary>
public class TimersTests
{
    [Fact]
    public void What_is_due_comes_out_by_time_and_at_equal_times_in_the_order_of_adding() => OnScheduler(scheduler =>
    {
        var timers = new Timers(scheduler, 3);
        var random = new Random(1);
        var added = new List<G>();
        for (int i = 0; i < 5000; i++)
        {
            var g = new G(scheduler) { Id = i, SleepUntil = random.Next(1, 500) };
            added.Add(g);
            timers.Add(g);
        }
        Assert.Equal(added.Min(g => g.SleepUntil), timers.Next);
        Assert.Equal(added.OrderBy(g => g.SleepUntil).ThenBy(g => g.Id).Select(g => g.Id), Due(timers).Cast<G>().Select(g => g.Id));
        Assert.Equal(Timers.Never, timers.Next);
    });

    [Fact]
    public void Nothing_comes_out_before_its_time() => OnScheduler(scheduler =>
    {
        var timers = new Timers(scheduler, 0);
        Assert.True(timers.Add(new G(scheduler) { SleepUntil = 20 }));
        Assert.True(timers.Add(new G(scheduler) { SleepUntil = 10 }));
        Assert.False(timers.Add(new G(scheduler) { SleepUntil = 10 }));
        Assert.Null(timers.TakeDue(9, out _));
        Assert.NotNull(timers.TakeDue(10, out _));
        Assert.Equal(10, timers.Next);
        Assert.NotNull(timers.TakeDue(10, out _));
        Assert.Null(timers.TakeDue(19, out _));
        Assert.Equal(20, timers.Next);
    });

    [Fact]
    public void The_first_that_is_pending_is_never_a_stopped_one() => OnScheduler(scheduler =>
    {
        var heap = scheduler.Ps[0].Timers;
        var timers = Enumerable.Range(0, 200).Select(_ => new CountingTimer(scheduler)).ToArray();
        long far = RuntimeTimer.After(TimeSpan.FromHours(1));
        for (int i = 0; i < timers.Length; i++)
            Assert.False(timers[i].Reset(far + i));
        // From the end, so that many are stale below the top when the top goes.
        for (int i = timers.Length - 1; i >= 1; i--)
            Assert.True(timers[i].Stop());
        Assert.Equal(far, heap.Next);
        Assert.True(timers[0].Stop());
        Assert.Equal(Timers.Never, heap.Next);
        Assert.False(timers[0].Stop());
    });

    [Fact]
    public void A_timer_that_is_set_anew_counts_at_its_last_time_only() => OnScheduler(scheduler =>
    {
        var heap = scheduler.Ps[0].Timers;
        var timer = new CountingTimer(scheduler);
        long far = RuntimeTimer.After(TimeSpan.FromHours(1));
        timer.Reset(far);
        Assert.True(timer.Reset(far + 10));
        Assert.True(timer.Reset(far + 5));
        Assert.Equal(far + 5, heap.Next);
        object due = heap.TakeDue(far + 20, out long order)!;
        Assert.Null(heap.TakeDue(far + 20, out _));
        Assert.Same(timer, due);
        // Stopped after it was taken off the heap and before it happened: it does not happen.
        Assert.True(timer.Stop());
        timer.Expire(order, far + 20);
        Assert.Equal(0, timer.Fired);
    });

    [Fact]
    public void Timers_that_are_stopped_again_and_again_do_not_fill_the_heap() => OnScheduler(scheduler =>
    {
        var heap = scheduler.Ps[0].Timers;
        var timers = Enumerable.Range(0, 100).Select(_ => new CountingTimer(scheduler)).ToArray();
        long far = RuntimeTimer.After(TimeSpan.FromHours(1));
        for (int i = 0; i < 100_000; i++)
            timers[i % timers.Length].Reset(far + i);
        Assert.InRange(heap.Count, timers.Length, 4 * timers.Length);
        Assert.Equal(far + 100_000 - timers.Length, heap.Next);
    });

    [Fact]
    public void A_sweep_leaves_what_counts_once_and_in_order() => OnScheduler(scheduler =>
    {
        var heap = scheduler.Ps[0].Timers;
        var random = new Random(2);
        long far = RuntimeTimer.After(TimeSpan.FromHours(1));
        var kept = new List<CountingTimer>();
        var stopped = new List<CountingTimer>();
        for (int i = 0; i < 3000; i++)
        {
            var timer = new CountingTimer(scheduler);
            timer.Reset(far + random.Next(1000));
            (i % 3 == 0 ? kept : stopped).Add(timer);
        }
        stopped.ForEach(t => Assert.True(t.Stop()));
        // One more add, and the stale are more than half: they go.
        var last = new CountingTimer(scheduler);
        last.Reset(far + 1000);
        kept.Add(last);
        Assert.Equal(kept.Count, heap.Count);
        var due = new List<CountingTimer>();
        while (heap.TakeDue(far + 1000, out _) is { } what)
            due.Add((CountingTimer)what);
        Assert.Equal(kept.OrderBy(t => t.When), due);
    });

    [Fact]
    public void All_timers_of_a_P_that_goes_move_to_another_in_their_order() => OnScheduler(scheduler =>
    {
        var (from, to) = (new Timers(scheduler, 5), new Timers(scheduler, 6));
        long far = RuntimeTimer.After(TimeSpan.FromHours(1));
        var kept = new CountingTimer(scheduler) { When = far };
        var stopped = new CountingTimer(scheduler) { When = far };
        from.Add(kept);
        from.Add(stopped);
        for (int i = 0; i < 10; i++)
            from.Add(new G(scheduler) { Id = i, SleepUntil = far });
        Assert.True(stopped.Stop());
        to.Add(new G(scheduler) { Id = 100, SleepUntil = far });

        from.MoveTo(to);

        Assert.Equal(Timers.Never, from.Next);
        Assert.Equal(0, from.Count);
        Assert.Equal(far, to.Next);
        long order = 0;
        var moved = new List<object>();
        while (to.TakeDue(far, out order) is { } what)
        {
            moved.Add(what);
            (what as RuntimeTimer)?.Expire(order, far);
        }
        Assert.Equal([100, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9], moved.OfType<G>().Select(g => g.Id));
        Assert.Same(kept, moved[1]);
        Assert.Equal((1, 0), (kept.Fired, stopped.Fired));
    });

    [Fact]
    public async Task Stops_and_resets_by_many_threads_leave_each_timer_fired_or_stopped_but_never_both()
    {
        const int Threads = 4, Rounds = 20_000;
        await Task.Run(() => OnScheduler(scheduler =>
        {
            var heap = scheduler.Ps[0].Timers;
            bool over = false;
            var expirer = Task.Run(() =>
            {
                while (!Volatile.Read(ref over) || heap.Next != Timers.Never)
                {
                    long now = Clock.Now;
                    if (heap.TakeDue(now, out long order) is RuntimeTimer due)
                        due.Expire(order, now);
                }
            }, TestContext.Current.CancellationToken);
            var stoppers = Enumerable.Range(0, Threads).Select(t => Task.Run(() =>
            {
                for (int i = 0; i < Rounds; i++)
                {
                    var timer = new CountingTimer(scheduler);
                    timer.Reset(Clock.Now + (i % 2000));
                    bool wasReset = timer.Reset(Clock.Now + (i % 1000));
                    bool wasStopped = timer.Stop();
                    Assert.Equal((wasReset ? 0 : 1) + (wasStopped ? 0 : 1), timer.Fired);
                }
            })).ToArray();
            Task.WaitAll(stoppers);
            Volatile.Write(ref over, true);
            expirer.Wait();
        }), TestContext.Current.CancellationToken);
    }

    private static List<object> Due(Timers timers)
    {
        var due = new List<object>();
        while (timers.TakeDue(Timers.Never, out _) is { } what)
            due.Add(what);
        return due;
    }

    // Of a scheduler that runs only its main goroutine: nothing else touches the first P's timers unless they are due.
    private static void OnScheduler(Action<Scheduler> test) => RuntimeTest.Run(
        1, async () => test(M.OfGoroutine().Scheduler), RuntimeTest.OnePUndisturbed);

    private sealed class CountingTimer(Scheduler scheduler) : RuntimeTimer(scheduler)
    {
        private int _fired;

        internal int Fired => Volatile.Read(ref _fired);

        protected override void Fire(long now)
        {
            _fired++;
            When = 0;
            Gate.Exit();
        }
    }
}
