using Gmp.Analysis.Questions;

namespace Gmp.Tool.Reporting.Html.Charts;

/// <summary>A number for each pair as a grid whose cells are the darker the more they hold.</summary>
internal static class MatrixChart
{
    /// <summary>How many rows and columns are drawn; the page has the numbers of all in the JSON report.</summary>
    private const int Most = 64;
    private const int MostWithNumbers = 16;
    private const int Shades = 6;

    public static string Draw(MatrixFigure figure)
    {
        int rows = Math.Min(figure.Rows.Count, Most), columns = Math.Min(figure.Columns.Count, Most);
        if (rows == 0 || columns == 0)
            return "";
        bool hasNumbers = columns <= MostWithNumbers;
        double cell = hasNumbers ? Math.Clamp(620.0 / columns, 38, 104) : Math.Max(9, 600.0 / columns), height = hasNumbers ? 26 : cell;
        const double Left = 100, Top = 40;
        double most = figure.Values.SelectMany(r => r).Select(Math.Abs).DefaultIfEmpty(0).Max();
        var svg = new Svg(figure.Title, Left + (columns * cell) + 4, Top + (rows * height) + 4);
        svg.Text(Left, 14, figure.ColumnsAre, "start dim", 24);
        svg.Text(Left - 8, Top - 8, figure.RowsAre, "end dim", 14);
        svg.Rect(Left, Top, columns * cell, rows * height, "cell c0");
        for (int c = 0; c < columns; c++)
        {
            if (hasNumbers || c % 8 == 0)
                svg.Text(Left + (cell * (c + 0.5)), Top - 8, figure.Columns[c], "middle", hasNumbers ? (int)(cell / 6.4) : 6);
        }
        for (int r = 0; r < rows; r++)
        {
            double y = Top + (r * height);
            if (hasNumbers || r % 4 == 0)
                svg.Text(Left - 8, y + (height / 2) + 4, figure.Rows[r], "end", 12);
            for (int c = 0; c < columns; c++)
            {
                double value = figure.Values[r][c];
                if (value == 0 || !double.IsFinite(value))
                    continue;
                // By the root: a few large pairs would leave nothing of the rest.
                int shade = 1 + (int)Math.Min(Shades - 2, Math.Sqrt(Math.Abs(value) / most) * (Shades - 1));
                string text = CellText.Of(value, figure.Kind);
                svg.Rect(Left + (c * cell), y, cell - 1, height - 1, $"cell c{shade}", $"{figure.Rows[r]} → {figure.Columns[c]}: {text}");
                if (hasNumbers)
                    svg.Text(Left + ((c + 0.5) * cell), y + 17, text, $"middle t{shade}", 9);
            }
        }
        return svg.End();
    }
}
