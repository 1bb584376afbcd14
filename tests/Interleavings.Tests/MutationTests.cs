using Gmp.Interleaving;

namespace Gmp.Interleavings.Tests;

/// <summary>Each protocol, broken at one place: the schedules must find it. If they do not, they prove nothing where they pass. <c>GMP_TRACE=1</c> shows how.</summary>
[Collection("one schedule at a time")]
public sealed class MutationTests
{
    private const int MostSchedules = 20_000;

    [Theory]
    [InlineData("Get")]
    [InlineData("StealInto")]
    public void A_consumer_of_the_ring_without_an_atomic_swap_is_caught(string member) =>
        Caught<OwnerAgainstThieves>(new(Break.Atomicity, "RunQueue", member));

    [Fact]
    public void An_overflow_without_an_atomic_swap_is_caught() =>
        Caught<OverflowAgainstThief>(new(Break.Atomicity, "RunQueue", "TryTakeHalf"));

    [Fact]
    public void A_ring_that_reads_its_head_as_it_was_at_first_is_caught() =>
        Caught<OwnerAgainstThieves>(new(Break.Read, "RunQueue", "TryPut"));

    [Fact]
    public void Taking_a_P_without_the_barrier_is_caught() =>
        Caught<TakerAgainstEntry>(new(Break.ProcessWideBarrier, "Scheduler.Retaking", "TryTakeP"));

    [Fact]
    public void Taking_a_runnext_without_the_barrier_is_caught() =>
        Caught<ThiefAgainstSwitch>(new(Break.ProcessWideBarrier, "Scheduler.Retaking", "TryStealRunNext"));

    [Fact]
    public void A_waker_that_sees_no_idle_P_is_caught() =>
        Caught<WakersAgainstIdling>(new(Break.Read, "Scheduler.Waking", "WakeP"));

    [Fact]
    public void Going_idle_without_looking_again_is_caught() =>
        Caught<WakersAgainstIdling>(new(Break.Read, "GlobalQueue", "Count"));

    [Fact]
    public void Leaving_the_watch_without_the_barrier_is_caught() =>
        Caught<WatcherLeavesUnderWaker>(new(Break.ProcessWideBarrier, "Scheduler.Watching", "GoOnWatching"));

    [Theory]
    [InlineData("Commit")]
    [InlineData("Complete")]
    public void A_foreign_wait_that_is_not_decided_by_one_swap_is_caught(string member) =>
        Caught<CompletionAgainstPark>(new(Break.Atomicity, "ForeignAwait", member));

    [Fact]
    public void A_WaitGroup_that_counts_without_atomics_is_caught() =>
        Caught<DoneAgainstWait>(new(Break.Atomicity, "WaitGroup", "Add"));

    [Fact]
    public void A_signal_that_sees_no_waiter_is_caught() =>
        Caught<SignalAgainstWait>(new(Break.Read, "GoCond", "Signal"));

    [Fact]
    public void A_once_that_begins_without_an_atomic_swap_is_caught() =>
        Caught<OnceAgainstOnce>(new(Break.Atomicity, "GoOnce", "DoSlow"));

    [Fact]
    public void A_once_that_waits_without_looking_whether_it_is_done_is_caught() =>
        Caught<OnceAgainstOnce>(new(Break.Read, "GoOnce", "TryPark"));

    [Theory]
    [InlineData("TryTake")]
    [InlineData("Release")]
    [InlineData("TryPark")]
    public void A_semaphore_that_counts_without_atomics_is_caught(string member) =>
        Caught<AcquireAgainstRelease>(new(Break.Atomicity, "GoSemaphore", member));

    [Fact]
    public void A_wait_for_a_group_that_does_not_look_at_the_count_is_caught() =>
        Caught<DoneAgainstWait>(new(Break.Read, "WaitGroup", "TryPark"));

    [Fact]
    public void A_canceled_acquire_that_counts_wrong_is_caught() =>
        Caught<AcquireAgainstToken>(new(Break.Read, "GoSemaphore", "TryWithdraw"));

    [Fact]
    public void A_signal_that_is_spent_on_nobody_is_caught() =>
        Caught<SignalAgainstToken>(new(Break.Read, "GoCond", "Signal"));

    [Theory]
    [InlineData("Get")]
    [InlineData("StealInto")]
    public void A_history_of_a_ring_without_an_atomic_swap_is_caught(string member) =>
        Caught<RingHistory>(new(Break.Atomicity, "RunQueue", member));

    [Theory]
    [InlineData("TryLock")]
    [InlineData("TryAcquireSlow")]
    public void A_history_of_a_mutex_that_two_have_is_caught(string member) =>
        Caught<MutexHistory>(new(Break.Atomicity, "GoMutex", member));

    [Fact]
    public void A_history_of_a_reader_beside_a_writer_is_caught() =>
        Caught<RWMutexHistory>(new(Break.Atomicity, "GoRWMutex", "TryLock"));

    [Fact]
    public void A_history_of_a_semaphore_that_counts_without_atomics_is_caught() =>
        Caught<SemaphoreHistory>(new(Break.Atomicity, "GoSemaphore", "TryTake"));

    [Fact]
    public void A_history_of_a_channel_whose_gate_lets_two_in_is_caught() =>
        Caught<BufferedHistory>(new(Break.Atomicity, "SpinGate", "Enter"));

    [Fact]
    public void A_side_of_a_socket_that_forgets_an_edge_is_caught() =>
        Caught<ReadinessAgainstPark>(new(Break.Write, "PollSide", "Ready"));

    [Fact]
    public void A_mark_that_is_wiped_after_the_attempt_is_caught() =>
        Caught<MarkAgainstAttempt>(new(Break.Barrier, "PollSide", "MayTry"));

    [Fact]
    public void A_side_of_a_socket_that_two_decide_about_is_caught() =>
        Caught<ReadinessAgainstPark>(new(Break.Atomicity, "SpinGate", "Enter"));

    [Fact]
    public void A_side_that_does_not_see_that_its_peer_is_gone_is_caught() =>
        Caught<HangUpAgainstEmptied>(new(Break.Read, "PollSide", "MayTry"));

    [Fact]
    public void A_deadline_that_forgets_that_it_has_passed_is_caught() =>
        Caught<DeadlineAgainstSleeper>(new(Break.Write, "PollSide", "Expire"));

    [Fact]
    public void Two_first_deadlines_of_one_side_are_caught() =>
        Caught<DeadlinesAgainstClose>(new(Break.Atomicity, "PollSide", "SetDeadline"));

    [Fact]
    public void A_deadline_that_does_not_see_the_close_is_caught() =>
        Caught<DeadlinesAgainstClose>(new(Break.Read, "PollSide", "SetDeadline"));

    [Fact]
    public void A_close_that_does_not_see_the_deadline_is_caught() =>
        Caught<DeadlinesAgainstClose>(new(Break.Read, "PollSide", "Close"));

    [Fact]
    public void A_close_that_leaves_no_mark_is_caught() =>
        Caught<CloseAgainstPark>(new(Break.Write, "PollSide", "Close"));

    [Fact]
    public void An_M_that_sleeps_in_the_poller_and_does_not_say_so_is_caught() =>
        Caught<DeadlineAgainstSleeper>(new(Break.Write, "M.Polling", "Sleep"));

    [Fact]
    public void A_wake_that_does_not_ask_where_the_M_sleeps_is_caught() =>
        Caught<OnlyThreadSleepsInPoller>(new(Break.Read, "M.Polling", "SleepsInPoller"));

    [Fact]
    public void An_end_that_leaves_who_sleeps_in_the_poller_is_caught() =>
        Caught<EndAgainstPollerSleep>(new(Break.Read, "M.Polling", "SleepsInPoller"));

    [Fact]
    public void A_poller_in_which_nobody_sleeps_is_caught() =>
        Caught<ReadinessAgainstPark>(new(Break.Read, "NetPoller", "TryBeginSleep"));

    [Fact]
    public void A_poller_in_which_two_sleep_is_caught() =>
        Caught<OneSleepsInPoller>(new(Break.Atomicity, "NetPoller", "TryBeginSleep"));

    [Fact]
    public void A_poller_that_counts_its_waiters_wrong_is_caught() =>
        Caught<ManyReadyAgainstSleeper>(new(Break.Atomicity, "NetPoller", "WaitBegan"));

    [Fact]
    public void A_sleep_in_the_poller_that_forgets_a_wake_from_before_is_caught() =>
        Caught<EndAgainstPollerSleep>(new(Break.KeptWake, "", ""));

    [Fact]
    public void A_gate_that_lets_two_in_is_caught() =>
        Caught<UnbufferedChannel>(new(Break.Atomicity, "SpinGate", "Enter"));

    [Fact]
    public void A_wake_that_is_not_kept_for_who_does_not_sleep_yet_is_caught() =>
        Caught<WakersAgainstIdling>(new(Break.KeptWake, "", ""));

    [Fact]
    public void Locks_that_let_everybody_in_are_caught() =>
        Caught<WakersAgainstIdling>(new(Break.Lock, "", ""));

    private static void Caught<TScenario>(Mutation mutation)
        where TScenario : Scenario, new()
    {
        var outcome = Explorer.Explore<TScenario>(MostSchedules, mutation);
        Console.WriteLine($"{mutation}: {(outcome.Failure is null ? "NOT FOUND" : "found")} in {outcome.Schedules:N0} schedules: {outcome.Failure?.Split('\n')[0]}");
        if (Explorer.ShowsTraces)
            Console.WriteLine(outcome.Failure);
        Assert.NotNull(outcome.Failure);
    }
}
