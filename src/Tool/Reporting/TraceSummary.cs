using Gmp.Analysis.Reading;

namespace Gmp.Tool.Reporting;

/// <summary>What a trace is, in a line.</summary>
internal static class TraceSummary
{
    /// <summary><c>3.00 s, 12,345 events, none lost</c>.</summary>
    public static string Line(TraceInfo info) =>
        $"{Units.Time(info.DurationNs)}, {Units.Count(info.Records, "event")}, {Losses(info)}" + (info.IsTruncated ? ", truncated" : info.IsRepaired ? ", ended early" : "");

    /// <summary>What is missing, or <c>none lost</c>.</summary>
    public static string Losses(TraceInfo info)
    {
        var parts = new List<string>();
        if (info.BatchesLost > 0)
            parts.Add(Units.Count(info.BatchesLost, "batch", "batches") + " lost");
        if (info.EventsLost > 0)
            parts.Add(Units.Count(info.EventsLost, "event") + " dropped by the target");
        if (info.CorruptBatches > 0)
            parts.Add(Units.Count(info.CorruptBatches, "batch", "batches") + " unreadable");
        if (info.DamagedBytes > 0)
            parts.Add(Units.Bytes(info.DamagedBytes) + " damaged");
        return parts.Count == 0 ? "none lost" : string.Join(", ", parts);
    }
}
