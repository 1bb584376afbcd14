using System.Globalization;
using System.Text;

namespace Gmp.Tool.Stdio;

/// <summary>
/// Makes text that came from a target or a file safe to show. Names are chosen by whoever wrote the target: an escape sequence in one
/// could retitle the terminal or hide a line, a bidi mark could turn a file name round.
/// </summary>
internal static class TerminalText
{
    /// <summary>As many marks as a letter has in any language; more would reach into the lines above and below.</summary>
    private const int MostMarks = 3;

    /// <summary>
    /// Replaces what a terminal or a page would act on, not show (controls, bidi and other format characters, line separators, halves of surrogate
    /// pairs), what nobody sees (fillers, variation selectors) and marks that are heaped on one letter, by <c>\n</c>, <c>\t</c> or
    /// <c>\u{1B}</c>. Everything else stays. The result is one line.
    /// </summary>
    public static string Escape(string text)
    {
        int first = FirstUnsafe(text);
        if (first == text.Length)
            return text;
        var safe = new StringBuilder(text.Length + 16).Append(text, 0, first);
        int marks = 0;
        for (int i = first; i < text.Length;)
        {
            bool valid = Rune.TryGetRuneAt(text, i, out var rune);
            int length = valid ? rune.Utf16SequenceLength : 1;
            marks = valid && IsMark(rune) ? marks + 1 : 0;
            if (valid && !IsUnsafe(rune) && marks <= MostMarks)
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
        // Marks go through the long way, which counts them.
        while (i < text.Length && Rune.TryGetRuneAt(text, i, out var rune) && !IsUnsafe(rune) && !IsMark(rune))
            i += rune.Utf16SequenceLength;
        return i;
    }

    private static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned || IsInvisible(rune.Value);

    // Letters and marks by their category that leave no trace on the screen: two names that differ by one would look the same.
    private static bool IsInvisible(int value) => value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164
        or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xE0100 and <= 0xE01EF);

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;

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
