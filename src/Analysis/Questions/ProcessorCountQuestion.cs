using Gmp.Analysis.Language;
using Gmp.Analysis.Questions.Hosts;
using Gmp.Analysis.Questions.Replays;
using Gmp.Analysis.Questions.Scheduling;

namespace Gmp.Analysis.Questions;

/// <summary>GMP305: is the number of Ps right? By what the machine has, and by a replay of the trace's own work with other numbers.</summary>
public sealed class ProcessorCountQuestion : Question
{
    /// <summary>More Ps than this never shorten a replay any more: what is left is the longest chain of what waits for each other.</summary>
    private const int Unlimited = 256;

    private const int MostReplays = 6;

    private static readonly Threshold s_wait = new("GMP305.waitShare", 0.25,
        "With more Ps than CPUs: the part of the time in which threads that run goroutines want a CPU and have none from which on there are too many of them. The same as GMP002's.");

    private static readonly Threshold s_gain = new("GMP305.gain", 0.2,
        "By which part of its time the work must be done sooner with more Ps, which the machine has CPUs for, until that is worth knowing.");

    /// <inheritdoc/>
    public override string Id => "GMP305";

    /// <inheritdoc/>
    public override string Text => "Is the number of Ps right?";

    /// <inheritdoc/>
    public override IReadOnlyList<Threshold> Thresholds => [s_wait, s_gain];

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (model, say) = (context.Model, context.Phrases);
        if (new SchedulerTotals(model).Starts == 0)
            return Answer(context, Severity.NotApplicable, 0, say.Text("No goroutine began to run while this was recorded."));
        var replays = context.Shared(c => ReplaySet.Of(c.Trace));
        var use = context.Shared(c => HostUse.Of(c.Model));
        var scan = context.Shared(c => ProcessorScan.Of(c.Model));
        int ps = replays.Work.Processors;
        double cpus = model.Host.Cpus > 0 && model.Host.QuotaCpus > 0 ? Math.Min(model.Host.Cpus, model.Host.QuotaCpus) : model.Host.Cpus > 0 ? model.Host.Cpus : model.Host.QuotaCpus;
        var own = scan.Processors.Where(p => p.Lane.Scheduler == replays.Scheduler).ToList();
        double inUse = model.Length == 0 ? 0 : own.Sum(p => (double)p.Times.RunningNs) / model.Length;

        bool tooMany = cpus > 0 && ps > Math.Ceiling(cpus) && inUse > cpus && use.WaitShare >= context.Thresholds[s_wait];
        int most = cpus > 0 ? (int)Math.Ceiling(cpus) : 0;
        double gain = 0;
        if (replays.IsEnough && most > ps)
            gain = 1 - ((double)replays.Gmp(most).Makespan / Math.Max(1, replays.Gmp(ps).Makespan));
        bool tooFew = gain >= context.Thresholds[s_gain];
        var severity = tooMany ? Severity.Warning : tooFew ? Severity.Info : Severity.Ok;
        string has = cpus == 0 ? say.Text("How many CPUs it may use this recording does not tell.")
            : model.Host.QuotaCpus > 0 && cpus < model.Host.Cpus ? say.Say($"It may use the time of {Number(cpus)} CPUs (the quota of its group).")
            : say.Say($"It may use {say.Count((long)cpus, "CPU")}.");
        string answer = tooMany
            ? say.Say($"No, it has {say.Count(ps, "P")} and CPUs for {Number(cpus)}: on average {Number(inUse)} goroutines ran at the same time as far as the scheduler knows, and their threads had no CPU for {Wording.Percent(use.WaitShare!.Value)} of the time in which they wanted one. {has}")
            : tooFew
            ? say.Say($"There could be more: with {say.Count(most, "P")} instead of {ps.ToString(System.Globalization.CultureInfo.InvariantCulture)} the same work would be done in {Wording.Percent(1 - gain)} of the time, as a replay tells. {has}")
            : say.Say($"Yes, as far as the trace shows: of {say.Count(ps, "P")}, {Number(inUse)} ran goroutines at the mean. {has}");
        return Answer(context, severity, severity switch { Severity.Warning => 55, Severity.Info => 18, _ => 0 }, answer) with
        {
            Evidence = [.. Evidence(context, replays, use, most)],
            Why = severity == Severity.Ok ? ""
                : tooMany ? say.Text("A P is a right to run at the same time as the others. With more of them than CPUs the operating system lets their threads take turns, without knowing which of them holds up others: a goroutine with a lock in its hand stands still, and every step takes several times as long.")
                : say.Text("No more goroutines run at the same time than there are Ps."),
            Fixes = tooMany
                ? [
                    say.Say($"Set SchedulerOptions.Processors to {Number(Math.Max(1, Math.Floor(cpus)))}, or leave it unset: the default is what the machine and the quota give."),
                    say.Text("Goroutines that block in calls need no P of their own: `Blocking(() => ...)` gives theirs away."),
                ]
                : tooFew ? [say.Say($"Set SchedulerOptions.Processors to {Number(most)}, or leave it unset.")] : [],
            Confidence = tooMany && use.OthersShare < 0.1 ? Confidence.High : tooMany ? Confidence.Medium : Confidence.Low,
            Tables = replays.IsEnough ? [Table(say, replays, most)] : [],
            Figures = replays.IsEnough ? [Bars(say, replays, most)] : [],
        };
    }

    private static string Number(double value) => value.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<string> Evidence(QuestionContext context, ReplaySet replays, HostUse use, int most)
    {
        var say = context.Phrases;
        if (use.OthersShare is { } others)
            yield return say.Say($"Other processes had {Wording.Percent(others)} of the machine's CPU time.");
        if (use.Throttled > 0)
            yield return say.Say($"The quota was used up in {say.Count(use.Throttled.Value, "period")}, and the target stood still for {Wording.Duration(use.ThrottledNs ?? 0)}.");
        if (!replays.IsEnough)
        {
            yield return say.Say($"The trace has {say.Count(replays.Work.Jobs.Count, "run")} only, too few for a replay.");
            yield break;
        }
        long chain = replays.Gmp(Unlimited).Makespan;
        int ps = replays.Work.Processors;
        yield return say.Say($"The work is {Wording.Duration(replays.Work.RunNs)} of running, so {say.Count(ps, "P")} need {Wording.Duration(replays.Work.RunNs / ps)} at least; what waits for each other takes {Wording.Duration(chain)} with any number of Ps.");
        if (most > 0 && most != ps)
            yield return say.Say($"With {say.Count(most, "P")}, as many as there are CPUs, the replay takes {Wording.Duration(replays.Gmp(most).Makespan)}, with {say.Count(ps, "P")} {Wording.Duration(replays.Gmp(ps).Makespan)} if each had a CPU.");
        yield return RemovalQuestion.Assumptions(say, replays);
    }

    private static SortedSet<int> Counts(ReplaySet replays, int most)
    {
        int ps = replays.Work.Processors;
        var counts = new SortedSet<int> { 1, 2, 4, ps };
        if (most > 0)
            counts.Add(most);
        for (int n = 8; counts.Count < MostReplays && n <= 2 * Math.Max(ps, most); n *= 2)
            counts.Add(n);
        return counts;
    }

    private static FindingTable Table(Phrases say, ReplaySet replays, int most) =>
        new(say.Text("The same work with other numbers of Ps"), "processorCounts",
            [
                new(say.Text("Ps"), CellKind.Count, "processors"), new(say.Text("took"), CellKind.Duration, "makespanNs"), new(say.Text("in use"), CellKind.Share, "utilization"),
                new(say.Text("median wait"), CellKind.Duration, "medianWaitNs"), new(say.Text("one in a hundred"), CellKind.Duration, "wait99Ns"),
            ],
            [.. Counts(replays, most).Select(replays.Gmp).Select(r => (Cell[])[r.Processors, r.Makespan, r.Utilization, r.MedianWait, r.Wait99])]);

    private static BarsFigure Bars(Phrases say, ReplaySet replays, int most) =>
        new(say.Text("How long the same work takes with other numbers of Ps"), "makespans", CellKind.Duration,
            [.. Counts(replays, most).Select(replays.Gmp).Select(r => new Bar(say.Count(r.Processors, "P"), r.Makespan, r.Processors == replays.Work.Processors ? say.Text("as it is") : ""))]);
}
