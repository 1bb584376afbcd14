using System.Text;
using System.Text.RegularExpressions;

namespace Gmp.Tool.Reporting.Markdown;

/// <summary>
/// Text for Markdown as GitHub reads it: what is a mark there, a tag, or a reference that calls somebody (<c>@name</c>, <c>#12</c>, an address) comes out as
/// the characters that it is.
/// </summary>
internal static partial class MarkdownText
{
    // References are looked for in what is shown, so no escape hides them; a comment parts what would be one.
    private const string Parted = "<!-- -->";

    /// <summary>A sentence.</summary>
    public static string Sentence(string text) => Escape(SafeText.Sentence(text));

    /// <summary>A name, a cell of a table.</summary>
    public static string Name(string text) => Escape(SafeText.Name(text));

    /// <summary>Text that is safe for a terminal already.</summary>
    public static string Escape(string safe)
    {
        safe = safe.Trim();
        var references = Reference().EnumerateMatches(safe);
        bool isMore = references.MoveNext();
        var text = new StringBuilder(safe.Length + 16);
        for (int i = 0; i < safe.Length; i++)
        {
            char c = safe[i];
            switch (c)
            {
                case '&': text.Append("&amp;"); break;
                case '<': text.Append("&lt;"); break;
                case '>': text.Append("&gt;"); break;
                case '$': text.Append("&#36;"); break;   // begins a formula; a backslash before it is one too
                case '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '~':
                    text.Append('\\').Append(c);
                    break;
                // A line that begins with these is a heading, a list or a rule.
                case '#' or '-' or '+' or '=' when i == 0:
                    text.Append('\\').Append(c);
                    break;
                case '.' or ')' when i > 0 && (i + 1 == safe.Length || safe[i + 1] == ' ') && safe.AsSpan(0, i).IndexOfAnyExceptInRange('0', '9') < 0:
                    text.Append('\\').Append(c);
                    break;
                default: text.Append(c); break;
            }
            if (isMore && i == references.Current.Index)
            {
                text.Append(Parted);
                isMore = references.MoveNext();
            }
        }
        return text.ToString();
    }

    /// <summary>A command or a piece of code, shown as it is.</summary>
    public static string Code(string text)
    {
        string safe = SafeText.Sentence(text);
        string fence = new('`', LongestRun(safe) + 1);
        string space = safe.StartsWith('`') || safe.EndsWith('`') ? " " : "";
        return fence + space + safe + space + fence;
    }

    /// <summary>The marks that lines of code stand between.</summary>
    public static string Fence(string code) => new('`', Math.Max(3, LongestRun(code) + 1));

    private static int LongestRun(string text)
    {
        int longest = 0, run = 0;
        foreach (char c in text)
            longest = Math.Max(longest, run = c == '`' ? run + 1 : 0);
        return longest;
    }

    // Each matches one character, behind which the reference is parted: @name, #12, GH-12, ://, www., :smile:.
    [GeneratedRegex(@"@(?=\w)|#(?=\d)|(?<=\bGH)-(?=\d)|:(?=//)|(?<=\bwww)\.|:(?=[\w+-]+:)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
