using Gmp.Tool.Stdio;

namespace Gmp.Tool.Reporting.Text;

/// <summary>
/// Lines of text, indented, and wrapped at words where a terminal's width is known. Redirected output is not wrapped: a program that
/// searches it wants a fact on one line. All text is escaped here.
/// </summary>
internal sealed class TextColumn(TextWriter output, int width)
{
    private const string Reset = "\u001b[0m";
    private const int LeastText = 20;

    /// <summary>An empty line.</summary>
    public void Blank() => output.WriteLine();

    /// <summary>A paragraph.</summary>
    /// <param name="indent">Columns before each line.</param>
    /// <param name="text">Any text.</param>
    /// <param name="label">Stands before the text, in <paramref name="paint"/>; or null.</param>
    /// <param name="paint">An escape sequence of our own, or null.</param>
    /// <param name="hanging">More columns before the lines after the first.</param>
    public void Line(int indent, string text, string? label = null, string? paint = null, int hanging = 0)
    {
        string safe = label is null ? TerminalText.Escape(text) : $"{label}  {TerminalText.Escape(text)}";
        bool first = true;
        foreach (string part in Wrap(safe, indent, indent + hanging))
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
        foreach (string part in Wrap(TerminalText.Escape(text), start, start + hanging))
        {
            output.Write(first ? new string(' ', indent) + label.PadRight(labelWidth) : new string(' ', start + hanging));
            output.WriteLine(part);
            first = false;
        }
    }

    // Counts chars, not columns: a wide character makes a line too long, and the terminal then wraps it itself.
    private IEnumerable<string> Wrap(string text, int firstIndent, int otherIndent)
    {
        int room = width == int.MaxValue ? int.MaxValue : Math.Max(LeastText, width - firstIndent);
        int start = 0;
        while (text.Length - start > room)
        {
            int cut = text.LastIndexOf(' ', start + room, room + 1);
            if (cut <= start)
                cut = text.IndexOf(' ', start + room);   // a word longer than the line stays whole
            if (cut < 0)
                break;
            yield return text[start..cut];
            start = cut + 1;
            room = Math.Max(LeastText, width - otherIndent);
        }
        yield return text[start..];
    }
}
