using Gmp.Analysis.Model;

namespace Gmp.Analysis.Questions.Causes;

/// <summary>Knows one kind of cause: which finding it is, which others follow from it, and how to tell that from the findings' own numbers. Stateless.</summary>
internal abstract class CauseRule
{
    /// <summary>A part below this may be chance: nothing is explained by it.</summary>
    protected const double LeastPart = 0.3;

    /// <summary>From this part on it is most of it, and from the other on nearly all.</summary>
    protected const double MostPart = 0.5, NearlyAll = 0.8;

    /// <summary>The cause, with what it explains; null where it explains nothing.</summary>
    public abstract Cause? Find(CauseContext context);

    /// <summary>How sure a cause can be that explains this part of an effect, and rests on a finding.</summary>
    protected static Confidence Sureness(Finding finding, double part) =>
        (Confidence)Math.Min((int)finding.Confidence, (int)(part >= NearlyAll ? Confidence.High : part >= MostPart ? Confidence.Medium : Confidence.Low));

    /// <summary>A goroutine as sentences name it: <c>G17 "checksum" (Program.cs:42)</c>. Not escaped.</summary>
    protected static string Who(FindingGoroutine goroutine) =>
        (goroutine.Name.Length == 0 ? $"G{goroutine.Id}" : $"G{goroutine.Id} \"{goroutine.Name}\"") + (goroutine.CreatedAt is { } at ? $" ({at.Short})" : "");

    /// <summary>What to do first, by the finding.</summary>
    protected static string Try(Finding finding) => finding.Fixes.Count > 0 ? finding.Fixes[0] : "";
}
