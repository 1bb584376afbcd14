using Gmp.Analysis.Questions;

namespace Gmp.Tool.Settings;

/// <summary>When a report fails the command: <c>warning</c>, <c>GMP201</c>, <c>GMP201=critical</c>.</summary>
/// <param name="Id">The finding that it is about, or null for any.</param>
/// <param name="Limit">The least severity that fails.</param>
internal readonly record struct FailCondition(string? Id, Severity Limit)
{
    /// <summary>The severities that can be named, the mildest first.</summary>
    public static IReadOnlyList<string> Severities { get; } = ["info", "warning", "critical"];

    /// <summary>Reads one. An id alone means that the finding asks for attention at all.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ids">The ids that there are.</param>
    /// <param name="condition">What it says.</param>
    /// <param name="complaint">What is wrong with it, or empty.</param>
    /// <returns>False if it makes no sense.</returns>
    public static bool TryParse(string text, IReadOnlyCollection<string> ids, out FailCondition condition, out string complaint)
    {
        (condition, complaint) = (default, "");
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string? id = equals >= 0 ? text[..equals] : SeverityOf(text) is null ? text : null;
        string severity = equals >= 0 ? text[(equals + 1)..] : id is null ? text : Severities[0];
        if (id is not null && !ids.Contains(id))
        {
            complaint = id.StartsWith("GMP", StringComparison.OrdinalIgnoreCase)
                ? $"there is no finding {id}: it takes {string.Join(", ", ids)}"
                : $"'{text}' is neither a severity ({string.Join(", ", Severities)}) nor a finding, as GMP201 or GMP201=critical";
        }
        else if (SeverityOf(severity) is { } limit)
        {
            condition = new FailCondition(id, limit);
        }
        else
        {
            complaint = $"'{severity}' is no severity: it takes {string.Join(", ", Severities)}";
        }
        return complaint.Length == 0;
    }

    /// <summary>True if the finding fails the command.</summary>
    public bool IsMetBy(Finding finding) => finding.Severity >= Limit && (Id is null || Id == finding.Id);

    private static Severity? SeverityOf(string text) => text switch
    {
        "info" => Severity.Info,
        "warning" => Severity.Warning,
        "critical" => Severity.Critical,
        _ => null,
    };
}
