using System.Text;

namespace Gmp;

/// <summary>
/// Text of others in a dump. A dump is read line by line, by people in a terminal and by programs: what a name or a message contains can neither
/// begin a line of the dump nor control the terminal.
/// </summary>
internal static class DumpText
{
    /// <summary>A name, on one line.</summary>
    internal static string Name(string text) => Escape(text, keepLines: false);

    /// <summary>A message: its further lines are indented, as Go does with those of a panic.</summary>
    internal static string Message(string text) => Escape(text.ReplaceLineEndings("\n").TrimEnd('\n'), keepLines: true);

    private static string Escape(string text, bool keepLines)
    {
        if (!text.Any(char.IsControl))
            return text;
        var escaped = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            if (c == '\n' && keepLines)
                escaped.Append("\n\t");
            else if (char.IsControl(c) && !(c == '\t' && keepLines))
                escaped.Append($"\\u{(int)c:x4}");
            else
                escaped.Append(c);
        }
        return escaped.ToString();
    }
}
