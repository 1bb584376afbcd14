using Gmp.Tool.Stdio;

namespace Gmp.Tool.Reporting;

/// <summary>
/// Text of a report, fit to be shown: escaped, and no longer than anybody reads. A name of the target can be megabytes long, and stands in the middle of a
/// sentence, so it is the middle that is left out.
/// </summary>
internal static class SafeText
{
    /// <summary>Beyond this a sentence is a name that somebody made to be a nuisance, chars.</summary>
    public const int LongestSentence = 3000;

    /// <summary>The longest name in a list, a table or a figure, chars.</summary>
    public const int LongestName = 160;

    private const string Cut = "...";

    /// <summary>A sentence.</summary>
    public static string Sentence(string text) => TerminalText.Escape(Bound(text, LongestSentence));

    /// <summary>A name, a cell.</summary>
    public static string Name(string text) => TerminalText.Escape(Bound(text, LongestName));

    /// <summary>At most so many chars, of which the first and the last are the text's own. Not escaped.</summary>
    public static string Bound(string text, int most)
    {
        if (text.Length <= most)
            return text;
        int head = (most - Cut.Length) * 2 / 3;
        int tail = most - Cut.Length - head;
        // Not through the middle of a surrogate pair.
        if (char.IsHighSurrogate(text[head - 1]))
            head--;
        int from = text.Length - tail;
        if (char.IsLowSurrogate(text[from]))
            from++;
        return string.Concat(text.AsSpan(0, head), Cut, text.AsSpan(from));
    }
}
