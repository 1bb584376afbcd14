using Gmp.Analysis.Language;
using Gmp.Analysis.Model;
using Gmp.Analysis.Questions.Hosts;
using Gmp.Analysis.Questions.Scheduling;
using Gmp.Analysis.Questions.Waiting;

namespace Gmp.Analysis.Questions;

/// <summary>GMP202: who was runnable and not running, how long, behind whom? Waits that a goroutine asked for by a yield are no starvation.</summary>
public sealed class StarvationQuestion : Question
{
    private const int WaitsShown = 10, SitesShown = 10, SentencesShown = 3;

    /// <summary>As GMP201: so many slices of others must lie behind the waits, or it is a program that is compiled while it runs for the first time.</summary>
    private const int LeastSlices = 5;

    private static readonly Threshold s_long = new("GMP202.longWaitMs", 5,
        "From how long on a wait behind one goroutine, or behind a system call that keeps its P, is too long: half a slice. The scheduler itself takes a P away after a whole one, so without a hog nobody waits longer behind one goroutine.");

    private static readonly Threshold s_queue = new("GMP202.queueWaitMs", 100,
        "From how long on a wait in a queue of goroutines that all run shortly is too long: a tenth of a second, which a person notices. Shorter ones are what a batch of work brings.");

    /// <inheritdoc/>
    public override string Id => "GMP202";

    /// <inheritdoc/>
    public override string Text => "Who was runnable and not running, how long, behind whom?";

    /// <inheritdoc/>
    public override IReadOnlyList<Threshold> Thresholds => [s_long, s_queue];

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var say = context.Phrases;
        var search = context.Shared(c => WaitSearch.Run(c.Trace, c.Shared(h => HostUse.Of(h.Model))));
        long starts = new SchedulerTotals(context.Model).Starts;
        if (starts == 0 && search.Waits.Count == 0)
            return Answer(context, Severity.NotApplicable, 0, say.Text("No goroutine began to run while this was recorded."));

        long longNs = (long)(context.Thresholds[s_long] * 1e6), queueNs = (long)(context.Thresholds[s_queue] * 1e6);
        bool IsBad(LongWait w) => w.Behind switch
        {
            Behind.Hog or Behind.Call or Behind.OwnRun => w.Wait.Length >= longNs,
            Behind.Queue => w.Wait.Length >= queueNs,
            _ => false,
        };
        var bad = search.Long.Where(IsBad).ToList();
        // Those behind one and the same run are one cause.
        long behindNs = bad.Where(w => w.Behind != Behind.Queue).GroupBy(w => (w.Blocker, w.Run)).Sum(r => r.Key.Run.End - r.Key.Run.Start);
        bool isFound = bad.Exists(w => w.Behind == Behind.Queue) || (bad.Count > 0 && behindNs >= LeastSlices * search.SliceNs(context.Model.Goroutines[bad[0].Wait.Goroutine].Scheduler));
        var worst = isFound ? bad[0] : search.Long is [var first, ..] ? first : null;
        var severity = isFound ? Severity.Warning : worst is not null && worst.Wait.Length >= longNs && worst.Behind != Behind.Unknown ? Severity.Info : Severity.Ok;

        string how = say.Say($"Of {say.Count(Math.Max(starts, search.Waits.Count), "start")}, {Wording.Percent(Math.Min(1, (double)search.Waits.Count / Math.Max(1, Math.Max(starts, search.Waits.Count))))} came after a wait of 1 us or more; these took {Wording.Duration(search.Waits.Median)} at the median, {Wording.Duration(search.Waits.Quantile(0.99))} for one in a hundred and {Wording.Duration(search.Waits.Longest)} at worst.");
        string answer = worst is null ? say.Text("Nobody: every goroutine ran within 1 us of being runnable.")
            : !isFound ? $"{(severity == Severity.Ok ? say.Text("Nobody for long.") : say.Text("Some waited for long."))} {Told(context, worst)} {how}"
            : $"{say.Say($"{say.Count(bad.Select(w => w.Wait.Goroutine).Distinct().Count(), "goroutine")} waited too long for a P, {say.Count(bad.Count, "time")}.")} {Told(context, worst)} {how}";
        return Answer(context, severity, Score(severity, worst), answer) with
        {
            Evidence = [.. Evidence(context, search, bad)],
            Why = isFound || severity == Severity.Info
                ? say.Text("A runnable goroutine stands in the queue of a P, or in the global queue. It runs when those before it have come to a scheduling point and a thread with a P takes it; until then only another P that has nothing to do can take it from there.")
                : "",
            Fixes = isFound ? Fixes(say, bad) : [],
            Confidence = context.Info.HasLosses ? Confidence.Low : Confidence.High,
            Goroutines = isFound ? [.. Victims(context.Model, bad)] : [],
            Processors = worst is { Wait.Queue: >= 0 } ? [worst.Wait.Queue] : [],
            Window = worst is null || severity == Severity.Ok ? null : new TimeWindow(Math.Max(0, worst.Wait.Start), worst.Wait.End),
            Source = isFound && bad[0].Blocker >= 0 ? context.Model.Goroutines[bad[0].Blocker].CreatedAt : null,
            Tables = [Worst(context, search, isFound ? bad : search.Long), Sites(say, search)],
            Figures = search.Waits.Count == 0 ? [] : [new HistogramFigure(say.Text("How long goroutines were runnable before they ran"), "runnableWaits", CellKind.Duration, search.Waits.Histogram())],
            LookCloser = worst is null || severity == Severity.Ok ? "" : $"dotnet gmp-trace view FILE --at {(Math.Max(0, worst.Wait.Start) / 1e9).ToString("0.###", System.Globalization.CultureInfo.InvariantCulture)}s",
        };
    }

    private static int Score(Severity severity, LongWait? worst) => severity switch
    {
        Severity.Warning => 45 + (int)Math.Min(30, worst!.Wait.Length / 10e6),
        Severity.Info => 15,
        _ => 0,
    };

    private static string Told(QuestionContext context, LongWait wait)
    {
        var (say, model) = (context.Phrases, context.Model);
        return say.Say($"The longest of these waits: {Wording.Who(model.Goroutines[wait.Wait.Goroutine])} for {Wording.Duration(wait.Wait.Length)} from {Wording.Moment(wait.Wait.Start)} on, in {Queue(say, wait.Wait)}, {Cause(context, wait)}.");
    }

    private static string Queue(Phrases say, in RunnableWait wait) => wait.Queue switch
    {
        RunnableWait.Global => say.Text("the global queue"),
        >= 0 => say.Say($"the queue of P{wait.Queue}"),
        _ => say.Text("a queue that the trace does not name"),
    };

    private static string Cause(QuestionContext context, LongWait wait)
    {
        var (say, model) = (context.Phrases, context.Model);
        string who = wait.Blocker >= 0 ? Wording.Who(model.Goroutines[wait.Blocker]) : "";
        return wait.Behind switch
        {
            Behind.Hog => say.Say($"behind {who}, which computed for {Wording.Duration(wait.BlockerNs)} of it"),
            Behind.Call => say.Say($"behind {who}, whose system call kept the P for {Wording.Duration(wait.BlockerNs)} of it"),
            Behind.LateSysmon => say.Say($"behind {who}, whose system call kept the P for {Wording.Duration(wait.BlockerNs)} of it: sysmon, which takes it from such a call within some ms, had no CPU most likely"),
            Behind.OwnRun => say.Say($"behind {who}, whose run went on for {Wording.Duration(wait.BlockerNs)} of it while threads hardly waited for a CPU: it computed, or was in a call that the scheduler was not told of"),
            Behind.LongRun => say.Say($"behind {who}, whose run went on for {Wording.Duration(wait.BlockerNs)} of it: that its thread was on a CPU for that long is not shown"),
            Behind.Queue => say.Say($"behind {say.Count(wait.Runs, "run")} of others, none of which took half of it"),
            Behind.Wake => say.Say($"while a P was idle for {Wording.Duration(wait.IdleNs)} of it and a thread had to be woken"),
            Behind.Thread => say.Text("while the thread that held the P ran nobody: most likely it had no CPU"),
            Behind.Pause => say.Text("while the runtime had stopped all threads"),
            _ => say.Text("and the trace does not say behind whom"),
        };
    }

    private static IEnumerable<string> Evidence(QuestionContext context, WaitSearch search, List<LongWait> bad)
    {
        var say = context.Phrases;
        var waits = search.Waits;
        if (waits.Count == 0)
            yield break;
        long total = Math.Max(1, waits.Sum);
        yield return say.Say($"Goroutines waited for a P for {Wording.Duration(waits.Sum)} in all. For {Wording.Percent((double)search.Wakes.Sum / total)} of that a P was idle, and a thread had to be woken or to look; the rest is time in queues while every P was at work.");
        yield return say.Say($"They were runnable since they had been created {say.Count(search.ByCause[(int)RunnableCause.Created], "time")}, since what they waited for came {say.Count(search.ByCause[(int)RunnableCause.Unblocked], "time")}, since their slice was over {say.Count(search.ByCause[(int)RunnableCause.Preempted], "time")}, and since they came out of a system call {say.Count(search.ByCause[(int)RunnableCause.Syscall], "time")}.");
        if (search.Yields.Count > 0)
            yield return say.Say($"{say.Count(search.Yields.Count, "wait")} more came after a yield, {Wording.Duration(search.Yields.Median)} at the median and {Wording.Duration(search.Yields.Longest)} at worst: they are asked for and do not count.");
        foreach (var group in bad.Where(w => w.Blocker >= 0 && w.Behind != Behind.Queue).GroupBy(w => (w.Behind, context.Model.Goroutines[w.Blocker].Account)).OrderByDescending(g => g.Sum(w => w.Wait.Length)).Take(SentencesShown))
        {
            var blocker = context.Model.Goroutines[group.MaxBy(w => w.Wait.Length)!.Blocker];
            yield return say.Say($"Behind {Wording.Who(blocker)}: {say.Count(group.Count(), "wait")} of {say.Count(group.Select(w => w.Wait.Goroutine).Distinct().Count(), "goroutine")}, {Wording.Duration(group.Sum(w => w.Wait.Length))} in all.");
        }
        if (search.LookedAtFrom > 0)
            yield return say.Say($"Only waits from {Wording.Duration(search.LookedAtFrom)} on were looked at one by one.");
    }

    private static string[] Fixes(Phrases say, List<LongWait> bad)
    {
        var fixes = new List<string>();
        if (bad.Exists(w => w.Behind == Behind.Hog))
            fixes.Add(say.Text("Give the goroutine that computes scheduling points: GMP201 names it and its code."));
        if (bad.Exists(w => w.Behind is Behind.Call or Behind.OwnRun))
            fixes.Add(say.Text("Wrap calls that take long in `Blocking(() => ...)`: the P goes on with others at once. GMP103 names them."));
        if (bad.Exists(w => w.Behind == Behind.Queue))
        {
            fixes.Add(say.Text("There is more to do than these Ps can: more Ps help while CPUs are free (GMP305); beyond that only less work, or a limit on how much is taken on at the same time, shortens the queue."));
        }
        return [.. fixes];
    }

    private static IEnumerable<FindingGoroutine> Victims(TraceModel model, List<LongWait> bad) =>
        bad.Where(w => w.Blocker >= 0 && w.Behind != Behind.Queue).GroupBy(w => w.Blocker).OrderByDescending(g => g.Sum(w => w.Wait.Length)).Take(SentencesShown)
            .Select(g => FindingGoroutine.Of(model.Goroutines[g.Key], "blocker"))
            .Concat(bad.GroupBy(w => w.Wait.Goroutine)
                .Select(g => FindingGoroutine.Of(model.Goroutines[g.Key], "victim") with { WaitNs = g.Sum(w => w.Wait.Length), LongestWaitNs = g.Max(w => w.Wait.Length), Waits = g.Count() })
                .OrderByDescending(g => g.WaitNs));


    private static FindingTable Worst(QuestionContext context, WaitSearch search, IReadOnlyList<LongWait> waits)
    {
        var (say, model) = (context.Phrases, context.Model);
        return new FindingTable(say.Text("The longest waits"), "longestWaits",
            [
                new(say.Text("goroutine"), CellKind.Text, "goroutine"), new(say.Text("waited"), CellKind.Duration, "waitNs"), new(say.Text("from"), CellKind.Moment, "startNs"),
                new(say.Text("in"), CellKind.Text, "queue"), new(say.Text("readied by"), CellKind.Text, "waker"), new(say.Text("runs meanwhile"), CellKind.Count, "runs"), new(say.Text("why"), CellKind.Text, "cause"),
            ],
            [.. waits.Take(WaitsShown).Select(w => (Cell[])
                [
                    Wording.Who(model.Goroutines[w.Wait.Goroutine]), w.Wait.Length, Math.Max(0, w.Wait.Start), Queue(say, w.Wait),
                    w.Wait.Waker >= 0 ? model.Goroutines[w.Wait.Waker].Label : "", w.Runs, Cause(context, w),
                ])])
        {
            MoreRows = Math.Max(0, (int)Math.Min(int.MaxValue, search.Waits.Count) - WaitsShown),
        };
    }

    private static FindingTable Sites(Phrases say, WaitSearch search) =>
        new(say.Text("Waits by creation site"), "waitsBySite",
            [
                new(say.Text("created at"), CellKind.Text, "site"), new(say.Text("waits"), CellKind.Count, "waits"), new(say.Text("in all"), CellKind.Duration, "totalNs"),
                new(say.Text("mean"), CellKind.Duration, "meanNs"), new(say.Text("longest"), CellKind.Duration, "longestNs"), new(say.Text("while a P was idle"), CellKind.Duration, "idleNs"),
            ],
            [.. search.Sites.OrderByDescending(s => s.Value.TotalNs).Take(SitesShown).Select(s => (Cell[])
                [
                    s.Key.Site is { } site ? (s.Key.Name.Length > 0 ? $"{s.Key.Name} ({site.Short})" : site.Short) : say.Text("not known"), s.Value.Count, s.Value.TotalNs,
                    s.Value.TotalNs / Math.Max(1, s.Value.Count), s.Value.Longest.Length, s.Value.IdleNs,
                ])])
        {
            MoreRows = Math.Max(0, search.Sites.Count - SitesShown),
        };
}
