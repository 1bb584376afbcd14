using Gmp.Analysis.Language;
using Gmp.Analysis.Model;
using Gmp.Analysis.Questions.Deadlocks;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions;

/// <summary>
/// GMP106: is there a deadlock? Circles of goroutines that wait for each other's locks, locks whose holder has ended, and a program in which everybody waits for
/// somebody.
/// </summary>
/// <remarks>
/// Only locks have a holder that a trace can name. Who would have to send to a channel, or signal, nobody knows: of such waits nothing is claimed, but for a
/// program that has ended with all goroutines waiting.
/// </remarks>
public sealed class DeadlockQuestion : Question
{
    private const int EdgesShown = 12, BehindShown = 20, OthersShown = 3;

    private static readonly Threshold s_least = new("GMP106.leastWaitMs", 100,
        "From how long on goroutines in a circle are a deadlock. A circle cannot resolve itself; the time is for waits that a token ends, and for records of the last moment that a recording lacks.");

    /// <inheritdoc/>
    public override string Id => "GMP106";

    /// <inheritdoc/>
    public override string Text => "Is there a deadlock?";

    /// <inheritdoc/>
    public override IReadOnlyList<Threshold> Thresholds => [s_least];

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (model, say) = (context.Model, context.Phrases);
        if (model.Goroutines.Count == 0)
            return Answer(context, Severity.NotApplicable, 0, say.Text("The trace knows no goroutine."));
        var graph = context.Shared(c => WaitGraph.Of(c.Model));
        long least = (long)(context.Thresholds[s_least] * 1e6);
        if (graph.Cycles.Count > 0)
            return Circle(context, graph, least);
        if (graph.Lost.Count > 0 && model.Duration - graph.Lost[0].Waiters[0].StatusSince >= least)
            return LostIn(context, graph);
        if (Asleep.Of(context) is { } asleep && asleep.LastedNs >= least)
            return EverybodyWaits(context, asleep);
        return AllWell(context, graph);
    }

    private Finding AllWell(QuestionContext context, WaitGraph graph)
    {
        var say = context.Phrases;
        int unknown = graph.LockWaits - graph.Known;
        string answer = graph.LockWaits == 0
            ? say.Say($"No. {say.Count(graph.Waiting, "goroutine")} waited at the trace's end, and none for a lock.")
            : unknown == 0 ? say.Say($"No. {say.Count(graph.LockWaits, "goroutine")} waited for a lock at the trace's end, and none of those who have these locks waits for one of them.")
            : say.Say($"None is seen. Of {say.Count(graph.LockWaits, "goroutine")} that waited for a lock at the trace's end, the trace does not tell of {unknown} who has it.");
        bool isOld = unknown > 0 && context.Info.RecordsByKind[(int)EventKind.GoWaitsOn] == 0;
        return Answer(context, isOld ? Severity.NotApplicable : Severity.Ok, 0, answer) with
        {
            Evidence = [say.Text("Circles are found among locks, whose holder a trace can name. Who would have to send to a channel or to signal, it cannot.")],
            Fixes = isOld ? [say.Text("Update GmpTrace.Runtime in the target: the recorded one does not tell who has a lock.")] : [],
            Confidence = context.Info.HasLosses ? Confidence.Low : unknown > 0 ? Confidence.Medium : Confidence.High,
        };
    }

    private Finding Circle(QuestionContext context, WaitGraph graph, long least)
    {
        var (model, say) = (context.Model, context.Phrases);
        var cycle = graph.Cycles.FirstOrDefault(c => model.Duration - c.ClosedAt >= least) ?? graph.Cycles[0];
        long lasted = model.Duration - cycle.ClosedAt;
        var first = cycle.Edges[0];
        string since = cycle.ClosedAt <= model.Start ? say.Text("since before the recording began") : say.Say($"since {Wording.Moment(cycle.ClosedAt)}");
        string who = cycle.Edges.Count == 1
            ? say.Say($"{Wording.Who(first.Waiter)} waits {since} for a lock that it has itself: {Lock(first)}.")
            : say.Say($"{say.Count(cycle.Edges.Count, "goroutine")} wait for each other {since}: {string.Join(say.Text("; "), cycle.Edges.Take(EdgesShown).Select(e => Short(say, e)))}.");
        string behind = cycle.Behind.Count == 0 ? "" : " " + say.Say($"Behind them: {say.Count(cycle.Behind.Count, "more goroutine")}.");
        bool isSure = lasted >= least;
        bool isLoose = cycle.Edges.Any(e => e.IsLoose);
        var severity = !isSure ? Severity.Info : isLoose ? Severity.Warning : Severity.Critical;
        return Answer(context, severity, severity switch { Severity.Critical => 95, Severity.Warning => 60, _ => 25 },
            isSure ? say.Say($"Yes. {who}{behind}") : say.Say($"Perhaps, for the last {Wording.Duration(lasted)} of the trace. {who}{behind}")) with
        {
            Evidence = [.. Evidence(context, graph, cycle, isLoose)],
            Why = say.Text("A lock goes on to the next one only when its holder unlocks it, and a holder that waits does not run. No P is kept from work and no thread stands still, so nothing looks busy: "
                + "these goroutines are parked for ever, and so is everyone who needs one of their locks."),
            Fixes = cycle.Edges.Count == 1 ? FixesOfSelf(say) : FixesOfCircle(say),
            Confidence = context.Info.HasLosses ? Confidence.Low : isLoose || !isSure ? Confidence.Medium : Confidence.High,
            LookCloser = "dotnet gmp-trace dump -p PID",
            Goroutines = [.. cycle.Edges.Select(e => Named(context, e.Waiter, "deadlocked")), .. cycle.Behind.Take(BehindShown).Select(g => Named(context, g, "behind"))],
            Window = new TimeWindow(Math.Max(0, cycle.ClosedAt), model.Duration),
            Source = first.Waiter.CreatedAt,
            Tables = [Edges(context, cycle.Edges.Concat(cycle.Behind.Take(BehindShown).Select(graph.EdgeOf)), Math.Max(0, cycle.Behind.Count - BehindShown))],
        };
    }

    private static IEnumerable<string> Evidence(QuestionContext context, WaitGraph graph, WaitCycle cycle, bool isLoose)
    {
        var (model, say) = (context.Model, context.Phrases);
        foreach (var edge in cycle.Edges.Take(EdgesShown))
            yield return say.Say($"{Wording.Who(edge.Waiter)} has waited {Since(model, edge.Waiter)} for {Lock(edge)}, which {Wording.Who(edge.Holder)} locked last.");
        if (isLoose)
            yield return say.Text("One of them is a semaphore of one: if another goroutine than its holder is to release it, this is no deadlock.");
        if (cycle.Behind.Count > 0)
        {
            var worst = cycle.Behind.MinBy(g => g.StatusSince)!;
            yield return say.Say($"Who has waited behind them longest is {Wording.Who(worst)}, {Since(model, worst)}.");
        }
        foreach (var group in Parents(model, graph.Stuck()).Take(OthersShown))
            yield return say.Say($"{Wording.Who(group)} waits for a wait group, and every goroutine that it started and that has not ended is stuck there: probably it waits for them.");
        foreach (var other in graph.Cycles.Where(c => c != cycle).Take(OthersShown))
            yield return say.Say($"Another circle: {string.Join(say.Text("; "), other.Edges.Take(EdgesShown).Select(e => Short(say, e)))}.");
        if (graph.Cycles.Count > OthersShown + 1)
            yield return say.Say($"There are {say.Count(graph.Cycles.Count - OthersShown - 1, "more circle")}.");
    }

    private static IReadOnlyList<string> FixesOfCircle(Phrases say) =>
    [
        say.Text("Take the locks in the same order everywhere, for example by an id of what they protect. It costs nothing at run time."),
        say.Text("Take one lock at a time: copy what is needed, unlock, and go on. Or protect both things by one lock, which costs parallelism."),
        say.Text("Where an order is impossible, wait with a token, `await mutex.Lock(token)`, give back what is held when it is canceled, and try again."),
    ];

    private static IReadOnlyList<string> FixesOfSelf(Phrases say) =>
    [
        say.Text("Lock it once: split the method into one that locks and one that is called with the lock in hand. These locks are not reentrant, as in Go."),
        say.Text("Look for a path that leaves without unlocking, as a return or an exception does: `using (await mutex.Lock())` has none."),
    ];

    private Finding LostIn(QuestionContext context, WaitGraph graph)
    {
        var (model, say) = (context.Model, context.Phrases);
        var lost = graph.Lost[0];
        var first = lost.Waiters[0];
        string name = $"{first.WaitingFor.Text()} #{lost.LockId}";
        return Answer(context, Severity.Warning, 65,
            say.Say($"Most likely. {Wording.Who(lost.Holder)} locked {name} last and has ended; {say.Count(lost.Waiters.Count, "goroutine")} had to wait for it since, the first for {Since(model, first)}.")) with
        {
            Evidence =
            [
                .. lost.Waiters.Take(OthersShown).Select(w => say.Say($"{Wording.Who(w)} has waited {Since(model, w)}.")),
                .. graph.Lost.Skip(1).Take(OthersShown).Select(l => say.Say($"Also {say.Count(l.Waiters.Count, "goroutine")} for lock #{l.LockId}, which {Wording.Who(l.Holder)} locked last.")),
                say.Text("One goroutine may lock and another unlock: if one is meant to, that one has not done so yet."),
            ],
            Why = say.Text("A goroutine that ends with a lock in hand leaves it locked. Nobody notices before the next one wants it, and that one waits for ever."),
            Fixes =
            [
                say.Text("Unlock on every way out, exceptions too: `using (await mutex.Lock())`, `using (await semaphore.Acquire())`."),
                say.Text("If another goroutine is to unlock, make sure that it does so when this one ends early."),
            ],
            Confidence = context.Info.HasLosses ? Confidence.Low : Confidence.Medium,
            LookCloser = "dotnet gmp-trace dump -p PID",
            Goroutines = [Named(context, lost.Holder, "ended with the lock"), .. lost.Waiters.Take(BehindShown).Select(w => Named(context, w, "waits"))],
            Window = new TimeWindow(Math.Max(0, first.StatusSince), model.Duration),
            Source = lost.Holder.CreatedAt ?? first.CreatedAt,
        };
    }

    private Finding EverybodyWaits(QuestionContext context, Asleep asleep)
    {
        var say = context.Phrases;
        bool ended = context.Info.IsTruncated || context.Info.IsRepaired;
        string groups = string.Join(say.Text("; "), asleep.Groups.Take(OthersShown).Select(g => say.Say($"{say.Count(g.Count, "goroutine")} created at {g.Site} ({g.Reason.Text()})")));
        return Answer(context, ended ? Severity.Critical : Severity.Info, ended ? 85 : 20, ended
            ? say.Say($"Most likely. When the recording broke off, every goroutine had waited for another one for {Wording.Duration(asleep.LastedNs)}: {groups}.")
            : say.Say($"Perhaps. For {Wording.Duration(asleep.LastedNs)} every goroutine has waited for another one: {groups}. A timer's channel or a thread outside may still wake one.")) with
        {
            Why = say.Text("Where every goroutine waits for another one, none is left that could wake any. The runtime sees that at once and ends the process with \"all goroutines are asleep - deadlock!\", "
                + "unless it was told that threads outside wake goroutines."),
            Fixes = ended
                ?
                [
                    say.Text("Read what the target wrote to its standard error: the runtime prints every goroutine with its stack there."),
                    say.Text("Look for a channel that is never closed, or a WaitGroup whose Done is not called on every way out."),
                ]
                : [],
            Confidence = Confidence.Medium,
            LookCloser = "dotnet gmp-trace dump -p PID",
            Goroutines = [.. asleep.Groups.Take(OthersShown).Select(g => Named(context, g.Example, "waits"))],
            Window = new TimeWindow(Math.Max(0, context.Model.Duration - asleep.LastedNs), context.Model.Duration),
            Source = asleep.Groups[0].Example.CreatedAt,
        };
    }

    // Who waits for a wait group of which every one who may be counted in it is stuck. An inference: a trace does not tell who is counted.
    private static IEnumerable<GoroutineInfo> Parents(TraceModel model, HashSet<GoroutineInfo> stuck)
    {
        var waiting = model.Goroutines.Where(g => g is { Status: GoStatus.Waiting, WaitingFor: WaitReason.WaitGroupWait }).ToList();
        if (waiting.Count == 0)
            yield break;
        var living = model.Goroutines.Where(g => g.Parent > 0 && g.Status != GoStatus.Dead).ToLookup(g => (g.Scheduler, g.Parent));
        foreach (var g in waiting)
        {
            var started = living[(g.Scheduler, g.Id)].ToList();
            if (started.Count > 0 && started.TrueForAll(stuck.Contains))
                yield return g;
        }
    }

    private static FindingTable Edges(QuestionContext context, IEnumerable<WaitEdge> edges, int more)
    {
        var (model, say) = (context.Model, context.Phrases);
        return new(say.Text("Who waits for whom"), "waits",
            [
                new(say.Text("goroutine"), CellKind.Text, "goroutine"), new(say.Text("waits for"), CellKind.Text, "waitsFor"), new(say.Text("lock"), CellKind.Count, "lock"),
                new(say.Text("held by"), CellKind.Text, "holder"), new(say.Text("for"), CellKind.Duration, "waitNs"),
            ],
            [.. edges.Select(e => (Cell[])[Wording.Who(e.Waiter), e.Waiter.WaitingFor.Text(), e.Waiter.WaitsOnId, Wording.Who(e.Holder), model.Duration - e.Waiter.StatusSince])])
        { MoreRows = more };
    }

    private static FindingGoroutine Named(QuestionContext context, GoroutineInfo g, string role) =>
        FindingGoroutine.Of(g, role) with { WaitNs = g.Status == GoStatus.Waiting ? context.Model.Duration - g.StatusSince : null };

    private static string Lock(WaitEdge edge) => $"{edge.Waiter.WaitingFor.Text()} #{edge.Waiter.WaitsOnId}";

    private static string Short(Phrases say, WaitEdge edge) => say.Say($"{Wording.Who(edge.Waiter)} for {Lock(edge)}, held by {edge.Holder.Label}");

    private static string Since(TraceModel model, GoroutineInfo g) => Wording.Duration(model.Duration - g.StatusSince);
}
