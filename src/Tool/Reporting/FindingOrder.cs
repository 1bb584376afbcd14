using Gmp.Analysis.Questions;

namespace Gmp.Tool.Reporting;

/// <summary>In which order findings are told: what hurts first.</summary>
internal static class FindingOrder
{
    /// <summary>Findings that ask for attention, the worst first.</summary>
    public static IReadOnlyList<Finding> Problems(IEnumerable<Finding> findings) =>
        [.. findings.Where(f => f.Severity >= Severity.Info && f.Ignored.Length == 0).OrderByDescending(f => f.Severity).ThenByDescending(f => f.Score).ThenBy(f => f.Id, StringComparer.Ordinal)];

    /// <summary>Findings that say that all is well.</summary>
    public static IReadOnlyList<Finding> Fine(IEnumerable<Finding> findings) => [.. findings.Where(f => f.Severity == Severity.Ok)];

    /// <summary>Questions that this trace could not answer.</summary>
    public static IReadOnlyList<Finding> Unanswered(IEnumerable<Finding> findings) => [.. findings.Where(f => f.Severity == Severity.NotApplicable)];

    /// <summary>Findings that would ask for attention and that the user knows and accepts.</summary>
    public static IReadOnlyList<Finding> Accepted(IEnumerable<Finding> findings) => [.. findings.Where(f => f.Severity >= Severity.Info && f.Ignored.Length > 0)];

    /// <summary>All of them: problems, then what is accepted, then what is fine, then what was not answered.</summary>
    public static IReadOnlyList<Finding> All(IReadOnlyList<Finding> findings) => [.. Problems(findings), .. Accepted(findings), .. Fine(findings), .. Unanswered(findings)];

    /// <summary>The severest severity of what is not accepted, <see cref="Severity.Ok"/> if there is nothing to say.</summary>
    public static Severity Worst(IEnumerable<Finding> findings) => findings.Where(f => f.Ignored.Length == 0).Select(f => f.Severity).Append(Severity.Ok).Max();
}
