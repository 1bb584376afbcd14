namespace Gmp.Tool.Reporting;

/// <summary>How much of a report for people is told.</summary>
internal enum ReportDetail
{
    /// <summary>A line for each finding that asks for attention.</summary>
    Brief,

    /// <summary>What is bad in full, with the heads of its tables; the rest in a few lines.</summary>
    Normal,

    /// <summary>Everything.</summary>
    Full,
}
