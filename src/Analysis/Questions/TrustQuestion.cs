using Gmp.Analysis.Reading;

namespace Gmp.Analysis.Questions;

/// <summary>GMP001: can the other answers be believed?</summary>
public sealed class TrustQuestion : Question
{
    /// <summary>A trace shorter than this shows a handful of slices: enough to see that something runs, not to judge it.</summary>
    private const long ShortNs = 100_000_000;

    /// <summary>A loss above this part of all batches leaves more to guess than to know.</summary>
    private const double GraveLoss = 0.1;

    /// <summary>Records out of order or in contradiction: a few come from threads that were suspended in the act, more from a defect.</summary>
    private const double ManyRecords = 0.001;

    /// <inheritdoc/>
    public override string Id => "GMP001";

    /// <inheritdoc/>
    public override string Text => "Can this trace be trusted?";

    /// <inheritdoc/>
    public override Finding Ask(QuestionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (trace, info) = (context.Trace, context.Info);
        if (info.Records == 0)
            return NothingRecorded(context, info);
        var doubts = Doubts(info).ToList();
        string content = $"{Wording.Duration(info.DurationNs)} with {Wording.Count(info.Records, "record")} of "
            + $"{Wording.Count(trace.Model.Goroutines.Count, "goroutine")} on {Wording.Count(trace.Model.Lanes.Count(l => l.Kind == Model.LaneKind.Processor), "P")}";
        if (doubts.Count == 0)
            return Answer(context, Severity.Ok, 0, $"Yes. It holds {content}, and nothing was lost.");

        var worst = doubts.Max(d => d.Severity);
        string verdict = worst switch
        {
            Severity.Critical => "No",
            Severity.Warning => "Only in part",
            _ => "Yes, with a remark",
        };
        var first = doubts.Where(d => d.Severity == worst).ToList();
        return Answer(context, worst, worst switch { Severity.Critical => 90, Severity.Warning => 55, _ => 15 },
            $"{verdict}: {string.Join("; ", first.Select(d => d.What))}. It holds {content}.") with
        {
            Evidence = [.. doubts.Select(d => $"{char.ToUpperInvariant(d.What[0])}{d.What[1..]}{(d.Detail.Length > 0 ? ": " + d.Detail : "")}.")],
            Why = info.HasLosses
                ? "Where records are missing, a goroutine seems to stay in the state that it had before. Those stretches are marked as unknown and count as nothing."
                : "",
            Fixes = [.. doubts.Select(d => d.Fix).Where(f => f.Length > 0).Distinct()],
            Confidence = Confidence.High,
        };
    }

    private Finding NothingRecorded(QuestionContext context, TraceInfo info)
    {
        if (!info.HasGoroutineProvider)
        {
            return Answer(context, Severity.Critical, 100,
                $"No: it holds no goroutine events ({Wording.Count(info.Events, "event")} of other providers). The target runs no goroutines, or they were not asked for.") with
            {
                Fixes =
                [
                    "See with 'dotnet gmp-trace ps' which processes run goroutines.",
                    "Record with 'dotnet gmp-trace collect', or with 'dotnet-trace collect --providers Gmp-Runtime:0x1:4'.",
                ],
            };
        }
        return Answer(context, Severity.Critical, 100, info.HasLosses
            ? "No: the target has goroutines, and none of their records are readable here."
            : "No: the target has goroutines, and none of them did anything while it was recorded.") with
        {
            Fixes = info.HasLosses ? ["Record it again."] : ["Record while the target's scheduler runs, or start the target with 'dotnet gmp-trace collect -- COMMAND'."],
        };
    }

    private sealed record Doubt(Severity Severity, string What, string Detail = "", string Fix = "");

    private static IEnumerable<Doubt> Doubts(TraceInfo info)
    {
        const string Bigger = "Record with a larger buffer (--buffersize), on a machine with a CPU to spare, and for a shorter time.";
        const string Again = "Record it again: the file was damaged after it was written.";
        if (info.BatchesLost > 0)
        {
            double share = (double)info.BatchesLost / (info.BatchesLost + info.Batches);
            yield return new(share > GraveLoss ? Severity.Critical : Severity.Warning,
                $"{Wording.Count(info.BatchesLost, "batch", "batches")} of records {(info.BatchesLost == 1 ? "was" : "were")} lost, {Wording.Percent(share)} of all",
                string.Join(", ", info.Schedulers.SelectMany(s => s.BatchesLostByStream.OrderBy(l => l.Key))
                    .Select(l => $"{l.Value.ToString("#,0", System.Globalization.CultureInfo.InvariantCulture)} of {(l.Key < 0 ? "what runs without a P" : $"P{l.Key}")}")),
                Bigger);
        }
        else if (info.EventsLost > 0)
        {
            yield return new(Severity.Warning, $"the target's runtime dropped {Wording.Count(info.EventsLost, "event")}",
                info.FromTransitions ? "" : "no batch is known to be missing, so they may be of other providers, or the last ones", Bigger);
        }
        if (info.CorruptBatches > 0)
            yield return new(Severity.Warning, $"{Wording.Count(info.CorruptBatches, "batch", "batches")} could not be read to the end", "", Again);
        if (info.DamagedBytes > 0 || info.UndefinedEvents > 0)
        {
            yield return new(Severity.Warning, $"{Wording.Count(info.DamagedBytes, "byte")} and {Wording.Count(info.UndefinedEvents, "event")} of the file are damaged", "", Again);
        }
        if (info.IsSchemaAssumed || !info.HasHello)
        {
            yield return new(info.UnknownRecords > 0 ? Severity.Warning : Severity.Info, "the target's introduction is missing",
                "its records were read by this tool's own table of events, and its clock was taken from the file's header",
                "Record with this tool, so that the session starts before the records.");
        }
        if (info.IsTruncated)
        {
            yield return new(Severity.Info, "the file has no end mark: the recording was cut off, and what came after is unknown",
                "everything whole in it was read", "If the target did not die, stop the recording with Enter or Ctrl+C.");
        }
        if (info.IsRepaired)
        {
            yield return new(Severity.Info, "the recording ended early, and the recorder repaired the file's end",
                "all of it is whole, and what came after is unknown: the target died, the disk was full, or the recording was aborted",
                "If the target did not die, look at what the recorder said, and record it again.");
        }
        if (info.DurationNs < ShortNs)
        {
            yield return new(Severity.Info, $"it covers only {Wording.Duration(info.DurationNs)}", "a few slices say little",
                "Record for some seconds (--duration 10s).");
        }
        if (info.UnknownRecords > 0)
        {
            yield return new(Severity.Info, $"{Wording.Count(info.UnknownRecords, "record")} of kinds that this tool does not know {(info.UnknownRecords == 1 ? "was" : "were")} skipped",
                "the target is newer", "Update the tool: 'dotnet tool update -g dotnet-gmp-trace'.");
        }
        if (IsMuch(info.LateRecords, info.Records))
        {
            yield return new(Severity.Info, $"{Wording.Count(info.LateRecords, "record")} came after later ones", "their times are off by up to the delay",
                "Record on a machine with a CPU to spare.");
        }
        if (IsMuch(info.RepairedRecords, info.Records) && !info.HasLosses)
        {
            yield return new(Severity.Info, $"{Wording.Count(info.RepairedRecords, "record")} contradicted the ones before",
                "the model was repaired there", "Should it happen again, report it with the file.");
        }
    }

    private static bool IsMuch(long count, long records) => count > 10 && count > records * ManyRecords;
}
