using Gmp.Analysis.Language;
using Gmp.Analysis.Questions.Hosts;
using Gmp.Analysis.Questions.Scheduling;
using Gmp.Analysis.Questions.Waiting;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions;

/// <summary>GMP203: were Ps idle while work was queued? And while one goroutine, for which others waited, had all the work that was left.</summary>
public sealed class IdleQuestion : Question
{
    private const int Shown = 10;

    /// <summary>So many waits for a wake are none by chance.</summary>
    private const int LeastLate = 10;

    private static readonly Threshold s_wake = new("GMP203.wakeMs", 1,
        "From how long on a goroutine that waits while a P is idle waits too long: a sleeping thread is woken and runs within some 50 us, where it gets a CPU.");

    private static readonly Threshold s_alone = new("GMP203.aloneShare", 0.2,
        "The part of the trace in which one goroutine, for which another waits, may run alone while every other P has nothing to do. A fifth of the time on two Ps is a tenth of what they could do.");

    /// <inheritdoc/>
    public override string Id => "GMP203";

    /// <inheritdoc/>
    public override string Text => "Were Ps idle while work was queued?";

    /// <inheritdoc/>
    public override IReadOnlyList<Threshold> Thresholds => [s_wake, s_alone];

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (model, say) = (context.Model, context.Phrases);
        var scan = context.Shared(c => ProcessorScan.Of(c.Model));
        if (new SchedulerTotals(model).Starts == 0)
            return Answer(context, Severity.NotApplicable, 0, say.Text("No goroutine began to run while this was recorded."));
        var search = context.Shared(c => WaitSearch.Run(c.Trace, c.Shared(h => HostUse.Of(h.Model))));
        var host = context.Shared(c => HostUse.Of(c.Model));
        long wakeNs = (long)(context.Thresholds[s_wake] * 1e6);
        var late = search.Long.Where(w => w.Behind == Behind.Wake && w.IdleNs >= wakeNs).OrderBy(w => w.Wait.Start).ToList();
        // Only what the threads' own waits for a CPU cannot explain is the scheduler's.
        long lateNs = Union(late);
        bool isOwn = late.Count >= LeastLate && host.IsQueueKnown && lateNs > 2 * host.QueueNs;
        var stragglers = AloneSearch.Run(model).FirstOrDefault(s => s.TotalNs >= context.Thresholds[s_alone] * model.Length);
        var severity = isOwn || stragglers is not null ? Severity.Warning : late.Count >= LeastLate ? Severity.Info : Severity.Ok;

        string idle = Wording.Percent(scan.Whole.WholeNs == 0 ? 0 : (double)scan.Whole.IdleNs / scan.Whole.WholeNs);
        string wakes = search.Wakes.Count == 0
            ? say.Say($"Nobody was runnable for 1 us or more while a P was idle; Ps were idle for {idle} of their time.")
            : say.Say($"{say.Count(search.Wakes.Count, "time")} a goroutine was runnable while a P was idle, for {Wording.Duration(search.Wakes.Median)} at the median and {Wording.Duration(search.Wakes.Longest)} at worst: so long it takes to wake a thread. Ps were idle for {idle} of their time.");
        string answer = stragglers is not null ? Alone(context, stragglers) + " " + wakes
            : isOwn ? say.Say($"Yes, {say.Count(late.Count, "time")} for {Wording.Duration(wakeNs)} or more. {wakes}")
            : late.Count >= LeastLate ? say.Say($"For moments: {say.Count(late.Count, "time")} for {Wording.Duration(wakeNs)} or more, which is how long threads waited for a CPU. {wakes}")
            : say.Say($"No. {wakes}");
        return Answer(context, severity, severity switch { Severity.Warning => 50, Severity.Info => 12, _ => 0 }, answer) with
        {
            Evidence = [.. Evidence(context, scan, host, stragglers)],
            Why = stragglers is not null
                ? say.Text("A goroutine runs on one P at a time. Once the others that were started with it are done, their Ps find nothing to steal: what is left is one piece, and whoever waits for all of them waits for it.")
                : severity == Severity.Ok ? ""
                : say.Text("A P that went idle is found again by a thread that is woken for it. That takes the time that the system needs to give the thread a CPU."),
            Fixes = stragglers is not null
                ? [
                    say.Text("Cut the long part into pieces of a few ms at most and start a goroutine for each: idle Ps steal them."),
                    say.Text("Start the longest part first, so that the others run beside it."),
                    say.Text("More Ps change nothing while one part takes this long."),
                ]
                : severity == Severity.Warning ? [say.Text("Look at what keeps threads from running: a quota, priorities, a debugger. GMP002 and GMP303 tell what the trace knows of it.")] : [],
            Confidence = context.Info.HasLosses ? Confidence.Low : stragglers is not null || host.IsQueueKnown ? Confidence.High : Confidence.Medium,
            Goroutines = stragglers is null ? []
                : [.. stragglers.Alone.Take(Shown).Select(a => model.Goroutines[a.Goroutine]).Select(g => FindingGoroutine.Of(g, "straggler") with { RunNs = g.RunningTime })],
            Source = stragglers?.Site.Site,
            Window = stragglers is null ? null : WindowOf(context, stragglers),
            Tables = stragglers is null ? [] : [Sum(say, stragglers), Table(context, stragglers)],
            Figures = search.Wakes.Count == 0 ? [] : [new HistogramFigure(say.Text("How long goroutines were runnable while a P was idle"), "wakes", CellKind.Duration, search.Wakes.Histogram())],
            LookCloser = stragglers is null ? "" : $"dotnet gmp-trace view FILE --goroutine {model.Goroutines[stragglers.Alone[0].Goroutine].Id}",
        };
    }

    private static string Alone(QuestionContext context, Stragglers found)
    {
        var (say, model) = (context.Phrases, context.Model);
        var worst = model.Goroutines[found.Alone[0].Goroutine];
        long median = Median(found);
        string who = found.Site.Site is { } site ? say.Say($"{(worst.Name.Length > 0 ? worst.Name : worst.Label)}, created at {site.Short},") : worst.Label;
        return say.Say($"Work was shared out unevenly: {who} ran alone {say.Count(found.Alone.Count, "time")}, for {Wording.Duration(median)} at the median and {Wording.Duration(found.TotalNs)} in all, {Wording.Percent((double)found.TotalNs / Math.Max(1, model.Length))} of the trace, while {say.Count(found.IdleProcessors, "other P had", "other Ps had")} nothing to do and {Wording.Who(found.Parent)} waited.");
    }

    private static IEnumerable<string> Evidence(QuestionContext context, ProcessorScan scan, HostUse host, Stragglers? found)
    {
        var (say, model) = (context.Phrases, context.Model);
        if (found is not null)
            yield return say.Say($"The others that the same goroutine created ran for {Wording.Duration(found.OthersMeanNs)} each at the mean; this one ran for {Wording.Duration(model.Goroutines[found.Alone[0].Goroutine].RunningTime)}.");
        if (scan.Idle.Count > 0)
            yield return say.Say($"Ps were idle {say.Count(scan.Idle.Count, "time")}, for {Wording.Duration(scan.Idle.Median)} at the median and {Wording.Duration(scan.Idle.Longest)} at most.");
        if (scan.Whole.SpinningNs > 0)
            yield return say.Say($"For {Wording.Duration(scan.Whole.SpinningNs)} of the Ps' time a thread looked for work: what was queued then was found without a wake.");
        long locked = new SchedulerTotals(model).Sum(a => a.Handoffs(HandoffReason.LockedThread));
        if (locked > 0)
            yield return say.Say($"{say.Count(locked, "time")} a P had to go on with another thread since its next goroutine is locked to one (LockOSThread): each of these costs a wake.");
        yield return host.IsQueueKnown
            ? say.Say($"Threads that run goroutines waited for a CPU for {Wording.Duration(host.QueueNs)} in all.")
            : say.Text("How long threads waited for a CPU this recording does not tell, so a late wake is put down to nobody.");
    }

    private static long Median(Stragglers found) => found.Alone.Select(a => a.Ns).Order().ElementAt(found.Alone.Count / 2);

    private static FindingTable Sum(Phrases say, Stragglers found) =>
        new(say.Text("Work that one goroutine did alone"), "stragglers",
            [
                new(say.Text("created at"), CellKind.Text, "site"), new(say.Text("goroutines"), CellKind.Count, "goroutines"), new(say.Text("alone at the median"), CellKind.Duration, "medianNs"),
                new(say.Text("alone in all"), CellKind.Duration, "totalNs"), new(say.Text("mean of the others"), CellKind.Duration, "othersMeanNs"),
            ],
            [[found.Site.Site?.Short ?? say.Text("not known"), found.Alone.Count, Median(found), found.TotalNs, found.OthersMeanNs]]);

    private static FindingTable Table(QuestionContext context, Stragglers found)
    {
        var (say, model) = (context.Phrases, context.Model);
        return new FindingTable(say.Text("Goroutines that ran alone"), "alone",
            [new(say.Text("goroutine"), CellKind.Text, "goroutine"), new(say.Text("created"), CellKind.Moment, "createdNs"), new(say.Text("ran"), CellKind.Duration, "runNs"), new(say.Text("of that alone"), CellKind.Duration, "aloneNs")],
            [.. found.Alone.Take(Shown).Select(a => (Cell[])
                [model.Goroutines[a.Goroutine].Label, model.Goroutines[a.Goroutine].CreatedTime is { } created ? (Cell)created : default, model.Goroutines[a.Goroutine].RunningTime, a.Ns])])
        {
            MoreRows = Math.Max(0, found.Alone.Count - Shown),
        };
    }

    private static TimeWindow? WindowOf(QuestionContext context, Stragglers found)
    {
        var all = found.Alone.Select(a => context.Model.Goroutines[a.Goroutine]).ToList();
        return new TimeWindow(all.Min(g => Math.Max(0, g.CreatedTime ?? 0)), Math.Min(context.Model.Duration, all.Max(g => g.Status == GoStatus.Dead ? g.StatusSince : context.Model.Duration)));
    }

    // Several goroutines may wait for one and the same wake.
    private static long Union(List<LongWait> late)
    {
        long sum = 0, end = long.MinValue;
        foreach (var wait in late)
        {
            long from = Math.Max(end, wait.Wait.Start);
            if (wait.Wait.End > from)
                sum += wait.Wait.End - from;
            end = Math.Max(end, wait.Wait.End);
        }
        return sum;
    }
}
