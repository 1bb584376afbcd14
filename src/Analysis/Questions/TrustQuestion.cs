using Gmp.Analysis.Language;
using Gmp.Analysis.Reading;

namespace Gmp.Analysis.Questions;

/// <summary>GMP001: can the other answers be believed?</summary>
public sealed class TrustQuestion : Question
{
    /// <summary>A trace shorter than this shows a handful of slices: enough to see that something runs, not to judge it.</summary>
    private static readonly Threshold s_short = new("GMP001.shortMs", 100, "A trace shorter than this holds a handful of slices: enough to see that something runs, not to judge it.");

    /// <summary>A loss above this part of all batches leaves more to guess than to know.</summary>
    private static readonly Threshold s_graveLoss = new("GMP001.graveLossPercent", 10, "Losing more of the batches than this leaves more to guess than to know.");

    /// <summary>Records out of order or in contradiction: a few come from threads that were suspended in the act, more from a defect.</summary>
    private const double ManyRecords = 0.001;

    /// <inheritdoc/>
    public override string Id => "GMP001";

    /// <inheritdoc/>
    public override string Text => "Can this trace be trusted?";

    /// <inheritdoc/>
    public override IReadOnlyList<Threshold> Thresholds { get; } = [s_short, s_graveLoss];

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (trace, info, phrases) = (context.Trace, context.Info, context.Phrases);
        if (info.Records == 0)
            return NothingRecorded(context);
        var doubts = Doubts(context).ToList();
        string content = phrases.Say($"{Wording.Duration(info.DurationNs)} with {phrases.Count(info.Records, "record")} of {phrases.Count(trace.Model.Goroutines.Count, "goroutine")} on {phrases.Count(trace.Model.Lanes.Count(l => l.Kind == Model.LaneKind.Processor), "P")}");
        if (doubts.Count == 0)
            return Answer(context, Severity.Ok, 0, phrases.Say($"Yes. It holds {content}, and nothing was lost."));

        var worst = doubts.Max(d => d.Severity);
        string first = string.Join(phrases.Text("; "), doubts.Where(d => d.Severity == worst).Select(d => d.What));
        string answer = worst switch
        {
            Severity.Critical => phrases.Say($"No: {first}. It holds {content}."),
            Severity.Warning => phrases.Say($"Only in part: {first}. It holds {content}."),
            _ => phrases.Say($"Yes, with a remark: {first}. It holds {content}."),
        };
        return Answer(context, worst, worst switch { Severity.Critical => 90, Severity.Warning => 55, _ => 15 }, answer) with
        {
            Evidence = [.. doubts.Select(d => Sentence(phrases, d))],
            Why = info.HasLosses
                ? phrases.Text("Where records are missing, a goroutine seems to stay in the state that it had before. Those stretches are marked as unknown and count as nothing.")
                : "",
            Fixes = [.. doubts.Select(d => d.Fix).Where(f => f.Length > 0).Distinct()],
            Confidence = Confidence.High,
        };
    }

    private static string Sentence(Phrases phrases, Doubt doubt)
    {
        string what = char.ToUpperInvariant(doubt.What[0]) + doubt.What[1..];
        return doubt.Detail.Length > 0 ? phrases.Say($"{what}: {doubt.Detail}.") : phrases.Say($"{what}.");
    }

    private Finding NothingRecorded(QuestionContext context)
    {
        var (info, phrases) = (context.Info, context.Phrases);
        if (!info.HasGoroutineProvider)
        {
            return Answer(context, Severity.Critical, 100,
                phrases.Say($"No: it holds no goroutine events ({phrases.Count(info.Events, "event")} of other providers). The target runs no goroutines, or they were not asked for.")) with
            {
                Fixes =
                [
                    phrases.Text("See with 'dotnet gmp-trace ps' which processes run goroutines."),
                    phrases.Text("Record with 'dotnet gmp-trace collect', or with 'dotnet-trace collect --providers Gmp-Runtime:0x1:4'."),
                ],
            };
        }
        return info.HasLosses
            ? Answer(context, Severity.Critical, 100, phrases.Text("No: the target has goroutines, and none of their records are readable here.")) with
            {
                Fixes = [phrases.Text("Record it again.")],
            }
            : Answer(context, Severity.Critical, 100, phrases.Text("No: the target has goroutines, and none of them did anything while it was recorded.")) with
            {
                Fixes = [phrases.Text("Record while the target's scheduler runs, or start the target with 'dotnet gmp-trace collect -- COMMAND'.")],
            };
    }

    private sealed record Doubt(Severity Severity, string What, string Detail = "", string Fix = "");

    private static IEnumerable<Doubt> Doubts(QuestionContext context)
    {
        var (info, phrases) = (context.Info, context.Phrases);
        string bigger = phrases.Text("Record with a larger buffer (--buffersize), on a machine with a CPU to spare, and for a shorter time.");
        string again = phrases.Text("Record it again: the file was damaged after it was written.");
        if (info.BatchesLost > 0)
        {
            double share = (double)info.BatchesLost / (info.BatchesLost + info.Batches);
            string lost = phrases.Count(info.BatchesLost, "batch", "batches");
            yield return new(share > context.Thresholds[s_graveLoss] / 100 ? Severity.Critical : Severity.Warning,
                info.BatchesLost == 1
                    ? phrases.Say($"{lost} of records was lost, {Wording.Percent(share)} of all")
                    : phrases.Say($"{lost} of records were lost, {Wording.Percent(share)} of all"),
                string.Join(phrases.Text(", "), info.Schedulers.SelectMany(s => s.BatchesLostByStream.OrderBy(l => l.Key)).Select(l => LostBy(phrases, l.Key, l.Value))),
                bigger);
        }
        else if (info.EventsLost > 0)
        {
            yield return new(Severity.Warning, phrases.Say($"the target's runtime dropped {phrases.Count(info.EventsLost, "event")}"),
                info.FromTransitions ? "" : phrases.Text("no batch is known to be missing, so they may be of other providers, or the last ones"), bigger);
        }
        if (info.CorruptBatches > 0)
            yield return new(Severity.Warning, phrases.Say($"{phrases.Count(info.CorruptBatches, "batch", "batches")} could not be read to the end"), "", again);
        if (info.DamagedBytes > 0 || info.UndefinedEvents > 0)
        {
            yield return new(Severity.Warning,
                phrases.Say($"{phrases.Count(info.DamagedBytes, "byte")} and {phrases.Count(info.UndefinedEvents, "event")} of the file are damaged"), "", again);
        }
        if (info.IsSchemaAssumed || !info.HasHello)
        {
            yield return new(info.UnknownRecords > 0 ? Severity.Warning : Severity.Info, phrases.Text("the target's introduction is missing"),
                phrases.Text("its records were read by this tool's own table of events, and its clock was taken from the file's header"),
                phrases.Text("Record with this tool, so that the session starts before the records."));
        }
        if (info.IsTruncated)
        {
            yield return new(Severity.Info, phrases.Text("the file has no end mark: the recording was cut off, and what came after is unknown"),
                phrases.Text("everything whole in it was read"), phrases.Text("If the target did not die, stop the recording with Enter or Ctrl+C."));
        }
        if (info.IsRepaired)
        {
            yield return new(Severity.Info, phrases.Text("the recording ended early, and the recorder repaired the file's end"),
                phrases.Text("all of it is whole, and what came after is unknown: the target died, the disk was full, or the recording was aborted"),
                phrases.Text("If the target did not die, look at what the recorder said, and record it again."));
        }
        if (info.DurationNs < context.Thresholds[s_short] * 1e6)
        {
            yield return new(Severity.Info, phrases.Say($"it covers only {Wording.Duration(info.DurationNs)}"), phrases.Text("a few slices say little"),
                phrases.Text("Record for some seconds (--duration 10s)."));
        }
        if (info.UnknownRecords > 0)
        {
            string unknown = phrases.Count(info.UnknownRecords, "record");
            yield return new(Severity.Info,
                info.UnknownRecords == 1
                    ? phrases.Say($"{unknown} of kinds that this tool does not know was skipped")
                    : phrases.Say($"{unknown} of kinds that this tool does not know were skipped"),
                phrases.Text("the target is newer"), phrases.Text("Update the tool: 'dotnet tool update -g dotnet-gmp-trace'."));
        }
        if (IsMuch(info.LateRecords, info.Records))
        {
            yield return new(Severity.Info, phrases.Say($"{phrases.Count(info.LateRecords, "record")} came after later ones"),
                phrases.Text("their times are off by up to the delay"), phrases.Text("Record on a machine with a CPU to spare."));
        }
        if (IsMuch(info.RepairedRecords, info.Records) && !info.HasLosses)
        {
            yield return new(Severity.Info, phrases.Say($"{phrases.Count(info.RepairedRecords, "record")} contradicted the ones before"),
                phrases.Text("the model was repaired there"), phrases.Text("Should it happen again, report it with the file."));
        }
    }

    private static string LostBy(Phrases phrases, int stream, long count)
    {
        string number = count.ToString("#,0", System.Globalization.CultureInfo.InvariantCulture);
        return stream < 0 ? phrases.Say($"{number} of what runs without a P") : phrases.Say($"{number} of P{stream}");
    }

    private static bool IsMuch(long count, long records) => count > 10 && count > records * ManyRecords;
}
