using System.Globalization;
using Gmp.Analysis.Reading;
using Gmp.Analysis.Reading.Ordering;

namespace Gmp.Analysis.Validation;

/// <summary>
/// Holds every record of a trace against <see cref="Rules"/>, more strictly than reading does: the model repairs what contradicts itself, this reports
/// it. Give one to <see cref="TraceFile.Load(string, TraceValidator?, Model.TraceSelection?)"/>; it is for one trace and one thread.
/// </summary>
/// <remarks>
/// A violation is damage, or a bug of the target's runtime, or one of this reader. What a trace cannot know is no violation: the state of what was
/// never mentioned, and the records after the last flush mark.
/// </remarks>
public sealed class TraceValidator
{
    private readonly Dictionary<int, SchedulerValidator> _schedulers = [];
    private readonly SiteReferences _sites = new();

    /// <summary>What was found; complete when the trace is.</summary>
    public ValidationResult Result { get; } = new();

    internal IRecordSink Scheduler(int id, TraceClock clock, TraceInfo info) =>
        _schedulers[id] = new SchedulerValidator(id, _sites, Result, clock) { FirstGeneration = info.Generations.First };

    internal void BeginTail(int scheduler)
    {
        if (_schedulers.TryGetValue(scheduler, out var known))
            known.BeginTail();
    }

    internal void Complete(TraceInfo info)
    {
        foreach (var scheduler in _schedulers.Values)
            scheduler.Complete();
        bool isWhole = info is { HasLosses: false, IsTruncated: false, IsRepaired: false };
        foreach (var (scheduler, by) in isWhole ? _sites.Undescribed : [])
        {
            if (_schedulers.TryGetValue(scheduler, out var known))
                known.Report(Rules.Site, in by, "no record describes this site");
        }
        foreach (var scheduler in info.Schedulers)
        {
            foreach (var (stream, lost) in scheduler.BatchesLostByStream)
            {
                Result.Add(new Violation(Rules.Sequence, scheduler.Id, stream, 0, "",
                    string.Create(CultureInfo.InvariantCulture, $"{Times(lost, "number is", "numbers are")} missing")), lost);
            }
        }
        OfFile(Rules.Dropped, info.EventsLost, Times(info.EventsLost, "event was", "events were") + " dropped");
        OfFile(Rules.Bytes, info.CorruptBatches, Times(info.CorruptBatches, "batch is", "batches are") + " no records, in whole or from some point on");
        OfFile(Rules.Bytes, info.UndefinedEvents, Times(info.UndefinedEvents, "event is", "events are") + " not defined or not what the definition says");
        OfFile(Rules.Bytes, info.DamagedBytes, Times(info.DamagedBytes, "byte belongs", "bytes belong") + " to no event");
    }

    private void OfFile(Rule rule, long count, string text)
    {
        if (count > 0)
            Result.Add(new Violation(rule, 0, Tracing.EventTable.NoP, 0, "", text), count);
    }

    private static string Times(long count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");
}
