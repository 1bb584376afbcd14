using System.Text.Json.Nodes;
using Gmp.Analysis.Model;
using Gmp.Analysis.Questions;

namespace Gmp.Tool.Reporting.Html.Timeline;

/// <summary>A stretch of a hog.</summary>
/// <param name="Slice">Which.</param>
/// <param name="Processor">The row of the P that it held, or -1.</param>
/// <param name="Machine">The row of the M that it ran on, or -1.</param>
internal readonly record struct HogMark(Slice Slice, int Processor, int Machine);

/// <summary>What is rare in a trace and must be seen at any scale: hogs, handoffs, steals, pauses, and the windows of findings.</summary>
internal sealed class TimelineMarks
{
    private const int MostHogs = 2000;
    private const int MostPauses = 4000;

    /// <summary>Gathers them.</summary>
    public TimelineMarks(TraceModel model, IReadOnlyList<LaneRow> rows, IReadOnlyList<Finding> findings)
    {
        var row = new Dictionary<(bool IsProcessor, int Scheduler, int Id), int>();
        for (int i = 0; i < rows.Count; i++)
            row[(rows[i].IsProcessor, rows[i].Scheduler, rows[i].Id)] = i;
        // The longest, if there are too many: those of a page cannot be told apart then anyway.
        Hogs = [.. model.Slices.Concat(model.OpenSlices()).Where(s => s.WasReported).OrderByDescending(s => s.RunNs).Take(MostHogs)
            .Select(s => new HogMark(s, row.GetValueOrDefault((true, s.Scheduler, s.Processor), -1), row.GetValueOrDefault((false, s.Scheduler, s.Machine), -1)))];
        foreach (var account in model.Accounts)
        {
            foreach (var m in account.HandoffMoments.Moments)
                Handoffs.Add((row.GetValueOrDefault((true, account.Scheduler, m.Processor), -1), m.Time, m.Other, m.Count));
            foreach (var m in account.StealMoments.Moments)
                Steals.Add((row.GetValueOrDefault((true, account.Scheduler, m.Processor), -1), m.Time, m.Other, m.Count));
        }
        Pauses = Joined(model);
        Windows = [.. findings.Where(f => f is { Window: not null, Severity: >= Severity.Info }).Select(f => (f.Id, f.Severity, f.Window!))];
    }

    /// <summary>Hogs, the longest first.</summary>
    public IReadOnlyList<HogMark> Hogs { get; }

    /// <summary>Handoffs: the row, when, to which M, how many at about that time.</summary>
    public List<(int Row, long Time, int ToM, int Count)> Handoffs { get; } = [];

    /// <summary>Steals: the thief's row, when, from which P, how many at about that time.</summary>
    public List<(int Row, long Time, int Victim, int Count)> Steals { get; } = [];

    /// <summary>When the runtime stopped all threads.</summary>
    public IReadOnlyList<(long Start, long End, bool IsCollection, int Count)> Pauses { get; }

    /// <summary>The windows of findings.</summary>
    public IReadOnlyList<(string Id, Severity Severity, TimeWindow Window)> Windows { get; }

    /// <summary>For the page's script: arrays of numbers.</summary>
    public JsonObject ToJson(GoroutineTable goroutines) => new()
    {
        ["hogs"] = Array(Hogs.Select(h => Array(h.Processor, h.Machine, Math.Max(0, h.Slice.Start), h.Slice.HeldUntil, h.Slice.End, goroutines.Number(h.Slice.Goroutine)))),
        ["handoffs"] = Array(Handoffs.Where(h => h.Row >= 0).Select(h => Array(h.Row, h.Time, h.ToM, h.Count))),
        ["steals"] = Array(Steals.Where(s => s.Row >= 0).Select(s => Array(s.Row, s.Time, s.Victim, s.Count))),
        ["pauses"] = Array(Pauses.Select(p => Array(p.Start, p.End, p.IsCollection ? 1 : 0, p.Count))),
        ["windows"] = Array(Windows.Select(w => new JsonArray(w.Id, w.Severity.ToString().ToLowerInvariant(), w.Window.StartNs, w.Window.EndNs))),
    };

    // Pauses of a recording are few; if they are not, neighbours become one until they are.
    private static List<(long, long, bool, int)> Joined(TraceModel model)
    {
        var exact = model.Pauses.Select(p => (p.Start, p.End, p.IsCollection, Count: 1)).ToList();
        if (exact.Count == 0)
        {
            exact = [.. model.Accounts.SelectMany(a => a.Collections).DistinctBy(c => c.Time)
                .Select(c => (Math.Max(0, c.Time - Math.Max(c.PauseNs, c.WindowNs)), c.Time, true, Math.Max(1, c.Collections)))];
        }
        exact.Sort((a, b) => a.Start.CompareTo(b.Start));
        for (long gap = 1_000_000; exact.Count > MostPauses; gap *= 2)
        {
            var fewer = new List<(long Start, long End, bool IsCollection, int Count)>();
            foreach (var pause in exact)
            {
                if (fewer.Count > 0 && pause.Start - fewer[^1].Start < gap)
                    fewer[^1] = (fewer[^1].Start, Math.Max(fewer[^1].End, pause.End), fewer[^1].IsCollection | pause.IsCollection, fewer[^1].Count + pause.Count);
                else
                    fewer.Add(pause);
            }
            exact = fewer;
        }
        return exact;
    }

    private static JsonArray Array(IEnumerable<JsonNode> items) => [.. items];

    private static JsonArray Array(params ReadOnlySpan<long> numbers)
    {
        var array = new JsonArray();
        foreach (long number in numbers)
            array.Add(number);
        return array;
    }
}
