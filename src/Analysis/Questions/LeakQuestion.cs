using System.Globalization;
using Gmp.Analysis.Language;
using Gmp.Analysis.Questions.Deadlocks;
using Gmp.Analysis.Questions.Leaks;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions;

/// <summary>
/// GMP105: which goroutines leaked? Groups, by creation site and reason, of goroutines that wait for longer than their like lives and that become more. A parked worker
/// waits as long; what tells it apart is that it is one of few, which came at once and become no more.
/// </summary>
public sealed class LeakQuestion : Question
{
    private const int GroupsShown = 5, ExamplesShown = 3, PointsShown = 60;

    // More than half of all, and so many that their memory counts.
    private const int ManyGoroutines = 10_000;

    // Of a site that leaks one in so many, it is the leak and not the rest that is told of.
    private const double LeastEnded = 0.05;

    private static readonly Threshold s_least = new("GMP105.leastGoroutines", 10, "How many goroutines of a site must be left. Fewer are not told from workers.");

    private static readonly Threshold s_wait = new("GMP105.leastWaitMs", 100, "How long a goroutine must have waited. Less is a matter of its turn.");

    private static readonly Threshold s_lives = new("GMP105.lives", 5,
        "... and how many times as long as the longest-lived goroutine of the same site that ended in the trace.");

    private static readonly Threshold s_seconds = new("GMP105.leastSeconds", 1, "In a trace shorter than this, nothing is called a leak: growth needs time to show.");

    /// <inheritdoc/>
    public override string Id => "GMP105";

    /// <inheritdoc/>
    public override string Text => "Which goroutines leaked?";

    /// <inheritdoc/>
    public override IReadOnlyList<Threshold> Thresholds => [s_least, s_wait, s_lives, s_seconds];

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (model, say) = (context.Model, context.Phrases);
        if (model.Goroutines.Count == 0)
            return Answer(context, Severity.NotApplicable, 0, say.Text("The trace knows no goroutine."));
        var stuck = context.Shared(c => WaitGraph.Of(c.Model)).Stuck();
        var groups = LeakGroup.Find(model, (long)(context.Thresholds[s_wait] * 1e6), context.Thresholds[s_lives], stuck.Contains);
        bool isShort = model.Length < context.Thresholds[s_seconds] * 1e9;
        var leaks = groups.Where(g => g.Grows && g.Born.Count >= context.Thresholds[s_least]).ToList();
        if (leaks.Count == 0)
            return None(context, groups, stuck.Count, isShort);
        return Leak(context, leaks.Find(EndsElse) ?? leaks[0], leaks, stuck.Count, isShort);
    }

    // Its like end: then those that do not are the exception. Where none ends, they may be meant to live.
    private static bool EndsElse(LeakGroup group) => group.Lives >= LeastEnded * group.Born.Count;

    private Finding Leak(QuestionContext context, LeakGroup worst, List<LeakGroup> leaks, int stuck, bool isShort)
    {
        var (model, say) = (context.Model, context.Phrases);
        bool isLeak = EndsElse(worst) && !isShort;
        int alive = model.Goroutines.Count(g => g.Status is not (GoStatus.Dead or GoStatus.Idle));
        var severity = !isLeak ? Severity.Info : worst.Count >= ManyGoroutines && worst.Count > alive / 2 ? Severity.Critical : Severity.Warning;
        string site = Site(worst);
        string rate = Number(worst.PerSecond);
        string answer = isLeak
            ? say.Say($"{say.Count(worst.Count, "goroutine")} created at {site} wait ({worst.Reason.Text()}) and have not run again; {rate} more of them come each second.")
            : say.Say($"Perhaps {say.Count(worst.Count, "goroutine")} created at {site}: they wait ({worst.Reason.Text()}), and {rate} more of them come each second.");
        return Answer(context, severity, severity switch { Severity.Critical => 85, Severity.Warning => 60, _ => 25 }, answer) with
        {
            Evidence = [.. Evidence(context, worst, alive, isShort), .. Others(context, leaks, worst), .. Stuck(say, stuck)],
            Why = say.Text("A goroutine that waits for what never comes lives as long as the process: nobody can end it from outside, and what it refers to is never collected. It costs no CPU, so nothing shows it but the memory, which grows."),
            Fixes = Fixes(say, worst.Reason),
            Confidence = context.Info.HasLosses || isShort ? Confidence.Low : !isLeak ? Confidence.Low : worst.IsPrivate ? Confidence.High : Confidence.Medium,
            LookCloser = "dotnet gmp-trace dump -p PID",
            Goroutines = [.. worst.Born.Take(ExamplesShown).Select(g => FindingGoroutine.Of(g, "leaked") with { WaitNs = model.Duration - g.StatusSince })],
            Source = worst.Site.Site,
            Window = new TimeWindow(worst.Born[0].CreatedTime ?? 0, model.Duration),
            Tables = [Groups(context, leaks)],
            Figures = [Growth(context, worst)],
        };
    }

    private static IEnumerable<string> Evidence(QuestionContext context, LeakGroup worst, int alive, bool isShort)
    {
        var (model, say) = (context.Model, context.Phrases);
        if (worst.Site.Site is { } site)
            yield return say.Say($"The creation site is {site.File}:{site.Line}.");
        yield return say.Say($"They came throughout the trace, the first of those that it saw created at {Wording.Moment(worst.Born[0].CreatedTime!.Value)} and the last that counts at {Wording.Moment(worst.Born[^1].CreatedTime!.Value)}. One counts from {Wording.Duration(worst.LeastAgeNs)} of waiting on.");
        if (worst.Lives > 0)
            yield return say.Say($"{say.Count(worst.Lives, "goroutine")} of the same site were created and ended in the trace, the longest-lived after {Wording.Duration(worst.LongestLifeNs)}.");
        else
            yield return say.Text("No goroutine of this site ended in the trace, so they may be meant to live: one for each client that stays, for example.");
        if (worst.IsPrivate)
            yield return say.Text("Each waits on something of its own, on which nobody else has waited in this trace.");
        else if (worst.Objects > 0)
            yield return say.Say($"They wait on {say.Count(worst.Objects, "object")}.");
        if (worst.Older > 0)
            yield return say.Say($"{say.Count(worst.Older, "goroutine")} of them waited before the recording began.");
        yield return say.Say($"Of all that were alive at the trace's end ({say.Count(alive, "goroutine")}) these are {Wording.Percent((double)worst.Count / Math.Max(1, alive))}.");
        if (isShort)
            yield return say.Say($"The trace covers {Wording.Duration(model.Length)}: too little to be sure that this goes on.");
    }

    private static IEnumerable<string> Others(QuestionContext context, List<LeakGroup> leaks, LeakGroup worst)
    {
        var say = context.Phrases;
        foreach (var other in leaks.Where(l => l != worst).Take(ExamplesShown))
            yield return say.Say($"Also {say.Count(other.Count, "goroutine")} created at {Site(other)} ({other.Reason.Text()}), {Number(other.PerSecond)} more each second.");
    }

    private static IEnumerable<string> Stuck(Phrases say, int stuck)
    {
        if (stuck > 0)
            yield return say.Say($"Not counted here is who waits in or behind a deadlock, {say.Count(stuck, "goroutine")}: see GMP106.");
    }

    private Finding None(QuestionContext context, List<LeakGroup> groups, int stuck, bool isShort)
    {
        var (model, say) = (context.Model, context.Phrases);
        var largest = groups.MaxBy(g => g.Count);
        string parked = largest is null && stuck > 0 ? say.Say($"what has waited for long does so in or behind a deadlock ({say.Count(stuck, "goroutine")}, see GMP106)")
            : largest is null ? say.Text("no goroutine has waited for long")
            : say.Say($"the largest group of long waits is that of {say.Count(largest.Count, "goroutine")} created at {Site(largest)} ({largest.Reason.Text()}), and it does not grow");
        var evidence = new List<string>(largest is null ? [] : Stuck(say, stuck));
        if (largest is { Older: > 0 })
            evidence.Add(say.Say($"Since before the recording began: {say.Count(groups.Sum(g => g.Older), "goroutine")}. Workers and what was left behind earlier look alike."));
        return isShort
            ? Answer(context, Severity.NotApplicable, 0, say.Say($"The trace covers {Wording.Duration(model.Length)}, too little to see growth: {parked}.")) with
            {
                Evidence = evidence,
                Fixes = [say.Text("Record for some seconds under load (--duration 10s).")],
                Confidence = Confidence.Low,
            }
            : Answer(context, Severity.Ok, 0, say.Say($"None is seen: {parked}.")) with
            {
                Evidence = evidence,
                Confidence = context.Info.HasLosses ? Confidence.Low : largest is { Older: > 0 } ? Confidence.Medium : Confidence.High,
                Tables = groups.Count > 0 ? [Groups(context, groups)] : [],
            };
    }

    private static IReadOnlyList<string> Fixes(Phrases say, WaitReason reason) => reason switch
    {
        WaitReason.ChanSend =>
        [
            say.Text("Give the channel room for what a late sender brings, `new Chan<T>(1)`: then it finds room and ends. It costs one slot for each request."),
            say.Text("Send with a token, `await chan.Send(value, token)`, that is canceled when nobody will receive any more."),
        ],
        WaitReason.ChanReceive =>
        [
            say.Text("Close the channel when nothing more will come: receivers then go on. Only senders may close it."),
            say.Text("Receive with a token, or in a select with a channel that says that it is over."),
        ],
        WaitReason.MutexLock or WaitReason.RWMutexLock or WaitReason.RWMutexRLock or WaitReason.SemAcquire =>
        [
            say.Text("Look for who has the lock and never gives it back: `using (await mutex.Lock())` leaves no way out without an unlock."),
        ],
        WaitReason.ForeignAwait =>
        [
            say.Text("Await the foreign task with a token or a timeout, `await task.WaitAsync(timeout)`: a task that never completes keeps its goroutine for ever."),
        ],
        _ =>
        [
            say.Text("Give each wait an end: a token, a timeout case in the select, or a channel that is closed when it is over."),
        ],
    };

    private static FindingTable Groups(QuestionContext context, List<LeakGroup> groups)
    {
        var say = context.Phrases;
        return new(say.Text("Goroutines that have waited for long"), "groups",
            [
                new(say.Text("created at"), CellKind.Text, "site"), new(say.Text("waits for"), CellKind.Text, "reason"), new(say.Text("goroutines"), CellKind.Count, "goroutines"),
                new(say.Text("of them new"), CellKind.Count, "born"), new(say.Text("more each second"), CellKind.Count, "perSecond"), new(say.Text("ended of that site"), CellKind.Count, "ended"),
                new(say.Text("longest life"), CellKind.Duration, "longestLifeNs"),
            ],
            [.. groups.Take(GroupsShown).Select(g => (Cell[])[Site(g), g.Reason.Text(), g.Count, g.Born.Count, Math.Round(g.Grows ? g.PerSecond : 0, 1), g.Lives, g.LongestLifeNs])])
        { MoreRows = Math.Max(0, groups.Count - GroupsShown) };
    }

    private static SeriesFigure Growth(QuestionContext context, LeakGroup group)
    {
        var say = context.Phrases;
        int step = Math.Max(1, group.Born.Count / PointsShown);
        var points = new List<(long, double)>();
        for (int i = 0; i < group.Born.Count; i += step)
            points.Add((group.Born[i].CreatedTime!.Value, group.Older + i + 1));
        points.Add((group.Born[^1].CreatedTime!.Value, group.Count));
        return new SeriesFigure(say.Text("Goroutines left behind"), "leaked", CellKind.Count, [new FigureSeries(Site(group), points)]);
    }

    private static string Site(LeakGroup group) => Wording.Place(group.Site.Site);

    private static string Number(double number) => number.ToString(number < 10 ? "0.#" : "#,0", CultureInfo.InvariantCulture);
}
