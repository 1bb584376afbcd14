using Gmp.Analysis.Questions;

namespace Gmp.Tool.Settings;

/// <summary>A finding that is known and accepted.</summary>
/// <param name="Id">Which.</param>
/// <param name="Reason">Why it is accepted.</param>
/// <param name="At">Only where it points to this place, <c>Batch.cs:42</c> or <c>Batch.cs</c>; null for everywhere.</param>
internal sealed record IgnoreRule(string Id, string Reason, string? At = null)
{
    /// <summary>True if the finding is the one that is accepted.</summary>
    public bool Covers(Finding finding) =>
        finding.Id == Id && (At is null || (finding.Source is { } site && (site.Short == At || site.Short[..site.Short.LastIndexOf(':')] == At)));
}
