using Gmp.Analysis.Language;
using Gmp.Analysis.Questions.Scheduling;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions;

/// <summary>GMP303: were threads reused? How many Ms there are, how many were made and how often each got a P again, and what waking one cost.</summary>
public sealed class ThreadsQuestion : Question
{
    private const int MachinesShown = 20;

    /// <summary>So few new threads are a program that starts, or that met its first call that blocks.</summary>
    private const int FewThreads = 20;

    private static readonly Threshold s_new = new("GMP303.newThreadsPerSecond", 20,
        "From how many new threads a second on they count as not reused. The system makes a thread in some 50 us and gives it a stack, 1 MB or more of addresses; the scheduler keeps those that it has, so a program in its stride makes none.");

    /// <inheritdoc/>
    public override string Id => "GMP303";

    /// <inheritdoc/>
    public override string Text => "Were threads reused?";

    /// <inheritdoc/>
    public override IReadOnlyList<Threshold> Thresholds => [s_new];

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (model, say) = (context.Model, context.Phrases);
        var totals = new SchedulerTotals(model);
        var machines = totals.Machines.ToList();
        if (machines.Count == 0)
            return Answer(context, Severity.NotApplicable, 0, say.Text("The trace tells of no thread: none began, slept or took a P while it was recorded."));

        long created = machines.Count(m => m.StartedInTrace), stopped = machines.Count(m => m.StoppedInTrace);
        long acquired = machines.Sum(m => m.Acquired), parks = machines.Sum(m => m.Parks), unparks = machines.Sum(m => m.Unparks);
        double seconds = Math.Max(1e-3, model.Length / 1e9);
        bool churn = created > FewThreads && created / Math.Max(1, seconds) > context.Thresholds[s_new];
        string answer = churn
            ? say.Say($"No: {say.Count(created, "thread")} were made in {Wording.Duration(model.Length)} and {say.Count(stopped, "thread")} ended. A P went to a thread {say.Count(acquired, "time")}.")
            : created == 0
                ? say.Say($"Yes. {say.Count(machines.Count, "thread")} took a P {say.Count(acquired, "time")}, and no thread was made.")
                : say.Say($"Yes. {say.Count(machines.Count, "thread")} took a P {say.Count(acquired, "time")}; {say.Count(created, "thread")} of them began in this trace.");
        return Answer(context, churn ? Severity.Warning : Severity.Ok, churn ? 50 : 0, answer) with
        {
            Evidence = [.. Evidence(say, totals, parks, unparks, stopped)],
            Why = churn
                ? say.Text("The scheduler parks a thread that has no P and wakes it when one is needed. A new one is made only where none sleeps: while others are in calls that block, or run hogs, or are locked to goroutines. The thread of a goroutine that ended locked ends with it.")
                : say.Text("A thread that has no P sleeps and is woken when one is needed: that costs some us and makes no new thread."),
            Fixes = churn
                ? [
                    say.Text("Limit how many goroutines are in calls that block at the same time (GoSemaphore, GoroutinePool): each of them takes a thread."),
                    say.Text("Call UnlockOSThread before a locked goroutine ends: its thread is then used again."),
                    say.Text("Await sockets and files instead of blocking on them: a goroutine that awaits takes no thread."),
                ]
                : [],
            Confidence = context.Info.HasLosses ? Confidence.Medium : Confidence.High,
            Tables = [Machines(say, totals)],
        };
    }

    private static IEnumerable<string> Evidence(Phrases say, SchedulerTotals totals, long parks, long unparks, long stopped)
    {
        yield return say.Say($"Threads went to sleep {say.Count(parks, "time")} and were woken {say.Count(unparks, "time")}; {say.Count(stopped, "thread")} ended.");
        long timed = totals.Machines.Sum(m => m.TimedWakes), ns = totals.Machines.Sum(m => m.WakeNs);
        if (timed > 0)
        {
            yield return say.Say($"Once awake, a thread had its P after {Wording.Duration(ns / timed)} at the mean and {Wording.Duration(totals.Machines.Max(m => m.LongestWakeNs))} at worst, of {say.Count(timed, "wake")}.");
        }
        long starts = totals.Starts;
        if (starts > 0 && parks > 0)
            yield return say.Say($"Goroutines began to run {say.Count(starts, "time")}: {say.Count(starts / Math.Max(1, unparks), "switch", "switches")} for each thread that had to be woken.");
        long calls = totals.Sum(a => a.Handoffs(HandoffReason.SyscallRetake)) + totals.Sum(a => a.Handoffs(HandoffReason.BlockingCall)), hogs = totals.Sum(a => a.Handoffs(HandoffReason.Hog)), locked = totals.Sum(a => a.Handoffs(HandoffReason.LockedThread));
        if (calls + hogs + locked > 0)
            yield return say.Say($"A P went on with another thread {say.Count(calls, "time")} since a call blocked, {say.Count(hogs, "time")} since a goroutine computed for too long and {say.Count(locked, "time")} since a goroutine is locked to its thread.");
    }

    private static FindingTable Machines(Phrases say, SchedulerTotals totals)
    {
        var all = totals.Machines.OrderByDescending(m => m.Acquired).ThenBy(m => m.Id).ToList();
        return new FindingTable(say.Text("Threads (M)"), "machines",
            [
                new(say.Text("M"), CellKind.Text, "machine"), new(say.Text("took a P"), CellKind.Count, "acquired"), new(say.Text("went to sleep"), CellKind.Count, "parks"),
                new(say.Text("woken"), CellKind.Count, "unparks"), new(say.Text("awake to P, mean"), CellKind.Duration, "wakeNs"), new(say.Text("awake to P, longest"), CellKind.Duration, "longestWakeNs"),
            ],
            [.. all.Take(MachinesShown).Select(m => (Cell[])
                [
                    totals.NameOfMachine(m.Scheduler, m.Id), m.Acquired, m.Parks, m.Unparks, m.TimedWakes == 0 ? default : (Cell)(m.WakeNs / m.TimedWakes), m.TimedWakes == 0 ? default : (Cell)m.LongestWakeNs,
                ])])
        {
            MoreRows = Math.Max(0, all.Count - MachinesShown),
        };
    }
}
