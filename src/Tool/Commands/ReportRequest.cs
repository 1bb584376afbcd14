using Gmp.Analysis.Language;
using Gmp.Analysis.Questions;
using Gmp.Tool.Reporting;

namespace Gmp.Tool.Commands;

/// <summary>What the user wants of a report.</summary>
internal sealed record ReportRequest
{
    /// <summary>The form.</summary>
    public required ReportFormat Format { get; init; }

    /// <summary>The language.</summary>
    public Phrases Phrases { get; init; } = Phrases.English;

    /// <summary>The severity that fails the command, or null.</summary>
    public Severity? FailOn { get; init; }
}
