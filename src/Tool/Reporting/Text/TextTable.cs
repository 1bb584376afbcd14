using Gmp.Analysis.Questions;

namespace Gmp.Tool.Reporting.Text;

/// <summary>
/// A table of a finding: columns side by side where the terminal is wide enough for them, with the widest words cut; else a paragraph for each row.
/// </summary>
internal sealed class TextTable(TextColumn column, ReportWords words)
{
    private const int Gap = 2;
    private const int LeastWords = 10;
    private const string Ellipsis = "...";

    /// <summary>Writes a table.</summary>
    /// <param name="indent">Columns before each line.</param>
    /// <param name="table">What to write.</param>
    /// <param name="mostRows">At most so many rows.</param>
    public void Write(int indent, FindingTable table, int mostRows)
    {
        column.Line(indent, table.Title);
        indent += 2;
        string[] heads = [.. table.Columns.Select(c => SafeText.Name(c.Title))];
        string[][] rows = [.. table.Rows.Take(mostRows).Select(r => (string[])[.. table.Columns.Select((c, i) => i < r.Count ? CellText.Of(r[i], c.Kind) : "")])];
        int[] widths = [.. heads.Select((h, i) => rows.Select(r => TextWidth.Of(r[i])).Append(TextWidth.Of(h)).Max())];
        if (Fit(widths, table, column.Room(indent)))
        {
            column.Drawn(indent, Row(heads, widths, table), column.Style.Color ? "\u001b[2m" : null);
            foreach (string[] row in rows)
                column.Drawn(indent, Row(row, widths, table));
        }
        else
        {
            foreach (string[] row in rows)
                column.Line(indent, string.Join("; ", row.Select((cell, i) => i == 0 ? cell : cell.Length == 0 ? "" : $"{heads[i]} {cell}").Where(c => c.Length > 0)), hanging: 2);
        }
        int left = table.Rows.Count - rows.Length + table.MoreRows;
        if (left > 0)
            column.Line(indent, words.More(left));
    }

    private static string Row(string[] cells, int[] widths, FindingTable table) =>
        string.Join(new string(' ', Gap), cells.Select((c, i) => TextWidth.Pad(TextWidth.Cut(c, widths[i], Ellipsis), widths[i], CellText.IsNumber(table.Columns[i].Kind))));

    // Takes from the widest column of words until the row fits. False if it cannot.
    private static bool Fit(int[] widths, FindingTable table, int room)
    {
        if (room == int.MaxValue)
            return true;
        while (widths.Sum() + (Gap * (widths.Length - 1)) > room)
        {
            int widest = -1;
            for (int i = 0; i < widths.Length; i++)
            {
                if (!CellText.IsNumber(table.Columns[i].Kind) && widths[i] > LeastWords && (widest < 0 || widths[i] > widths[widest]))
                    widest = i;
            }
            if (widest < 0)
                return false;
            widths[widest]--;
        }
        return true;
    }
}
