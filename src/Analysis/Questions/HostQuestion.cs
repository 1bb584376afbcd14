using Gmp.Analysis.Language;
using Gmp.Analysis.Questions.Hosts;

namespace Gmp.Analysis.Questions;

/// <summary>GMP002: was the host too busy to judge? Threads that have no CPU make every length of time in a trace longer, and nobody in it is to blame.</summary>
public sealed class HostQuestion : Question
{
    private static readonly Threshold s_some = new("GMP002.waitShare", 0.1,
        "The part of the time in which threads that run goroutines want a CPU and have none from which on it is worth knowing: lengths of time are then too long by a tenth.");

    private static readonly Threshold s_much = new("GMP002.busyShare", 0.25,
        "The same part from which on lengths of time are no measure of the program any more: every fourth moment is the machine's doing.");

    /// <summary>Less than this of the CPUs that others use takes none from the target.</summary>
    private const double OthersMatter = 0.1;

    /// <summary>While less of the CPUs is used, a thread that waits for one does so for some us, as after every wake.</summary>
    private const double FullMachine = 0.6;

    /// <summary>By sysmon alone: late for such a part of the trace.</summary>
    private const double LateShare = 0.05;

    /// <inheritdoc/>
    public override string Id => "GMP002";

    /// <inheritdoc/>
    public override string Text => "Was the host too busy to judge?";

    /// <inheritdoc/>
    public override IReadOnlyList<Threshold> Thresholds => [s_some, s_much];

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var use = context.Shared(c => HostUse.Of(c.Model));
        return use.WaitShare is { } waited ? ByQueue(context, use, waited) : BySysmon(context, use);
    }

    private Finding ByQueue(QuestionContext context, HostUse use, double waited)
    {
        var (say, host) = (context.Phrases, context.Model.Host);
        bool others = use.OthersShare is not { } share || share >= OthersMatter || use.StolenShare >= OthersMatter;
        bool isThrottled = use.Throttled > 0 && use.ThrottledNs > LateShare * use.SeenNs;
        bool full = use.BusyShare is not { } all || all + (use.StolenShare ?? 0) >= FullMachine;
        var severity = !full && !isThrottled ? Severity.Ok
            : waited >= context.Thresholds[s_much] && (others || isThrottled) ? Severity.Warning
            : waited >= context.Thresholds[s_some] || isThrottled ? Severity.Info
            : Severity.Ok;
        string what = say.Say($"threads that run goroutines wanted a CPU and had none for {Wording.Percent(waited)} of that time, {Wording.Duration(use.QueueNs)} in all");
        string used = use.BusyShare is { } busy && host.MachineCpus > 0
            ? " " + (use.OthersShare is { } theirs
                ? say.Say($"The {say.Count(host.MachineCpus, "CPU")} of the machine were used for {Wording.Percent(busy)}, of which other processes had {Wording.Percent(busy == 0 ? 0 : Math.Min(1, theirs / busy))}.")
                : say.Say($"The {say.Count(host.MachineCpus, "CPU")} of the machine were used for {Wording.Percent(busy)}."))
            : "";
        string answer = severity switch
        {
            Severity.Warning => say.Say($"Yes: {what}.{used} Take lengths of time in this report for upper bounds."),
            Severity.Info when isThrottled => say.Say($"In part: the quota of CPU time was used up in {say.Count(use.Throttled ?? 0, "period")}, and the target stood still for {Wording.Duration(use.ThrottledNs ?? 0)}.{used}"),
            Severity.Info when !others => say.Say($"No, but the target itself wanted more CPUs than there are: {what}.{used}"),
            Severity.Info => say.Say($"In part: {what}.{used}"),
            _ => say.Say($"No.{used} Of the time that they wanted a CPU, threads that run goroutines waited for one for {Wording.Percent(waited)}, {Wording.Duration(use.QueueNs)} in all."),
        };
        return Answer(context, severity, severity switch { Severity.Warning => 40, Severity.Info => 15, _ => 0 }, answer) with
        {
            Evidence = [.. Evidence(context, use)],
            Why = severity == Severity.Ok ? "" : say.Text("A thread that is runnable waits in the operating system's queue until a CPU is free. Meanwhile its P does nothing: the goroutine on it seems to run for longer, those behind it wait, and threads that are woken come late."),
            Fixes = severity == Severity.Ok ? [] : [.. Fixes(say, others, isThrottled)],
            Figures = [ByTime(say, use)],
        };
    }

    private static IEnumerable<string> Fixes(Phrases say, bool others, bool isThrottled)
    {
        if (isThrottled)
            yield return say.Text("Raise the group's quota of CPU time, or set SchedulerOptions.Processors to no more than the quota.");
        if (others)
            yield return say.Text("Record again while less runs beside the target, or on a machine of its own.");
        else
            yield return say.Text("Fewer Ps: no more threads should run goroutines than there are CPUs (GMP305).");
    }

    private static IEnumerable<string> Evidence(QuestionContext context, HostUse use)
    {
        var (say, host) = (context.Phrases, context.Model.Host);
        if (use.ByTime is { Count: > 0 } all)
        {
            var worst = all.MaxBy(s => s.Share);
            yield return say.Say($"At worst it was {Wording.Percent(worst.Share)}, from {Wording.Moment(Math.Max(0, worst.Start))} to {Wording.Moment(worst.End)}.");
        }
        if (host.Cpus > 0 && host.Cpus != host.MachineCpus)
            yield return say.Say($"The target may use {say.Count(host.Cpus, "CPU")} of them.");
        if (host.QuotaCpus > 0)
            yield return say.Say($"Its group may use the time of {host.QuotaCpus.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture)} CPUs; that was used up in {say.Count(use.Throttled ?? 0, "period")}, and the target stood still for {Wording.Duration(use.ThrottledNs ?? 0)}.");
        if (use.StolenShare is > 0.005 and var stolen)
            yield return say.Say($"The machine is a virtual one, and its host gave {Wording.Percent(stolen)} of its time to others.");
        if (use.PressureNs is { } pressure && use.SeenNs > 0)
            yield return say.Say($"Something on the machine waited for a CPU for {Wording.Percent(Math.Min(1, (double)pressure / use.SeenNs))} of the time.");
        yield return Lateness(say, use);
    }

    private static string Lateness(Phrases say, HostUse use) => use.Late.Count == 0
        ? say.Text("sysmon, which must run every 50 ms, was never late by more than 20 ms.")
        : say.Say($"sysmon, which must run every 50 ms, was late {say.Count(use.Late.Count, "time")}, by {Wording.Duration(use.Late.Longest)} at worst.");

    // Without facts: sysmon is a thread like the others, and when it was to run is known.
    private Finding BySysmon(QuestionContext context, HostUse use)
    {
        var (say, model) = (context.Phrases, context.Model);
        int beats = model.Accounts.Sum(a => a.Heartbeats.Count);
        string howTo = say.Text("This recording does not tell how the machine was used: `dotnet gmp-trace collect` on Linux records it; --keep, other tools and other platforms do not.");
        if (beats < 3)
            return Answer(context, Severity.NotApplicable, 0, say.Text("The trace does not tell, and is too short to judge by how late sysmon was.")) with { Evidence = [howTo] };
        var measured = model.Slices.Where(s => s.HasCpuEvidence).ToList();
        double had = measured.Sum(s => s.ObservedNs) is > 0 and var observed ? Math.Min(1, (double)measured.Sum(s => s.OnCpuNs) / observed) : 1;
        double late = model.Length == 0 ? 0 : (double)use.Late.Sum / model.Length / Math.Max(1, model.Accounts.Count);
        bool isBusy = late >= LateShare || had < 1 - context.Thresholds[s_much];
        var evidence = new List<string> { Lateness(say, use) };
        if (measured.Count > 0)
            evidence.Add(say.Say($"Goroutines that computed for long had a CPU for {Wording.Percent(had)} of the time that sysmon watched them."));
        evidence.Add(howTo);
        return Answer(context, isBusy ? Severity.Info : Severity.Ok, isBusy ? 15 : 0, isBusy
            ? say.Text("It seems so, judged by how late sysmon was and how much CPU its threads got. Take lengths of time in this report for upper bounds.")
            : say.Text("Not as far as sysmon shows, which was in time.")) with
        {
            Evidence = evidence,
            Confidence = Confidence.Low,
            Fixes = isBusy ? [say.Text("Record again while less runs beside the target, or on a machine of its own.")] : [],
        };
    }

    private static SeriesFigure ByTime(Phrases say, HostUse use) =>
        new(say.Text("For how much of the time in which they wanted one goroutines' threads had no CPU"), "cpuWait", CellKind.Share,
            [new FigureSeries(say.Text("without a CPU"), [.. use.ByTime.Select(s => (Math.Max(0, s.Start), s.Share))])]);
}
