namespace Gmp.Tool.Reporting;

/// <summary>The forms of a report.</summary>
internal enum ReportFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For a ticket or a chat, as GitHub renders it.</summary>
    Markdown,

    /// <summary>A page, with charts and a timeline.</summary>
    Html,

    /// <summary>For programs: docs/report.schema.json is the schema.</summary>
    Json,
}
