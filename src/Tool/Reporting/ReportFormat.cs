namespace Gmp.Tool.Reporting;

/// <summary>The forms of a report.</summary>
internal enum ReportFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For programs: docs/manual.md describes the schema.</summary>
    Json,
}
