using Gmp.Analysis.Language;
using Gmp.Analysis.Model.Accounts;
using Gmp.Analysis.Questions.Scheduling;
using Gmp.Tracing;

namespace Gmp.Analysis.Questions;

/// <summary>GMP302: how did work stealing do? Who took from whom, how much at a time, how often a search found something, and how long it took.</summary>
public sealed class StealingQuestion : Question
{
    /// <summary>Beyond this many Ps a matrix is no picture any more.</summary>
    private const int MostInMatrix = 64;

    private static readonly Threshold s_vain = new("GMP302.vainSearchShare", 0.25,
        "The share of all Ps' time that Ms may spend looking for work, where more than half of the searches find none, before it is worth knowing. Go bounds the Ms that look to half of the busy Ps for the same reason: it costs CPU and brings nothing.");

    /// <inheritdoc/>
    public override string Id => "GMP302";

    /// <inheritdoc/>
    public override string Text => "How did work stealing do?";

    /// <inheritdoc/>
    public override IReadOnlyList<Threshold> Thresholds => [s_vain];

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (model, say) = (context.Model, context.Phrases);
        var totals = new SchedulerTotals(model);
        var scan = context.Shared(c => ProcessorScan.Of(c.Model));
        if (totals.Starts == 0)
            return Answer(context, Severity.NotApplicable, 0, say.Text("No goroutine began to run while this was recorded."));
        if (model.Accounts.All(a => scan.Processors.Count(p => p.Lane.Scheduler == a.Scheduler) < 2))
            return Answer(context, Severity.NotApplicable, 0, say.Text("There is one P only, and nobody to steal from."));

        long steals = totals.Sum(a => a.Steals.Sum(s => s.Steals)), stolen = totals.Sum(a => a.Steals.Sum(s => s.Goroutines));
        long begun = totals.Sum(a => a.Searches.Begun), found = totals.Sum(a => a.Searches.Found);
        double looking = scan.Whole.WholeNs == 0 ? 0 : (double)scan.Whole.SpinningNs / scan.Whole.WholeNs;
        bool vain = looking >= context.Thresholds[s_vain] && begun > 0 && found < begun / 2.0;
        var evidence = Evidence(say, totals, scan, looking).ToList();
        string answer = steals == 0
            ? say.Say($"No P took a goroutine from another in {Wording.Duration(model.Length)}: each had work of its own, or nobody had too much.")
            : say.Say($"{say.Count(steals, "time")} a P took goroutines from another one, {say.Count(stolen, "goroutine")} in all, which are {Wording.Percent(Math.Min(1, (double)stolen / totals.Starts))} of those that began to run. {say.Count(begun, "search", "searches")} for work began, and {Wording.Percent(begun == 0 ? 0 : (double)found / begun)} found some.");
        return Answer(context, vain ? Severity.Info : Severity.Ok, vain ? 20 : 0, answer) with
        {
            Evidence = evidence,
            Why = say.Text("A P without goroutines of its own looks into the queues of the others, one after the other from a random one on, and takes the larger half of what it finds there. So work spreads by itself, and nobody needs a lock that all share."),
            Fixes = vain
                ? [
                    say.Text("Fewer Ps (SchedulerOptions.Processors): GMP305 tells what would change."),
                    say.Text("Larger pieces of work: each that is woken for a few us pays for a search before it."),
                ]
                : [],
            Confidence = context.Info.HasLosses ? Confidence.Medium : Confidence.High,
            Tables = steals == 0 ? [] : [Pairs(say, totals)],
            Figures = [.. Matrices(say, totals, scan)],
        };
    }

    private static IEnumerable<string> Evidence(Phrases say, SchedulerTotals totals, ProcessorScan scan, double looking)
    {
        long steals = totals.Sum(a => a.Steals.Sum(s => s.Steals)), stolen = totals.Sum(a => a.Steals.Sum(s => s.Goroutines));
        if (steals > 0)
        {
            int most = totals.All.SelectMany(a => a.Steals).Max(s => s.Most);
            yield return say.Say($"A steal took {((double)stolen / steals).ToString("0.#", System.Globalization.CultureInfo.InvariantCulture)} goroutines at the mean and {most} at most.");
        }
        if (scan.Searches.Count > 0)
            yield return say.Say($"From the beginning of a search to the goroutine that it found it took {Wording.Duration(scan.Searches.Median)} at the median, {Wording.Duration(scan.Searches.Quantile(0.99))} for one in a hundred and {Wording.Duration(scan.Searches.Longest)} at worst.");
        if (scan.FromIdle.Count > 0)
            yield return say.Say($"An idle P ran a goroutine {Wording.Duration(scan.FromIdle.Median)} after an M had acquired it, at the median.");
        yield return say.Say($"Ms looked for work for {Wording.Percent(looking)} of the Ps' time.");
        long gets = totals.Sum(a => a.GlobalGets.Times), got = totals.Sum(a => a.GlobalGets.Goroutines);
        if (gets > 0)
            yield return say.Say($"From the global queue {say.Count(got, "goroutine")} came, in {say.Count(gets, "time")}.");
        long times = totals.Sum(a => a.Overflows.Times), moved = totals.Sum(a => a.Overflows.Goroutines);
        if (times > 0)
            yield return say.Say($"A P's ring of 256 was full {say.Count(times, "time")}: {say.Count(moved, "goroutine")} moved to the global queue.");
    }

    private static FindingTable Pairs(Phrases say, SchedulerTotals totals) =>
        new(say.Text("Who took from whom"), "steals",
            [
                new(say.Text("thief"), CellKind.Text, "thief"), new(say.Text("victim"), CellKind.Text, "victim"), new(say.Text("steals"), CellKind.Count, "steals"),
                new(say.Text("goroutines"), CellKind.Count, "goroutines"), new(say.Text("at most at once"), CellKind.Count, "most"),
            ],
            [.. totals.All.SelectMany(a => a.Steals.Select(s => (a.Scheduler, Pair: s))).OrderByDescending(s => s.Pair.Goroutines).Take(20)
                .Select(s => (Cell[])[totals.Name(s.Scheduler, s.Pair.Thief), totals.Name(s.Scheduler, s.Pair.Victim), s.Pair.Steals, s.Pair.Goroutines, s.Pair.Most])])
        {
            MoreRows = Math.Max(0, totals.All.Sum(a => a.Steals.Count) - 20),
        };

    private static IEnumerable<Figure> Matrices(Phrases say, SchedulerTotals totals, ProcessorScan scan)
    {
        foreach (var accounts in totals.All)
        {
            int[] ps = [.. scan.Processors.Where(p => p.Lane.Scheduler == accounts.Scheduler).Select(p => p.Lane.Id)];
            if (accounts.Steals.Count == 0 || ps.Length is < 2 or > MostInMatrix)
                continue;
            var pairs = accounts.Steals.ToDictionary(s => (s.Thief, s.Victim), s => (double)s.Goroutines);
            string[] names = [.. ps.Select(p => totals.Name(accounts.Scheduler, p))];
            yield return new MatrixFigure(say.Text("Goroutines that Ps took from each other"), "stealMatrix", say.Text("thief"), say.Text("victim"), names, names, CellKind.Count,
                [.. ps.Select(thief => (double[])[.. ps.Select(victim => pairs.GetValueOrDefault((thief, victim)))])]);
        }
    }
}
