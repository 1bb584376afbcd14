using System.Globalization;
using System.Text;

namespace Gmp.Tool.Reporting.Text;

/// <summary>
/// How many columns text takes in a terminal: two for the characters of East Asia and for most emoji, none for marks. A table of our own: to load a
/// library of terminals for this would cost a report a tenth of its time.
/// </summary>
internal static class TextWidth
{
    // The ranges of Unicode's East Asian Width W and F, and of emoji that are shown as pictures; joined where only unassigned code points lie between.
    private static readonly (int From, int To)[] s_wide =
    [
        (0x1100, 0x115E), (0x231A, 0x231B), (0x2329, 0x232A), (0x23E9, 0x23EC), (0x23F0, 0x23F0), (0x23F3, 0x23F3), (0x25FD, 0x25FE), (0x2614, 0x2615),
        (0x2648, 0x2653), (0x267F, 0x267F), (0x2693, 0x2693), (0x26A1, 0x26A1), (0x26AA, 0x26AB), (0x26BD, 0x26BE), (0x26C4, 0x26C5), (0x26CE, 0x26CE),
        (0x26D4, 0x26D4), (0x26EA, 0x26EA), (0x26F2, 0x26F3), (0x26F5, 0x26F5), (0x26FA, 0x26FA), (0x26FD, 0x26FD), (0x2705, 0x2705), (0x270A, 0x270B),
        (0x2728, 0x2728), (0x274C, 0x274C), (0x274E, 0x274E), (0x2753, 0x2755), (0x2757, 0x2757), (0x2795, 0x2797), (0x27B0, 0x27B0), (0x27BF, 0x27BF),
        (0x2B1B, 0x2B1C), (0x2B50, 0x2B50), (0x2B55, 0x2B55), (0x2E80, 0x303E), (0x3041, 0x33FF), (0x3400, 0x4DBF), (0x4E00, 0xA4CF), (0xA960, 0xA97C),
        (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE10, 0xFE19), (0xFE30, 0xFE6B), (0xFF01, 0xFF60), (0xFFE0, 0xFFE6), (0x16FE0, 0x18D08), (0x1B000, 0x1B2FB),
        (0x1F004, 0x1F004), (0x1F0CF, 0x1F0CF), (0x1F18E, 0x1F18E), (0x1F191, 0x1F19A), (0x1F200, 0x1F320), (0x1F32D, 0x1F335), (0x1F337, 0x1F37C),
        (0x1F37E, 0x1F393), (0x1F3A0, 0x1F3CA), (0x1F3CF, 0x1F3D3), (0x1F3E0, 0x1F3F0), (0x1F3F4, 0x1F3F4), (0x1F3F8, 0x1F43E), (0x1F440, 0x1F440),
        (0x1F442, 0x1F4FC), (0x1F4FF, 0x1F53D), (0x1F54B, 0x1F567), (0x1F57A, 0x1F57A), (0x1F595, 0x1F596), (0x1F5A4, 0x1F5A4), (0x1F5FB, 0x1F64F),
        (0x1F680, 0x1F6C5), (0x1F6CC, 0x1F6CC), (0x1F6D0, 0x1F6D2), (0x1F6D5, 0x1F6DF), (0x1F6EB, 0x1F6EC), (0x1F6F4, 0x1F6FC), (0x1F7E0, 0x1F7F0),
        (0x1F90C, 0x1F9FF), (0x1FA70, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    /// <summary>The columns of a text that is safe to show.</summary>
    public static int Of(ReadOnlySpan<char> text)
    {
        int width = 0;
        foreach (var rune in text.EnumerateRunes())
            width += Of(rune);
        return width;
    }

    /// <summary>The columns of a character.</summary>
    public static int Of(Rune rune)
    {
        if (rune.Value < 0x300)
            return 1;
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark)
            return 0;
        return IsWide(rune.Value) ? 2 : 1;
    }

    /// <summary>The text cut to so many columns, with an ellipsis where something is left out.</summary>
    public static string Cut(string text, int columns, string ellipsis)
    {
        if (Of(text) <= columns)
            return text;
        int room = Math.Max(0, columns - ellipsis.Length), used = 0, length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (used + Of(rune) > room)
                break;
            used += Of(rune);
            length += rune.Utf16SequenceLength;
        }
        return text[..length] + ellipsis[..Math.Min(ellipsis.Length, columns)];
    }

    /// <summary>The text with spaces to so many columns: behind it, or before it if it stands to the right.</summary>
    public static string Pad(string text, int columns, bool right = false)
    {
        string space = new(' ', Math.Max(0, columns - Of(text)));
        return right ? space + text : text + space;
    }

    /// <summary>True for a character before and after which a line may break without a space.</summary>
    public static bool IsWide(int value)
    {
        if (value < s_wide[0].From)
            return false;
        int low = 0, high = s_wide.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (value < s_wide[middle].From)
                high = middle - 1;
            else if (value > s_wide[middle].To)
                low = middle + 1;
            else
                return true;
        }
        return false;
    }
}
