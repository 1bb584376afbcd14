using Gmp.Analysis.Questions;

namespace Gmp.Tool.Reporting;

/// <summary>A line over time in as many pieces as there is room for.</summary>
internal static class SeriesSampling
{
    /// <summary>From the first point of any line to the last, ns; null where no line has one.</summary>
    public static (long Start, long End)? Range(SeriesFigure figure)
    {
        var points = figure.Series.SelectMany(s => s.Points.Count == 0 ? [] : new[] { s.Points[0].Time, s.Points[^1].Time }).ToList();
        return points.Count == 0 ? null : (points.Min(), points.Max());
    }

    /// <summary>The most in each of so many pieces of equal length, so that no peak vanishes; NaN where the line has not begun.</summary>
    public static double[] Most(FigureSeries series, long start, long end, int pieces)
    {
        double[] most = new double[pieces];
        Array.Fill(most, double.NaN);
        double length = Math.Max(1, end - start);
        double held = double.NaN;
        int at = 0;
        foreach (var (time, value) in series.Points)
        {
            int piece = (int)Math.Clamp((time - start) / length * pieces, 0, pieces - 1);
            for (; at < piece; at++)
                most[at] = Larger(most[at], held);
            // A value holds until the next, so a piece also has the one that it begins with, unless a point stands at its very start.
            if (time > start + (length * piece / pieces))
                most[piece] = Larger(most[piece], held);
            held = double.IsFinite(value) ? value : double.NaN;
            most[piece] = Larger(most[piece], held);
        }
        for (; at < pieces; at++)
            most[at] = Larger(most[at], held);
        return most;
    }

    private static double Larger(double a, double b) => double.IsNaN(a) ? b : double.IsNaN(b) ? a : Math.Max(a, b);
}
