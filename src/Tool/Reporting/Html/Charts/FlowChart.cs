using System.Globalization;
using Gmp.Analysis.Questions;

namespace Gmp.Tool.Reporting.Html.Charts;

/// <summary>
/// States and the ways between them: the states in a row, ways that lead on above it and ways that lead back below, each as thick as it is frequent. A way's
/// arch is the higher the farther it leads, so that none runs through another's number.
/// </summary>
internal static class FlowChart
{
    private const double BoxWidth = 118, BoxHeight = 56, Gap = 34, ArchStep = 27;
    private const int MostNodes = 8;
    private const int MostEdges = 24;

    public static string Draw(FlowFigure figure, ReportWords words)
    {
        var nodes = figure.Nodes.Take(MostNodes).ToList();
        if (nodes.Count == 0)
            return "";
        var edges = figure.Edges.Where(e => e.Count > 0 && e.From < nodes.Count && e.To < nodes.Count && e.From >= 0 && e.To >= 0)
            .OrderByDescending(e => e.Count).Take(MostEdges).ToList();
        var levels = Levels(edges);
        int above = edges.Where(e => e.To > e.From).Select(e => levels[e]).DefaultIfEmpty(-1).Max() + 1;
        int below = edges.Where(e => e.To <= e.From).Select(e => levels[e]).DefaultIfEmpty(-1).Max() + 1;
        double top = (above * ArchStep) + 22, width = (nodes.Count * (BoxWidth + Gap)) + 10;
        var svg = new Svg(figure.Title, width, top + BoxHeight + (below * ArchStep) + 26, "chart flow");
        double most = edges.Count == 0 ? 1 : edges[0].Count;
        foreach (var edge in edges)
            Way(svg, figure, edge, levels[edge], top, most);
        long whole = figure.Nodes.Sum(n => n.TimeNs);
        for (int i = 0; i < nodes.Count; i++)
        {
            double x = X(i);
            svg.Rect(x, top, BoxWidth, BoxHeight, "box");
            if (whole > 0)
                svg.Rect(x, top + BoxHeight - 5, BoxWidth * nodes[i].TimeNs / whole, 5, "bar");
            svg.Text(x + (BoxWidth / 2), top + 17, nodes[i].Name, "middle strong", 16);
            svg.Text(x + (BoxWidth / 2), top + 32, Wording.Duration(nodes[i].TimeNs) + (whole > 0 ? ", " + Wording.Percent((double)nodes[i].TimeNs / whole) : ""), "middle dim", 20);
            if (nodes[i].Count > 0)
                svg.Text(x + (BoxWidth / 2), top + 46, words.Phrases.Say($"{Units.Count(nodes[i].Count)} at the end"), "middle dim", 20);
        }
        return svg.End();
    }

    private static double X(int node) => 5 + (node * (BoxWidth + Gap));

    // The short ways first: a long one goes round them.
    private static Dictionary<FlowEdge, int> Levels(List<FlowEdge> edges)
    {
        var levels = new Dictionary<FlowEdge, int>();
        foreach (bool isForth in (bool[])[true, false])
        {
            var placed = new List<(int From, int To, int Level)>();
            foreach (var edge in edges.Where(e => e.To > e.From == isForth).OrderBy(e => Math.Abs(e.To - e.From)).ThenBy(e => e.From))
            {
                int low = Math.Min(edge.From, edge.To), high = Math.Max(edge.From, edge.To), level = 0;
                while (placed.Any(p => p.Level == level && p.From <= high && p.To >= low && !(p.To == low && p.From < low) && !(p.From == high && p.To > high)))
                    level++;
                placed.Add((low, high, level));
                levels[edge] = level;
            }
        }
        return levels;
    }

    private static void Way(Svg svg, FlowFigure figure, FlowEdge edge, int level, double top, double most)
    {
        bool isForth = edge.To > edge.From;
        double thick = 1 + (3 * Math.Sqrt(edge.Count / most));
        // Ways leave a box on its right and come in on its left, a little apart by level.
        double from = X(edge.From) + (BoxWidth * (isForth ? 0.72 : 0.28)) + (isForth ? level : -level) * 4;
        double to = X(edge.To) + (BoxWidth * (isForth ? 0.28 : 0.72)) + (isForth ? -level : level) * 4;
        double edgeY = isForth ? top : top + BoxHeight;
        double arch = isForth ? top - 16 - (level * ArchStep) : top + BoxHeight + 16 + (level * ArchStep);
        double head = isForth ? -6 : 6;
        string width = Svg.Number(thick);
        svg.Way(string.Create(CultureInfo.InvariantCulture, $"M{Svg.Number(from)} {Svg.Number(edgeY)}V{Svg.Number(arch)}H{Svg.Number(to)}V{Svg.Number(edgeY + head)}"), width);
        svg.Path(string.Create(CultureInfo.InvariantCulture, $"M{Svg.Number(to - 4)} {Svg.Number(edgeY + head)}h8L{Svg.Number(to)} {Svg.Number(edgeY)}z"), "head");
        string label = Units.Count(edge.Count) + (edge.Label.Length == 0 ? "" : " " + edge.Label);
        int room = (int)(Math.Abs(to - from) / 6.2);
        svg.Text((from + to) / 2, arch - 4, label, "middle small", Math.Max(12, room));
    }
}
