using Gmp.Analysis.Language;

namespace Gmp.Analysis.Questions;

/// <summary>Severities for a sentence.</summary>
public static class SeverityWords
{
    /// <summary>The severity in words.</summary>
    public static string Of(Phrases phrases, Severity severity)
    {
        ArgumentNullException.ThrowIfNull(phrases);
        return severity switch
        {
            Severity.Critical => phrases.Text("critical"),
            Severity.Warning => phrases.Text("warning"),
            Severity.Info => phrases.Text("info"),
            Severity.Ok => phrases.Text("ok"),
            _ => phrases.Text("not answered"),
        };
    }
}
