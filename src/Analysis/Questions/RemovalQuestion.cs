using Gmp.Analysis.Language;
using Gmp.Analysis.Questions.Replays;
using Gmp.Analysis.Questions.Scheduling;
using Gmp.Analysis.Simulation;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions;

/// <summary>
/// GMP304: could P be removed? How many decisions needed no lock, and what the same work would have met with one locked queue for all threads, as Go had before 1.1. Judges nothing.
/// </summary>
public sealed class RemovalQuestion : Question
{
    /// <summary>Differences below this are within what a model can tell.</summary>
    private const double Notable = 1.05;

    /// <inheritdoc/>
    public override string Id => "GMP304";

    /// <inheritdoc/>
    public override string Text => "Could P be removed?";

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var say = context.Phrases;
        var totals = new SchedulerTotals(context.Model);
        if (totals.Starts == 0)
            return Answer(context, Severity.NotApplicable, 0, say.Text("No goroutine began to run while this was recorded."));
        var replays = context.Shared(c => ReplaySet.Of(c.Trace));
        if (!replays.IsEnough)
            return Answer(context, Severity.NotApplicable, 0, say.Say($"The trace has {say.Count(replays.Work.Jobs.Count, "run")} only, too few for a replay."));

        double free = WithoutLock(totals);
        var (gmp, gm) = (replays.Gmp(replays.Work.Processors), replays.Gm());
        double slower = gmp.Makespan == 0 ? 1 : (double)gm.Makespan / gmp.Makespan;
        string cost = slower >= Notable
            ? say.Say($"One locked queue for all threads would have made the same work take {Wording.Duration(gm.Makespan)} instead of {Wording.Duration(gmp.Makespan)}")
            : gm.Wait99 > Notable * gmp.Wait99 && gm.Wait99 - gmp.Wait99 > 1_000
            ? say.Say($"One locked queue for all threads would have taken as long, but one goroutine in a hundred would have waited {Wording.Duration(gm.Wait99)} instead of {Wording.Duration(gmp.Wait99)}")
            : say.Text("With this work one locked queue for all threads would have done as well: there is too little to schedule for the lock to matter");
        return Answer(context, Severity.Ok, 0,
            say.Say($"{Wording.Percent(free)} of the decisions which goroutine runs next needed no lock. {cost}; {Wording.Percent(gm.Locked == 0 ? 0 : (double)gm.Contended / gm.Locked)} of its lock's takings would have found it taken.")) with
        {
            Evidence = [.. Evidence(say, replays, gmp, gm)],
            Why = say.Text("A P is a queue that only its own thread takes from without asking, a place for what that thread uses again, and a limit on how many run at the same time. Without it every decision takes one lock, its cache line goes from core to core, and a goroutine runs far from where its data is."),
            Confidence = Confidence.Low,
            Tables = [Table(say, gmp, gm), Decisions(say, totals)],
        };
    }

    // By what the trace counted: only the global queue has a lock.
    private static double WithoutLock(SchedulerTotals totals)
    {
        long decisions = totals.Starts + totals.Sum(a => a.Queued(RunQueueKind.RunNext)) + totals.Sum(a => a.Queued(RunQueueKind.Local)) + totals.Sum(a => a.Queued(RunQueueKind.Global));
        long locked = totals.Sum(a => a.GlobalGets.Times) + totals.Sum(a => a.Overflows.Times) + totals.Sum(a => a.Queued(RunQueueKind.Global));
        return decisions == 0 ? 1 : Math.Clamp(1 - ((double)locked / decisions), 0, 1);
    }

    internal static string Assumptions(Phrases say, ReplaySet replays)
    {
        var c = replays.Costs;
        string part = replays.Work.IsPart
            ? say.Say($"The replay has {say.Count(replays.Work.Jobs.Count, "run")}, a part of the trace of {Wording.Duration(replays.Work.Makespan)}.")
            : say.Say($"The replay has all {say.Count(replays.Work.Jobs.Count, "run")} of the trace.");
        return part + " " + say.Say($"It assumes that each takes as long as it did, that there is a core for each P, and that a queue of one's own costs {Wording.Duration(c.Local)}, a lock {Wording.Duration(c.LockHold)} and {Wording.Duration(c.LockTransfer)} more from another core, a steal {Wording.Duration(c.StealTake)} and the wake of a thread {Wording.Duration(c.ThreadWake)}.");
    }

    private static IEnumerable<string> Evidence(Phrases say, ReplaySet replays, ReplayResult gmp, ReplayResult gm)
    {
        yield return Assumptions(say, replays);
        yield return say.Say($"With Ps the lock of the global queue is taken {say.Count(gmp.Locked, "time")} in the replay, with one queue {say.Count(gm.Locked, "time")}; waiting for it costs {Wording.Duration(gmp.LockWaitNs)} and {Wording.Duration(gm.LockWaitNs)} in all.");
        yield return say.Text("What the replay cannot show is worse for one queue: goroutines that find their data in another core's cache, and a hog that keeps one of the threads for itself.");
    }

    private static FindingTable Table(Phrases say, ReplayResult gmp, ReplayResult gm) =>
        new(say.Text("The same work with Ps and with one locked queue"), "models",
            [
                new(say.Text("scheduler"), CellKind.Text, "scheduler"), new(say.Text("took"), CellKind.Duration, "makespanNs"), new(say.Text("median wait"), CellKind.Duration, "medianWaitNs"),
                new(say.Text("one in a hundred"), CellKind.Duration, "wait99Ns"), new(say.Text("worst wait"), CellKind.Duration, "worstWaitNs"), new(say.Text("takings of the lock"), CellKind.Count, "locked"),
                new(say.Text("that found it taken"), CellKind.Count, "contended"), new(say.Text("waits for it"), CellKind.Duration, "lockWaitNs"),
            ],
            [Row(say.Text("Ps and stealing"), gmp), Row(say.Text("one locked queue"), gm)]);

    private static Cell[] Row(string name, ReplayResult r) => [name, r.Makespan, r.MedianWait, r.Wait99, r.WorstWait, r.Locked, r.Contended, r.LockWaitNs];

    private static FindingTable Decisions(Phrases say, SchedulerTotals totals)
    {
        long stolen = totals.Sum(a => a.Steals.Sum(s => s.Steals)), global = totals.Sum(a => a.GlobalGets.Times);
        return new(say.Text("Decisions as measured"), "decisions",
            [new(say.Text("decision"), CellKind.Text, "decision"), new(say.Text("times"), CellKind.Count, "times"), new(say.Text("lock"), CellKind.Text, "lock")],
            [
                [say.Text("put in a P's next slot"), totals.Sum(a => a.Queued(RunQueueKind.RunNext)), say.Text("none")],
                [say.Text("put in a P's queue"), totals.Sum(a => a.Queued(RunQueueKind.Local)), say.Text("none")],
                [say.Text("put in the global queue"), totals.Sum(a => a.Queued(RunQueueKind.Global)), say.Text("one")],
                [say.Text("half of a full queue moved to the global one"), totals.Sum(a => a.Overflows.Times), say.Text("one")],
                [say.Text("taken from a P's own queue"), Math.Max(0, totals.Starts - global - stolen), say.Text("none")],
                [say.Text("stolen from another P"), stolen, say.Text("none")],
                [say.Text("taken from the global queue"), global, say.Text("one")],
            ]);
    }
}
