using System.Text;
using System.Text.Json.Nodes;
using Gmp.Analysis.Model;
using Gmp.Analysis.Questions;

namespace Gmp.Tool.Reporting.Html.Timeline;

/// <summary>
/// What the page knows of a trace: every row summed up in stretches of equal length, each span of what is short or what a finding points to, and every rare
/// event. Bounded, however long the trace is.
/// </summary>
internal sealed class TimelineData
{
    /// <summary>Stretches of all rows together; each takes six bytes before they are deflated.</summary>
    private const int MostBuckets = 160_000;
    private const int MostBucketsOfRow = 1 << 15;
    private const int LeastBucketsOfRow = 1 << 8;

    /// <summary>Spans that are kept as they are: all of a short trace, or some of each finding's window.</summary>
    private const int MostSpans = 100_000;
    private const int MostSpansOfWindow = 16_000;
    private const int MostWindows = 8;

    private readonly TraceModel _model;
    private readonly GoroutineTable _goroutines;

    /// <summary>Sums a trace up.</summary>
    /// <param name="model">The trace.</param>
    /// <param name="findings">What was found in it.</param>
    public TimelineData(TraceModel model, IReadOnlyList<Finding> findings)
    {
        _model = model;
        _goroutines = new GoroutineTable(model);
        (Rows, LeftOutMachines) = TimelineRows.Of(model);
        Marks = new TimelineMarks(model, Rows, findings);
        int count = LeastBucketsOfRow;
        while (count < MostBucketsOfRow && count * 2L * Rows.Count <= MostBuckets && model.Duration / (count * 2) >= 50)
            count *= 2;
        Buckets = [.. Rows.Select(r => new RowBuckets(r, model.Duration, count))];
    }

    /// <summary>The rows from the top.</summary>
    public IReadOnlyList<LaneRow> Rows { get; }

    /// <summary>How many Ms have no row.</summary>
    public int LeftOutMachines { get; }

    /// <summary>The rows summed up.</summary>
    public IReadOnlyList<RowBuckets> Buckets { get; }

    /// <summary>What is rare.</summary>
    public TimelineMarks Marks { get; }

    /// <summary>The trace's length, ns.</summary>
    public long Duration => Math.Max(1, _model.Duration);

    /// <summary>All of it for the page's script, as text that needs no escaping.</summary>
    /// <param name="words">The words that the script says.</param>
    public string ToText(JsonObject words)
    {
        var body = new BinaryPage();
        foreach (var buckets in Buckets)
            Write(body, buckets);
        var segments = new JsonArray();
        foreach (var (from, to) in Segments())
        {
            segments.Add(new JsonArray(from, to));
            foreach (var row in Rows)
                Write(body, row, from, to);
        }
        var head = new JsonObject
        {
            ["duration"] = Duration,
            ["count"] = Buckets.Count == 0 ? 0 : Buckets[0].Count,
            ["rows"] = new JsonArray([.. Rows.Select((r, i) => (JsonNode)new JsonObject
            {
                ["label"] = r.Label,
                ["scheduler"] = r.Scheduler,
                ["isP"] = r.IsProcessor,
                ["kinds"] = new JsonArray([.. Buckets[i].Kinds.Select(k => (JsonNode)JsonValue.Create((int)k))]),
            })]),
            ["segments"] = segments,
            ["marks"] = Marks.ToJson(_goroutines),
            ["words"] = words,
            ["goroutines"] = _goroutines.ToJson(),   // last: what was asked for before
        };
        var page = new BinaryPage();
        byte[] json = Encoding.UTF8.GetBytes(head.ToJsonString());
        page.Number(json.Length);
        page.Bytes(json);
        body.CopyTo(page);
        return page.Deflated();
    }

    // Planes, since neighbours in time are alike and deflate sees that only if they stand together.
    private void Write(BinaryPage page, RowBuckets buckets)
    {
        for (int slot = 0; slot < RowBuckets.Slots; slot++)
        {
            for (int i = 0; i < buckets.Count; i++)
                page.Byte(buckets.Share(i, slot));
        }
        for (int i = 0; i < buckets.Count; i++)
            page.Number(_goroutines.Number(buckets.Goroutine[i]));
    }

    private void Write(BinaryPage page, LaneRow row, long from, long to)
    {
        var spans = row.Spans(from, to).ToList();
        page.Number(spans.Count);
        long at = from;
        foreach (var span in spans)
        {
            // The first may have begun before.
            long start = Math.Max(span.Start, from), end = Math.Max(start, Math.Min(span.End, to));
            page.Number(start - at);
            page.Number(end - start);
            page.Number(((long)_goroutines.Number(span.Goroutine) << 3) | (byte)span.Kind);
            at = end;
        }
    }

    /// <summary>The stretches of time that are told span by span.</summary>
    private List<(long From, long To)> Segments()
    {
        if (Rows.Sum(r => (long)r.Count) <= MostSpans)
            return [(0, Duration)];
        var segments = new List<(long From, long To)>();
        foreach (var (_, _, window) in Marks.Windows.OrderByDescending(w => w.Severity).Take(MostWindows))
        {
            long margin = Math.Max(1000, (window.EndNs - window.StartNs) / 20);
            long from = Math.Max(0, window.StartNs - margin), to = Math.Min(Duration, window.EndNs + margin);
            // Too much to tell of all of it: of its beginning, then.
            while (to - from > 1000 && CountUpTo(from, to) > MostSpansOfWindow)
                to = from + ((to - from) / 2);
            if (!segments.Any(s => s.From <= from && s.To >= to))
                segments.Add((from, to));
        }
        return segments;
    }

    private int CountUpTo(long from, long to)
    {
        int count = 0;
        foreach (var row in Rows)
        {
            count += row.Spans(from, to).Take(MostSpansOfWindow + 1 - count).Count();
            if (count > MostSpansOfWindow)
                break;
        }
        return count;
    }
}
