using Gmp.Analysis.Language;
using Gmp.Analysis.Questions;
using Gmp.Tool.Reporting;
using Gmp.Tool.Settings;

namespace Gmp.Tool.Commands;

/// <summary>What the user wants of a report.</summary>
/// <param name="Format">The form.</param>
internal sealed record ReportRequest(ReportFormat Format)
{
    /// <summary>The language.</summary>
    public Phrases Phrases { get; init; } = Phrases.English;

    /// <summary>The numbers that questions judge by.</summary>
    public Thresholds Thresholds { get; init; } = Thresholds.Default;

    /// <summary>What fails the command.</summary>
    public IReadOnlyList<FailCondition> FailOn { get; init; } = [];

    /// <summary>Findings that are known and accepted: they fail nothing.</summary>
    public IReadOnlyList<IgnoreRule> Ignored { get; init; } = [];

    /// <summary>The settings file that had a say, or empty.</summary>
    public string Settings { get; init; } = "";

    /// <summary>The recording to compare with, or null.</summary>
    public string? Baseline { get; init; }

    /// <summary>What a finding makes of the exit code. The one about the baseline has a code of its own, unless it is named.</summary>
    public int ExitCodeOf(Finding finding) =>
        finding.Ignored.Length > 0 ? ExitCode.Ok
        : FailOn.Any(c => c.IsMetBy(finding) && (c.Id is not null || finding.Id != RegressionId)) ? ExitCode.FindingsFailed
        : finding.Id == RegressionId && finding.Severity >= Severity.Warning ? ExitCode.GotWorse
        : ExitCode.Ok;

    private const string RegressionId = "GMP501";

    /// <summary>The findings, each that is accepted with the reason for it.</summary>
    public IReadOnlyList<Finding> Accept(IReadOnlyList<Finding> findings) =>
        [.. findings.Select(f => f.Severity >= Severity.Info && Ignored.FirstOrDefault(r => r.Covers(f)) is { } rule ? f with { Ignored = rule.Reason } : f)];

    /// <summary>How much is told, for those who read text.</summary>
    public ReportDetail Detail { get; init; } = ReportDetail.Normal;

    /// <summary>Colours or none, or null for what suits where text goes.</summary>
    public bool? Color { get; init; }

    /// <summary>The file that it goes to, or null for stdout.</summary>
    public ReportFile? File { get; init; }
}
