using System.Text;

namespace Gmp.Tool.Reporting.Text;

/// <summary>
/// Lines of text, indented, and wrapped where a terminal's width is known. Redirected output is not wrapped: a program that searches it wants a fact on
/// one line. All text that is given is escaped and bounded here, but for what <see cref="Drawn"/> takes.
/// </summary>
internal sealed class TextColumn(TextWriter output, TextStyle style)
{
    private const string Reset = "\u001b[0m";
    private const int LeastText = 16;

    // A line may not begin with these, and after these it may not break.
    private const string NotFirst = "，。；：！？）》」』、”’…";
    private const string NotLast = "（《「『“‘";

    /// <summary>How lines are drawn.</summary>
    public TextStyle Style => style;

    /// <summary>The columns that are left beside an indent.</summary>
    public int Room(int indent) => style.Width == int.MaxValue ? int.MaxValue : Math.Max(LeastText, style.Width - indent);

    /// <summary>An empty line.</summary>
    public void Blank() => output.WriteLine();

    /// <summary>A line that is escaped and fits already.</summary>
    public void Drawn(int indent, string text, string? paint = null)
    {
        output.Write(new string(' ', indent));
        output.WriteLine(paint is null ? text.TrimEnd() : paint + text.TrimEnd() + Reset);
    }

    /// <summary>A command to copy: never broken, since what a terminal wraps itself is copied whole.</summary>
    public void Command(int indent, int labelWidth, string label, string command)
    {
        output.Write(new string(' ', indent) + TextWidth.Pad(label, labelWidth));
        output.WriteLine(SafeText.Sentence(command));
    }

    /// <summary>A paragraph.</summary>
    /// <param name="indent">Columns before each line.</param>
    /// <param name="text">Any text.</param>
    /// <param name="label">Stands before the text, in <paramref name="paint"/>; or null.</param>
    /// <param name="paint">An escape sequence of our own, or null.</param>
    /// <param name="hanging">More columns before the lines after the first.</param>
    public void Line(int indent, string text, string? label = null, string? paint = null, int hanging = 0)
    {
        string safe = label is null ? SafeText.Sentence(text) : $"{label}  {SafeText.Sentence(text)}";
        bool first = true;
        foreach (string part in Wrap(safe, Room(indent), Room(indent + hanging)))
        {
            output.Write(new string(' ', first ? indent : indent + hanging));
            if (first && label is not null && paint is not null && part.StartsWith(label, StringComparison.Ordinal))
                output.WriteLine(paint + label + Reset + part[label.Length..]);
            else
                output.WriteLine(part);
            first = false;
        }
    }

    /// <summary>A paragraph beside a label.</summary>
    public void Labelled(int indent, int labelWidth, string label, string text, int hanging = 0)
    {
        int start = indent + labelWidth;
        bool first = true;
        foreach (string part in Wrap(SafeText.Sentence(text), Room(start), Room(start + hanging)))
        {
            output.Write(first ? new string(' ', indent) + TextWidth.Pad(label, labelWidth) : new string(' ', start + hanging));
            output.WriteLine(part);
            first = false;
        }
    }

    // At a space, or beside a wide character; in the middle of a word that is longer than a line.
    private static IEnumerable<string> Wrap(string text, int firstRoom, int otherRoom)
    {
        int room = firstRoom, start = 0, used = 0, cut = -1;
        for (int i = 0; i < text.Length && room != int.MaxValue;)
        {
            Rune.TryGetRuneAt(text, i, out var rune);
            int width = TextWidth.Of(rune);
            if (used + width > room && i > start)
            {
                int end = rune.Value == ' ' && !IsUnit(text, i + 1) ? i : cut > start ? cut : i;
                yield return text[start..end].TrimEnd(' ');
                start = end;
                while (start < text.Length && text[start] == ' ')
                    start++;
                (i, used, cut, room) = (start, 0, -1, otherRoom);
                continue;
            }
            used += width;
            i += rune.Utf16SequenceLength;
            if (i < text.Length && MayBreak(rune, text, i))
                cut = i;
        }
        if (start < text.Length || start == 0)
            yield return text[start..];
    }

    // A number and its unit stand together.
    private static bool IsUnit(string text, int at)
    {
        if (at < 2 || !char.IsAsciiDigit(text[at - 2]))
            return false;
        int end = at;
        while (end < text.Length && (char.IsAsciiLetter(text[end]) || text[end] == '%'))
            end++;
        return text.AsSpan(at, end - at) is "%" or "s" or "ms" or "us" or "ns" or "min" or "B" or "kB" or "MB" or "GB";
    }

    private static bool MayBreak(Rune before, string text, int at)
    {
        if (before.Value == ' ')
            return !IsUnit(text, at);
        char next = text[at];
        if (next == ' ' || NotFirst.Contains(next, StringComparison.Ordinal) || (before.IsBmp && NotLast.Contains((char)before.Value, StringComparison.Ordinal)))
            return false;
        return TextWidth.IsWide(before.Value) || (Rune.TryGetRuneAt(text, at, out var after) && TextWidth.IsWide(after.Value));
    }
}
