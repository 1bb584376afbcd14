using Gmp.Analysis.Questions;

namespace Gmp.Tool.Reporting.Text;

/// <summary>The figures of a finding, drawn with characters.</summary>
internal sealed class TextFigures(TextColumn column, ReportWords words)
{
    private const int WidestBar = 30;
    private const int WidestLine = 80;
    private const int MostGridColumns = 16;
    private const string Ellipsis = "...";

    private bool Glyphs => column.Style.Glyphs;

    /// <summary>Draws a figure.</summary>
    /// <param name="indent">Columns before each line.</param>
    /// <param name="figure">What to draw.</param>
    /// <param name="mostLines">At most so many bars, ways or rows.</param>
    public void Write(int indent, Figure figure, int mostLines)
    {
        column.Line(indent, figure.Title);
        indent += 2;
        switch (figure)
        {
            case BarsFigure bars:
                Bars(indent, [.. bars.Bars.Select(b => (SafeText.Name(b.Label), b.Value, CellText.Of(b.Value, bars.Kind), b.Note))], mostLines);
                break;
            case HistogramFigure histogram:
                // All of its classes: without its ends a distribution says something else.
                Bars(indent, [.. histogram.Classes.Select(c => (Class(c, histogram.Kind), (double)c.Count, Units.Count(c.Count), ""))], Math.Max(mostLines, 24));
                break;
            case SeriesFigure series:
                Series(indent, series, mostLines);
                break;
            case MatrixFigure matrix:
                Matrix(indent, matrix, mostLines);
                break;
            case FlowFigure flow:
                Flow(indent, flow, mostLines);
                break;
        }
    }

    private static string Class(HistogramClass c, CellKind kind) =>
        double.IsPositiveInfinity(c.To) ? ">= " + CellText.Of(c.From, kind) : $"{CellText.Of(c.From, kind)} .. {CellText.Of(c.To, kind)}";

    private void Bars(int indent, List<(string Label, double Value, string Text, string Note)> bars, int most)
    {
        var shown = bars.Take(most).ToList();
        if (shown.Count == 0)
            return;
        double largest = shown.Max(b => Math.Abs(b.Value));
        int room = Math.Min(column.Room(indent), TextStyle.WidestText);
        int values = shown.Max(b => TextWidth.Of(b.Text));
        int labels = Math.Min(shown.Max(b => TextWidth.Of(b.Label)), Math.Max(8, room - values - 14));
        int width = Math.Clamp(room - labels - values - 4, 4, WidestBar);
        foreach (var (label, value, text, note) in shown)
        {
            string line = $"{TextWidth.Pad(TextWidth.Cut(label, labels, Ellipsis), labels)}  {TextWidth.Pad(text, values, right: true)}  "
                + TextWidth.Pad(largest > 0 ? TextBars.Bar(Math.Abs(value) / largest, width, Glyphs) : "", width);
            string said = note.Length == 0 ? "" : "  " + SafeText.Name(note);
            column.Drawn(indent, TextWidth.Of(line) + TextWidth.Of(said) <= column.Room(indent) ? line + said : line);
        }
        if (bars.Count > shown.Count)
            column.Line(indent, words.More(bars.Count - shown.Count));
    }

    private void Series(int indent, SeriesFigure figure, int most)
    {
        if (SeriesSampling.Range(figure) is not { } range)
            return;
        var shown = figure.Series.Where(s => s.Points.Count > 0).Take(most).ToList();
        int room = Math.Min(column.Room(indent), TextStyle.WidestText);
        int labels = Math.Min(shown.Max(s => TextWidth.Of(SafeText.Name(s.Name))), Math.Max(8, room / 4));
        double largest = shown.SelectMany(s => s.Points).Select(p => p.Value).Where(double.IsFinite).DefaultIfEmpty(0).Max();
        string top = CellText.Of(largest, figure.Kind);
        int width = Math.Clamp(room - labels - TextWidth.Of(top) - 8, 8, WidestLine);
        foreach (var series in shown)
        {
            double[] pieces = SeriesSampling.Most(series, range.Start, range.End, width);
            double own = pieces.Where(double.IsFinite).DefaultIfEmpty(0).Max();
            string line = string.Concat(pieces.Select(p => double.IsNaN(p) ? ' ' : largest > 0 ? TextBars.Level(p / largest, Glyphs) : TextBars.Level(0, Glyphs)));
            column.Drawn(indent, $"{TextWidth.Pad(TextWidth.Cut(SafeText.Name(series.Name), labels, Ellipsis), labels)}  {line}  <= {CellText.Of(own, figure.Kind)}");
        }
        string from = CellText.Of(range.Start, CellKind.Moment), to = CellText.Of(range.End, CellKind.Moment);
        column.Drawn(indent + labels + 2, from + to.PadLeft(Math.Max(to.Length + 1, width - from.Length)));
        if (figure.Series.Count > shown.Count)
            column.Line(indent, words.More(figure.Series.Count - shown.Count));
    }

    private void Matrix(int indent, MatrixFigure figure, int most)
    {
        string[] rows = [.. figure.Rows.Select(SafeText.Name)], columns = [.. figure.Columns.Select(SafeText.Name)];
        string[][] cells = [.. figure.Values.Select(r => (string[])[.. r.Select(v => v == 0 ? "." : CellText.Of(v, figure.Kind))])];
        int label = rows.Append(Corner(figure)).Max(r => TextWidth.Of(r));
        int[] widths = [.. columns.Select((c, i) => cells.Select(r => TextWidth.Of(r[i])).Append(TextWidth.Of(c)).DefaultIfEmpty(1).Max() + 2)];
        if (columns.Length > MostGridColumns || rows.Length > MostGridColumns || label + widths.Sum() > column.Room(indent))
        {
            Pairs(indent, figure, most);
            return;
        }
        column.Drawn(indent, TextWidth.Pad(Corner(figure), label) + string.Concat(columns.Select((c, i) => TextWidth.Pad(c, widths[i], right: true))));
        for (int r = 0; r < rows.Length; r++)
            column.Drawn(indent, TextWidth.Pad(rows[r], label) + string.Concat(cells[r].Select((c, i) => TextWidth.Pad(c, widths[i], right: true))));
    }

    private static string Corner(MatrixFigure figure) => $"{SafeText.Name(figure.RowsAre)} \\ {SafeText.Name(figure.ColumnsAre)}";

    // A grid that does not fit: its largest values, the largest first.
    private void Pairs(int indent, MatrixFigure figure, int most)
    {
        var pairs = figure.Values
            .SelectMany((row, r) => row.Select((value, c) => (Label: $"{SafeText.Name(figure.Rows[r])} {Arrow} {SafeText.Name(figure.Columns[c])}", Value: value)))
            .Where(p => p.Value != 0).OrderByDescending(p => Math.Abs(p.Value)).ToList();
        column.Drawn(indent, $"{SafeText.Name(figure.RowsAre)} {Arrow} {SafeText.Name(figure.ColumnsAre)}");
        Bars(indent, [.. pairs.Select(p => (p.Label, p.Value, CellText.Of(p.Value, figure.Kind), ""))], most);
    }

    private string Arrow => Glyphs ? "→" : "->";

    private void Flow(int indent, FlowFigure figure, int most)
    {
        var nodes = figure.Nodes;
        long whole = nodes.Sum(n => n.TimeNs);
        int label = nodes.Count == 0 ? 0 : nodes.Max(n => TextWidth.Of(SafeText.Name(n.Name)));
        int times = nodes.Count == 0 ? 0 : nodes.Max(n => Wording.Duration(n.TimeNs).Length);
        string[] ends = [.. nodes.Select(n => n.Count == 0 ? "" : words.Phrases.Say($"{Units.Count(n.Count)} at the end"))];
        int width = Math.Clamp(column.Room(indent) - label - times - 13 - ends.Select(e => TextWidth.Of(e)).DefaultIfEmpty(0).Max(), 4, WidestBar);
        foreach (var node in nodes.Where(n => n.TimeNs > 0 || n.Count > 0 || figure.Edges.Any(e => nodes[e.From] == n || nodes[e.To] == n)))
        {
            double share = whole > 0 ? (double)node.TimeNs / whole : 0;
            string line = $"{TextWidth.Pad(SafeText.Name(node.Name), label)}  {Wording.Duration(node.TimeNs).PadLeft(times)}  {(whole > 0 ? Wording.Percent(share) : ""),5}  "
                + TextWidth.Pad(TextBars.Bar(share, width, Glyphs), width);
            column.Drawn(indent, TextWidth.Cut($"{line}  {ends[nodes.ToList().IndexOf(node)]}".TrimEnd(), column.Room(indent), Ellipsis));
        }
        var edges = figure.Edges.Where(e => e.Count > 0).OrderByDescending(e => e.Count).ToList();
        var shown = edges.Take(most).Select(e => (Way: $"{TextWidth.Pad(SafeText.Name(nodes[e.From].Name), label)} {Arrow} {SafeText.Name(nodes[e.To].Name)}", e.Count, e.Label)).ToList();
        int ways = shown.Count == 0 ? 0 : shown.Max(e => TextWidth.Of(e.Way));
        int counts = shown.Count == 0 ? 0 : shown.Max(e => Units.Count(e.Count).Length);
        foreach (var (way, count, why) in shown)
        {
            string line = $"{TextWidth.Pad(way, ways)}  {Units.Count(count).PadLeft(counts)}";
            column.Drawn(indent, TextWidth.Cut(why.Length == 0 ? line : $"{line}  {SafeText.Name(why)}", column.Room(indent), Ellipsis));
        }
        if (edges.Count > shown.Count)
            column.Line(indent, words.More(edges.Count - shown.Count));
    }
}
