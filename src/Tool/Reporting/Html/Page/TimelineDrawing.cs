using System.Text;
using Gmp.Analysis.Language;
using Gmp.Analysis.Questions;
using Gmp.Tool.Reporting.Html.Charts;
using Gmp.Tool.Reporting.Html.Timeline;

namespace Gmp.Tool.Reporting.Html.Page;

/// <summary>The whole timeline as a drawing, for print and where no script runs.</summary>
internal static class TimelineDrawing
{
    private const double Width = 1000, Left = 64, ProcessorHeight = 24, MachineHeight = 14, Gap = 5, AxisHeight = 20, WindowHeight = 16;
    private const int Columns = 468, ColumnsOfMany = 234, Many = 64;

    private static readonly string[] s_classes = ["running", "syscall", "spinning", "unknown", "alone", "hasp", "nop"];

    public static string Draw(TimelineData data, Phrases phrases)
    {
        var windows = data.Marks.Windows;
        int levels = windows.Count == 0 ? 0 : 1;
        double top = AxisHeight + (levels * WindowHeight), bottom = top;
        double[] tops = new double[data.Rows.Count];
        for (int i = 0; i < tops.Length; i++)
        {
            tops[i] = bottom;
            bottom += Height(data.Rows[i]) + Gap;
        }
        bool hasPauses = data.Marks.Pauses.Count > 0;
        var svg = new Svg(phrases.Text("Timeline of the whole trace"), Width, bottom + (hasPauses ? MachineHeight + Gap : 0) + 4, "whole");
        Axis(svg, data, bottom);
        bool isOne = data.Rows.Select(r => r.Scheduler).Distinct().Count() <= 1;
        for (int i = 0; i < data.Rows.Count; i++)
        {
            var row = data.Rows[i];
            svg.Rect(Left, tops[i], Width - Left, Height(row), "base");
            svg.Text(Left - 6, tops[i] + (Height(row) / 2) + 4, isOne ? row.Label : $"{row.Label}/{row.Scheduler}", "end", 8);
            Fill(svg, data.Buckets[i], tops[i], Height(row), data.Rows.Count > Many ? ColumnsOfMany : Columns);
        }
        Marks(svg, data, tops);
        if (hasPauses)
        {
            svg.Text(Left - 6, bottom + 11, phrases.Text("Pauses"), "end dim", 9);
            var path = new StringBuilder();
            foreach (var pause in data.Marks.Pauses)
                path.Append(Box(X(data, pause.Start), bottom, Math.Max(1, X(data, pause.End) - X(data, pause.Start)), MachineHeight));
            svg.Path(path.ToString(), "pause");
        }
        foreach (var (id, _, window) in windows)
        {
            double from = X(data, window.StartNs), length = Math.Max(2, X(data, window.EndNs) - from);
            svg.Rect(from, AxisHeight, length, bottom - AxisHeight, "win", $"{id}: {Wording.Moment(window.StartNs)} - {Wording.Moment(window.EndNs)}");
            svg.Text(Math.Min(from + 3, Width - 50), AxisHeight + 12, id, "start small", 8);
        }
        return svg.End();
    }

    private static double Height(LaneRow row) => row.IsProcessor ? ProcessorHeight : MachineHeight;

    private static double X(TimelineData data, long time) => Left + (Math.Clamp(time, 0, data.Duration) / (double)data.Duration * (Width - Left));

    private static string Box(double x, double y, double width, double height) =>
        $"M{Svg.Number(x)} {Svg.Number(y)}h{Svg.Number(width)}v{Svg.Number(height)}h{Svg.Number(-width)}z";

    private static void Axis(Svg svg, TimelineData data, double bottom)
    {
        const int Ticks = 6;
        for (int i = 0; i <= Ticks; i++)
        {
            double x = Left + ((Width - Left) * i / Ticks);
            svg.Line(x, AxisHeight - 4, x, bottom, "grid");
            svg.Text(x, 12, Wording.Moment(data.Duration * i / Ticks), i == 0 ? "start dim" : i == Ticks ? "end dim" : "middle dim");
        }
    }

    // Each kind's area reaches from the base to the sum of it and those before, and those before are drawn over it.
    private static void Fill(Svg svg, RowBuckets buckets, double top, double height, int columns)
    {
        double[] sums = new double[columns];
        var areas = new List<(string Kind, string Path)>();
        for (int slot = 0; slot < RowBuckets.Slots; slot++)
        {
            bool isAny = false;
            for (int c = 0; c < columns; c++)
            {
                int from = (int)((long)c * buckets.Count / columns), to = Math.Max(from + 1, (int)((long)(c + 1) * buckets.Count / columns));
                double share = 0;
                for (int i = from; i < to; i++)
                    share += buckets.Share(i, slot) / 255.0;
                share /= to - from;
                isAny |= share > 0;
                // What is there is seen: half a unit at least.
                sums[c] = Math.Min(1, sums[c] + (share > 0 ? Math.Max(share, 0.5 / height) : 0));
            }
            if (isAny)
                areas.Add((s_classes[(int)buckets.Kinds[slot]], Area(sums, top + height, height)));
        }
        for (int i = areas.Count - 1; i >= 0; i--)
            svg.Path(areas[i].Path, areas[i].Kind);
    }

    private static string Area(double[] shares, double bottom, double height)
    {
        double step = (Width - Left) / shares.Length;
        var path = new StringBuilder();
        bool isOpen = false;
        string last = "";
        for (int c = 0; c < shares.Length; c++)
        {
            if (shares[c] <= 0)
            {
                if (isOpen)
                    path.Append($"H{Svg.Number(Left + (c * step))}V{Svg.Number(bottom)}z");
                isOpen = false;
                continue;
            }
            string y = Svg.Number(Math.Round((bottom - (shares[c] * height)) * 2) / 2);
            if (!isOpen)
                path.Append($"M{Svg.Number(Left + (c * step))} {Svg.Number(bottom)}V{y}");
            else if (y != last)
                path.Append($"H{Svg.Number(Left + (c * step))}V{y}");
            (isOpen, last) = (true, y);
        }
        if (isOpen)
            path.Append($"H{Svg.Number(Width)}V{Svg.Number(bottom)}z");
        return path.ToString();
    }

    private static void Marks(Svg svg, TimelineData data, double[] tops)
    {
        var hogs = new StringBuilder();
        foreach (var hog in data.Marks.Hogs)
        {
            if (hog.Processor >= 0)
                hogs.Append(Stretch(data, hog.Slice.Start, hog.Slice.HeldUntil, tops[hog.Processor] + ProcessorHeight - 6, 6));
            if (hog.Machine >= 0 && hog.Slice.LostProcessor)
                hogs.Append(Stretch(data, hog.Slice.HeldUntil, hog.Slice.End, tops[hog.Machine] + MachineHeight - 4, 4));
        }
        svg.Path(hogs.ToString(), "hog");
        var ticks = new StringBuilder();
        foreach (var (row, time) in Spread(data, data.Marks.Handoffs.Select(h => (h.Row, h.Time))))
            ticks.Append($"M{Svg.Number(X(data, time))} {Svg.Number(tops[row] - 3)}v7");
        foreach (var (row, time) in Spread(data, data.Marks.Steals.Select(s => (s.Row, s.Time))))
            ticks.Append($"M{Svg.Number(X(data, time))} {Svg.Number(tops[row] + ProcessorHeight - 1)}v4");
        svg.Path(ticks.ToString(), "tick");
    }

    // One mark a row for each unit of the drawing: more cannot be told apart.
    private static IEnumerable<(int Row, long Time)> Spread(TimelineData data, IEnumerable<(int Row, long Time)> marks) =>
        marks.Where(m => m.Row >= 0).DistinctBy(m => (m.Row, (int)X(data, m.Time)));

    private static string Stretch(TimelineData data, long from, long to, double y, double height) =>
        Box(X(data, from), y, Math.Max(2, X(data, to) - X(data, from)), height);
}
