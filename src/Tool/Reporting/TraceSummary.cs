using Gmp.Analysis.Reading;

namespace Gmp.Tool.Reporting;

/// <summary>What is missing from a trace, for <c>info</c>.</summary>
internal static class TraceSummary
{
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
