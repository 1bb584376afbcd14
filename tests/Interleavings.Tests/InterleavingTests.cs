using Gmp.Interleaving;

namespace Gmp.Interleavings.Tests;

/// <summary>Every protocol under many interleavings. <c>GMP_SCHEDULES</c> says how many each, <c>GMP_SEED</c> replays one.</summary>
[Collection("one schedule at a time")]
public sealed class InterleavingTests
{
    [Fact]
    public void An_owner_and_two_thieves_take_each_goroutine_once() => Explore<OwnerAgainstThieves>();

    [Fact]
    public void An_overflow_and_a_thief_take_each_goroutine_once() => Explore<OverflowAgainstThief>();

    [Fact]
    public void A_waker_and_an_M_that_goes_idle_do_not_miss_each_other() => Explore<WakersAgainstIdling>();

    [Fact]
    public void A_runnext_is_run_by_its_owner_or_by_one_thief() => Explore<RunNextAgainstThieves>();

    [Fact]
    public void A_runnext_that_a_thief_takes_is_not_run_by_its_owner_too() => Explore<RunNextAgainstOneThief>();

    [Fact]
    public void A_taker_and_an_M_that_enters_the_runtime_never_both_use_the_P() => Explore<TakerAgainstEntry>();

    [Fact]
    public void A_thief_and_a_switch_never_both_take_runnext() => Explore<ThiefAgainstSwitch>();

    [Fact]
    public void A_watcher_that_leaves_looks_once_more() => Explore<WatcherLeavesUnderWaker>();

    [Fact]
    public void A_waker_that_relies_on_the_watcher_does_not_miss_that_it_leaves() => Explore<WakerAgainstWatcher>();

    [Fact]
    public void A_system_call_and_sysmon_never_both_have_the_P() => Explore<SyscallAgainstRetake>();

    [Fact]
    public void A_hog_and_sysmon_never_both_have_the_P() => Explore<HogAgainstRetake>();

    [Fact]
    public void A_timer_that_is_added_while_Ms_go_to_sleep_wakes_its_goroutine() => Explore<TimersAgainstIdling>();

    [Fact]
    public void An_unbuffered_channel_loses_and_doubles_nothing() => Explore<UnbufferedChannel>();

    [Fact]
    public void A_buffered_channel_loses_and_doubles_nothing() => Explore<BufferedChannel>();

    [Fact]
    public void A_close_wakes_every_receiver_and_loses_no_value() => Explore<CloseAgainstReceivers>();

    [Fact]
    public void A_completion_during_the_park_resumes_the_goroutine_once() => Explore<CompletionAgainstPark>();

    [Fact]
    public void The_last_Done_wakes_every_waiter() => Explore<DoneAgainstWait>();

    [Fact]
    public void A_signal_finds_whoever_gave_up_the_lock_to_wait() => Explore<SignalAgainstWait>();

    [Fact]
    public void A_signal_is_not_spent_on_one_that_is_canceled() => Explore<SignalAgainstToken>();

    [Fact]
    public void What_is_done_once_is_done_before_anyone_goes_on() => Explore<OnceAgainstOnce>();

    [Fact]
    public void A_semaphore_never_gives_more_than_there_is_and_serves_everybody() => Explore<AcquireAgainstRelease>();

    [Fact]
    public void A_canceled_acquire_keeps_nobody_waiting_and_no_unit() => Explore<AcquireAgainstToken>();

    [Fact]
    public void A_wait_for_a_group_ends_by_its_token_or_by_the_last_Done() => Explore<DoneAgainstToken>();

    [Fact]
    public void What_is_seen_of_an_unbuffered_channel_has_an_order() => Explore<UnbufferedHistory>();

    [Fact]
    public void What_is_seen_of_a_buffered_channel_has_an_order() => Explore<BufferedHistory>();

    [Fact]
    public void What_is_seen_of_a_mutex_has_an_order() => Explore<MutexHistory>();

    [Fact]
    public void What_is_seen_of_a_mutex_for_readers_has_an_order() => Explore<RWMutexHistory>();

    [Fact]
    public void What_is_seen_of_a_semaphore_has_an_order() => Explore<SemaphoreHistory>();

    [Fact]
    public void What_is_seen_of_a_ring_has_an_order() => Explore<RingHistory>();

    [Fact]
    public void Data_that_comes_while_a_goroutine_parks_is_read() => Explore<ReadinessAgainstPark>();

    [Fact]
    public void A_mark_of_the_poller_is_wiped_before_the_attempt_and_not_after() => Explore<MarkAgainstAttempt>();

    [Fact]
    public void One_M_at_a_time_sleeps_in_the_poller() => Explore<OneSleepsInPoller>();

    [Fact]
    public void No_deadline_outlives_its_connection() => Explore<DeadlinesAgainstClose>();

    [Fact]
    public void The_end_of_a_peer_that_comes_with_its_last_data_is_seen() => Explore<HangUpAgainstEmptied>();

    [Fact]
    public void A_read_ends_by_its_deadline_or_by_data() => Explore<DeadlineAgainstReadiness>();

    [Fact]
    public void A_deadline_reaches_who_sleeps_in_the_poller() => Explore<DeadlineAgainstSleeper>();

    [Fact]
    public void A_close_ends_the_wait_of_its_own_connection() => Explore<CloseAgainstPark>();

    [Fact]
    public void Two_that_read_one_connection_take_turns() => Explore<TwoReaders>();

    [Fact]
    public void A_canceled_read_takes_nothing() => Explore<TokenAgainstReadiness>();

    [Fact]
    public void What_is_queued_runs_while_an_M_sleeps_in_the_poller() => Explore<SleeperAgainstWakers>();

    [Fact]
    public void The_only_M_wakes_from_its_sleep_in_the_poller() => Explore<OnlyThreadSleepsInPoller>();

    [Fact]
    public void Many_that_are_ready_at_once_go_on_once_each() => Explore<ManyReadyAgainstSleeper>();

    [Fact]
    public void A_timer_ends_a_sleep_in_the_poller() => Explore<TimerAgainstPollerSleeper>();

    [Fact]
    public void The_end_of_a_scheduler_ends_a_sleep_in_its_poller() => Explore<EndAgainstPollerSleep>();

    [Fact]
    public void A_seed_decides_every_step()
    {
        for (long seed = 1; seed <= 20; seed++)
        {
            var first = Explorer.RunOne(new RunNextAgainstThieves(), seed, expectedSteps: 400, trace: true);
            var second = Explorer.RunOne(new RunNextAgainstThieves(), seed, expectedSteps: 400, trace: true);
            Assert.NotEmpty(first.Trace);
            Assert.Equal(first.Trace, second.Trace);
        }
    }

    private static void Explore<TScenario>()
        where TScenario : Scenario, new()
    {
        var outcome = Explorer.Explore<TScenario>(Explorer.SchedulesEach);
        Console.WriteLine($"{typeof(TScenario).Name}: {outcome}");
        Assert.True(outcome.Failure is null, outcome.Failure);
    }
}
