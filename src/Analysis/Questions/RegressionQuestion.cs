using System.Globalization;
using Gmp.Analysis.Comparison;
using Gmp.Analysis.Language;
using Gmp.Analysis.Model;
using Gmp.Analysis.Reading;

namespace Gmp.Analysis.Questions;

/// <summary>
/// GMP501: did it get worse than another run? Asked only where there is one. Numbers of both runs are compared stretch by stretch, so that what varies within
/// a run is not taken for a difference between them; findings are compared by their severity.
/// </summary>
public sealed class RegressionQuestion : Question
{
    private const int FindingsShown = 8;

    private static readonly Threshold s_leastChange = new("GMP501.leastChangePercent", 25, "A change of the median below this is not told as one, in percent.");

    private static readonly Threshold s_chance = new("GMP501.chancePercent", 1,
        "How likely the difference may be to come from runs that are alike, in percent, over all numbers that are compared (by Holm's rule).");

    private static readonly Threshold s_dominance = new("GMP501.dominance", 0.5,
        "How often the values of one run must be above those of the other, less how often below: 0.474 and more is called a large effect (Cliff's delta).");

    private static readonly Threshold s_stretches = new("GMP501.leastStretches", 8, "How many stretches of 0.1 s a run must have: fewer cannot show how it varies.");

    private readonly LoadedTrace? _baseline;
    private readonly string _name;
    private readonly IReadOnlyList<Finding> _now;

    /// <summary>Makes the question about a run.</summary>
    /// <param name="baseline">The run to compare with, or null for none.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="findings">What was found in the run that is asked about.</param>
    public RegressionQuestion(LoadedTrace? baseline, string name, IReadOnlyList<Finding> findings) => (_baseline, _name, _now) = (baseline, name, findings);

    /// <inheritdoc/>
    public override string Id => "GMP501";

    /// <inheritdoc/>
    public override string Text => "Did it get worse than the baseline?";

    /// <inheritdoc/>
    public override IReadOnlyList<Threshold> Thresholds => [s_leastChange, s_chance, s_dominance, s_stretches];

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var say = context.Phrases;
        if (_baseline is null)
            return Answer(context, Severity.NotApplicable, 0, say.Text("There is nothing to compare with: give another recording with --baseline FILE."));
        var (before, after) = (Stretches.Of(_baseline.Model), Stretches.Of(context.Model));
        int least = (int)context.Thresholds[s_stretches];
        if (before.Count < least || after.Count < least)
        {
            return Answer(context, Severity.NotApplicable, 0,
                say.Say($"It cannot be told: a run of {Wording.Duration(Math.Min(_baseline.Model.Length, context.Model.Length))} does not show how much it varies by itself.")) with
            {
                Fixes = [say.Text("Record both runs for some seconds (--duration 10s).")],
            };
        }
        var was = Analyzer.Run(context with { Trace = _baseline }).Findings;
        var changes = MetricChange.All(before, after);
        var limits = new ChangeLimits(context.Thresholds[s_chance] / 100, context.Thresholds[s_dominance], context.Thresholds[s_leastChange] / 100);
        return Compare(context, changes, limits, was, (before, after));
    }

    private Finding Compare(QuestionContext context, IReadOnlyList<MetricChange> changes, ChangeLimits limits, IReadOnlyList<Finding> was, (Stretches Before, Stretches After) stretches)
    {
        var say = context.Phrases;
        var worse = changes.Where(c => c.Verdict(limits) == ChangeVerdict.Worse).ToList();
        var better = changes.Where(c => c.Verdict(limits) == ChangeVerdict.Better).ToList();
        var steps = Steps(was).ToList();
        var rising = steps.Where(s => s.Now.Severity > s.Was.Severity && s.Now.Severity >= Severity.Warning).ToList();
        var reasons = Doubts(say, was).ToList();
        bool isWorse = worse.Count > 0 || rising.Count > 0;
        var severity = !isWorse ? Severity.Ok : reasons.Count > 0 ? Severity.Info : rising.Select(r => r.Now.Severity).Append(Severity.Warning).Max();
        string[] what = [.. worse.Select(c => Words(say, c)), .. rising.Select(r => say.Say($"{r.Now.Id} is {SeverityWords.Of(say, r.Now.Severity)} and was {SeverityWords.Of(say, r.Was.Severity)}"))];
        string answer = isWorse ? say.Say($"Yes, compared with {_name}: {string.Join(say.Text("; "), what)}.")
            : better.Count > 0 ? say.Say($"No. Compared with {_name} it got better: {string.Join(say.Text("; "), better.Select(c => Words(say, c)))}.")
            : say.Say($"No. What differs from {_name} is no more than the runs vary by themselves, or too little to matter.");
        return Answer(context, severity, severity switch { Severity.Critical => 84, Severity.Warning => 58, Severity.Info => 20, _ => 0 }, answer) with
        {
            Evidence =
            [
                .. reasons,
                .. isWorse && better.Count > 0 ? [say.Say($"Better: {string.Join(say.Text("; "), better.Select(c => Words(say, c)))}.")] : Array.Empty<string>(),
                .. steps.Where(s => s.Now.Severity < s.Was.Severity && s.Was.Severity >= Severity.Warning).Select(s => say.Say($"{s.Now.Id} was {SeverityWords.Of(say, s.Was.Severity)} and is {SeverityWords.Of(say, s.Now.Severity)}.")),
                Conditions(say, context.Trace),
                say.Say($"Both runs were cut into stretches ({stretches.Before.Count} of {Wording.Duration(stretches.Before.LengthNs)} and {stretches.After.Count} of {Wording.Duration(stretches.After.LengthNs)}) and compared by the rank test of Mann and Whitney, widened for stretches that resemble their neighbours, with Holm's correction for {changes.Count} comparisons."),
                say.Text("It tells whether two runs differ by more than each varies within itself. What differs from run to run on the same machine it cannot see: record the baseline twice and compare those two to see that."),
            ],
            Why = isWorse ? say.Text("A number that got worse says that it hurts. A finding that is new, if there is one, says why.") : "",
            Confidence = reasons.Count > 0 ? Confidence.Low : worse.Count > 0 || !isWorse ? Confidence.High : Confidence.Medium,
            Tables = [Table(say, changes, limits), .. FindingsTable(say, steps)],
        };
    }

    // The same question of both runs.
    private IEnumerable<(Finding Was, Finding Now)> Steps(IReadOnlyList<Finding> was) =>
        _now.Join(was, n => n.Id, w => w.Id, (n, w) => (w, n)).Where(s => s.n.Id is not ("GMP001" or "GMP002"));

    // What stands between the two runs and a verdict.
    private IEnumerable<string> Doubts(Phrases say, IReadOnlyList<Finding> was)
    {
        foreach (var (finding, isBaseline) in was.Select(f => (f, true)).Concat(_now.Select(f => (f, false))).Where(f => f.Item1.Id is "GMP001" or "GMP002" && f.Item1.Severity >= Severity.Warning))
        {
            string answer = finding.Answer;
            yield return isBaseline ? say.Say($"Doubtful, for the baseline has {finding.Id}: {answer}") : say.Say($"Doubtful, for this run has {finding.Id}: {answer}");
        }
    }

    private string Conditions(Phrases say, LoadedTrace trace)
    {
        int before = Processors(_baseline!.Model), after = Processors(trace.Model);
        return before == after
            ? say.Say($"The baseline is {Wording.Duration(_baseline.Model.Length)} long and this run {Wording.Duration(trace.Model.Length)}, both on {say.Count(after, "P")}.")
            : say.Say($"The baseline ran on {say.Count(before, "P")} and this run on {say.Count(after, "P")}: not the same conditions.");
    }

    private static int Processors(TraceModel model) => model.Lanes.Count(l => l.Kind == LaneKind.Processor);

    private static string Words(Phrases say, MetricChange change) =>
        say.Say($"{change.Metric.Name(say)} {Number(change.Metric, change.Before)} then, {Number(change.Metric, change.After)} now");

    private static string Number(Metric metric, double value) => metric.Kind switch
    {
        CellKind.Duration => Wording.Duration((long)value),
        CellKind.Share => Wording.Percent(value),
        _ => value.ToString(value < 10 ? "0.##" : "#,0", CultureInfo.InvariantCulture),
    };

    private static FindingTable Table(Phrases say, IReadOnlyList<MetricChange> changes, ChangeLimits limits) =>
        new(say.Text("Numbers of both runs: the median of their stretches"), "numbers",
            [
                new(say.Text("what"), CellKind.Text, "what"), new(say.Text("baseline"), CellKind.Text, "baseline"), new(say.Text("this run"), CellKind.Text, "thisRun"),
                new(say.Text("chance"), CellKind.Share, "chance"), new(say.Text("verdict"), CellKind.Text, "verdict"),
            ],
            [.. changes.Select(c => (Cell[])[c.Metric.Name(say), Number(c.Metric, c.Before), Number(c.Metric, c.After), c.Chance, VerdictName(say, c.Verdict(limits))])]);

    private static IEnumerable<FindingTable> FindingsTable(Phrases say, List<(Finding Was, Finding Now)> steps)
    {
        var changed = steps.Where(s => s.Was.Severity != s.Now.Severity).OrderByDescending(s => s.Now.Severity).ToList();
        if (changed.Count > 0)
        {
            yield return new FindingTable(say.Text("Findings that changed"), "findings",
                [new(say.Text("finding"), CellKind.Text, "finding"), new(say.Text("baseline"), CellKind.Text, "baseline"), new(say.Text("this run"), CellKind.Text, "thisRun")],
                [.. changed.Take(FindingsShown).Select(s => (Cell[])[$"{s.Now.Id} {s.Now.Question}", SeverityWords.Of(say, s.Was.Severity), SeverityWords.Of(say, s.Now.Severity)])])
            { MoreRows = Math.Max(0, changed.Count - FindingsShown) };
        }
    }

    private static string VerdictName(Phrases say, ChangeVerdict verdict) => verdict switch
    {
        ChangeVerdict.Worse => say.Text("worse"),
        ChangeVerdict.Better => say.Text("better"),
        ChangeVerdict.Changed => say.Text("changed"),
        _ => say.Text("as before"),
    };
}
