using System.Globalization;
using System.Text;
using Terminal.Gui.Text;

namespace Gmp.Tool.Tui.Drawing;

/// <summary>
/// Makes text that comes from a target or a file fit for a grid of one-column cells. A name can hold escape sequences that drive the terminal,
/// marks that turn the reading order round, and glyphs of no or two columns that push the rest of the row aside; each becomes its number, so
/// that two different names still look different.
/// </summary>
internal static class CellText
{
    /// <summary>The text with everything unsafe written as <c>\u{1B}</c>; text that is safe comes back as it is.</summary>
    public static string Safe(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is < ' ' or > '~')
                return Escape(text);
        }
        return text;
    }

    /// <summary>Cut to <paramref name="width"/> columns; a cut is marked with <paramref name="ellipsis"/>. The text must be safe already.</summary>
    public static string Cut(string text, int width, char ellipsis)
    {
        if (text.Length <= width)
            return text;
        return width <= 0 ? "" : string.Concat(text.AsSpan(0, width - 1), new ReadOnlySpan<char>(in ellipsis));
    }

    private static string Escape(string text)
    {
        StringBuilder safe = new(text.Length + 16);
        for (int i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out Rune rune))
            {
                _ = safe.Append(CultureInfo.InvariantCulture, $"\\u{{{(int)text[i]:X}}}");
                i++;
                continue;
            }
            if (IsOneQuietColumn(rune))
                _ = safe.Append((char)rune.Value);
            else
                _ = safe.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}");
            i += rune.Utf16SequenceLength;
        }
        return safe.ToString();
    }

    private static bool IsOneQuietColumn(Rune rune)
    {
        if (!rune.IsBmp || IsRightToLeft(rune.Value))
            return false;
        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.Control:
            case UnicodeCategory.Format:
            case UnicodeCategory.LineSeparator:
            case UnicodeCategory.ParagraphSeparator:
            case UnicodeCategory.Surrogate:
            case UnicodeCategory.PrivateUse:
            case UnicodeCategory.OtherNotAssigned:
            case UnicodeCategory.NonSpacingMark:
            case UnicodeCategory.SpacingCombiningMark:
            case UnicodeCategory.EnclosingMark:
                return false;
            default:
                return rune.GetColumns() == 1;
        }
    }

    // Letters that are written from right to left turn the cells beside them round in a terminal that knows the bidirectional algorithm.
    private static bool IsRightToLeft(int value) => value is (>= 0x0590 and <= 0x08FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFF);
}
