using Gmp.Analysis.Language;

namespace Gmp.Analysis.Questions.Causes;

/// <summary>What causes are looked for in.</summary>
/// <param name="Asked">What was asked about.</param>
/// <param name="Findings">What was found.</param>
internal sealed record CauseContext(QuestionContext Asked, IReadOnlyList<Finding> Findings)
{
    /// <summary>The language.</summary>
    public Phrases Phrases => Asked.Phrases;

    /// <summary>A finding that asks for attention at least so much, or null.</summary>
    public Finding? Bad(string id, Severity least = Severity.Warning) => Findings.FirstOrDefault(f => f.Id == id && f.Severity >= least);

    /// <summary>Those of some findings that ask for attention at all.</summary>
    public IEnumerable<Finding> Notable(params string[] ids) => Findings.Where(f => f.Severity >= Severity.Info && ids.Contains(f.Id));
}
