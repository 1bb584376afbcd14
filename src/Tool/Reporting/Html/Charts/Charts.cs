using Gmp.Analysis.Questions;

namespace Gmp.Tool.Reporting.Html.Charts;

/// <summary>The figures of a finding as SVG.</summary>
internal static class Charts
{
    private const double Width = 720;
    private const double RowHeight = 22;
    private const double BaseLine = 15;
    private const int MostBars = 60;
    private const int LineClasses = 4;

    /// <summary>Draws a figure; empty for one that there is nothing to draw of.</summary>
    public static string Draw(Figure figure, ReportWords words) => figure switch
    {
        BarsFigure bars => Bars(figure.Title, [.. bars.Bars.Select(b => (b.Label, b.Value, CellText.Of(b.Value, bars.Kind), b.Note))], words),
        HistogramFigure histogram => Bars(figure.Title, [.. histogram.Classes.Select(c => (Class(c, histogram.Kind), (double)c.Count, Units.Count(c.Count), ""))], words),
        SeriesFigure series => Series(series),
        MatrixFigure matrix => MatrixChart.Draw(matrix),
        FlowFigure flow => FlowChart.Draw(flow, words),
        _ => "",
    };

    private static string Class(HistogramClass c, CellKind kind) =>
        double.IsPositiveInfinity(c.To) ? "≥ " + CellText.Of(c.From, kind) : $"{CellText.Of(c.From, kind)} – {CellText.Of(c.To, kind)}";

    private static string Bars(string title, List<(string Label, double Value, string Text, string Note)> bars, ReportWords words)
    {
        if (bars.Count == 0)
            return "";
        var shown = bars.Take(MostBars).ToList();
        int left = bars.Count - shown.Count;
        const double Labels = 210, Values = 90, Notes = 150, Room = Width - Labels - Values - Notes;
        double most = shown.Max(b => Math.Abs(b.Value));
        var svg = new Svg(title, Width, (shown.Count + (left > 0 ? 1 : 0)) * RowHeight);
        for (int i = 0; i < shown.Count; i++)
        {
            var (label, value, text, note) = shown[i];
            double y = i * RowHeight;
            double length = most > 0 && value != 0 ? Math.Max(1, Math.Abs(value) / most * Room) : 0;
            svg.Text(Labels - 8, y + BaseLine, label, "end", 30);
            svg.Rect(Labels, y + 3, length, RowHeight - 6, "bar", $"{label}: {text}");
            svg.Text(Labels + length + 6, y + BaseLine, text, "start value", 14);
            if (note.Length > 0)
                svg.Text(Width, y + BaseLine, note, "end dim", 24);
        }
        if (left > 0)
            svg.Text(Labels, (shown.Count * RowHeight) + BaseLine, words.More(left), "start dim");
        return svg.End();
    }

    private static string Series(SeriesFigure figure)
    {
        if (SeriesSampling.Range(figure) is not { } range)
            return "";
        const double Left = 70, Top = 8, Height = 150, Right = 12;
        const int Pieces = 400;
        var lines = figure.Series.Where(s => s.Points.Count > 0).Take(LineClasses).ToList();
        double most = lines.SelectMany(s => s.Points).Select(p => p.Value).Where(double.IsFinite).DefaultIfEmpty(0).Max();
        double top = most > 0 ? most : 1;
        double room = Width - Left - Right;
        var svg = new Svg(figure.Title, Width, Top + Height + 24 + (lines.Count > 1 ? RowHeight : 0));
        for (int i = 0; i <= 2; i++)
        {
            double y = Top + (Height * i / 2);
            svg.Line(Left, y, Width - Right, y, "grid");
            svg.Text(Left - 6, y + 4, CellText.Of(top * (2 - i) / 2, figure.Kind), "end dim", 12);
        }
        svg.Text(Left, Top + Height + 16, CellText.Of(range.Start, CellKind.Moment), "start dim");
        svg.Text(Width - Right, Top + Height + 16, CellText.Of(range.End, CellKind.Moment), "end dim");
        for (int i = 0; i < lines.Count; i++)
        {
            var data = new System.Text.StringBuilder();
            double[] pieces = SeriesSampling.Most(lines[i], range.Start, range.End, Pieces);
            for (int p = 0; p < Pieces; p++)
            {
                if (double.IsNaN(pieces[p]))
                    continue;
                string y = Svg.Number(Top + Height - (Math.Clamp(pieces[p] / top, 0, 1) * Height));
                data.Append(data.Length == 0 ? $"M{Svg.Number(Left + (room * p / Pieces))} {y}" : $"V{y}").Append($"H{Svg.Number(Left + (room * (p + 1) / Pieces))}");
            }
            svg.Path(data.ToString(), $"series s{i}");
            if (lines.Count > 1)
            {
                double x = Left + (i * room / lines.Count), y = Top + Height + 24 + BaseLine;
                svg.Path($"M{Svg.Number(x)} {Svg.Number(y - 4)}h18", $"series s{i}");
                svg.Text(x + 24, y, lines[i].Name, "start", 18);
            }
        }
        return svg.End();
    }
}
