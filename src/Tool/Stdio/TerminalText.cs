using System.Globalization;
using System.Text;

namespace Gmp.Tool.Stdio;

/// <summary>
/// Makes text that came from a target or a file safe to show. Names are chosen by whoever wrote the target: an escape sequence in one
/// could retitle the terminal or hide a line, a bidi mark could turn a file name round.
/// </summary>
internal static class TerminalText
{
    /// <summary>
    /// Replaces what a terminal would act on, not show (controls, bidi and other format characters, line separators, halves of surrogate
    /// pairs), by <c>\n</c>, <c>\t</c> or <c>\u{1B}</c>. Everything else stays. The result is one line.
    /// </summary>
    public static string Escape(string text)
    {
        int first = FirstUnsafe(text);
        if (first == text.Length)
            return text;
        var safe = new StringBuilder(text.Length + 16).Append(text, 0, first);
        for (int i = first; i < text.Length;)
        {
            bool valid = Rune.TryGetRuneAt(text, i, out var rune);
            int length = valid ? rune.Utf16SequenceLength : 1;
            if (valid && !IsUnsafe(rune))
                safe.Append(text, i, length);
            else
                AppendEscaped(safe, valid ? rune.Value : text[i]);
            i += length;
        }
        return safe.ToString();
    }

    /// <summary>Writes the path of a file on stdout: as it is where a program reads it.</summary>
    public static void WritePath(this IStdio stdio, string path) => stdio.Out.WriteLine(stdio.OutIsTerminal ? Escape(path) : path);

    private static int FirstUnsafe(string text)
    {
        int i = 0;
        while (i < text.Length && Rune.TryGetRuneAt(text, i, out var rune) && !IsUnsafe(rune))
            i += rune.Utf16SequenceLength;
        return i;
    }

    private static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    private static void AppendEscaped(StringBuilder safe, int value)
    {
        switch (value)
        {
            case '\n': safe.Append("\\n"); break;
            case '\r': safe.Append("\\r"); break;
            case '\t': safe.Append("\\t"); break;
            default: safe.Append(CultureInfo.InvariantCulture, $"\\u{{{value:X}}}"); break;
        }
    }
}
