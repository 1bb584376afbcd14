using Gmp.Analysis.Model;
using Gmp.Tool.Tui.Drawing;
using Gmp.Tool.Tui.Sources;

namespace Gmp.Tool.Tui.Screen;

/// <summary>The first row: what is shown, how much there is of it, and whether it can be trusted.</summary>
internal static class TitleRow
{
    public static void Paint(CellGrid grid, int width, TimelineState state, ITimelineSource source, Theme theme)
    {
        GlyphSet glyphs = theme.Glyphs;
        grid.Fill(0, 0, width, 1, new GridCell(' ', theme.Text, theme.Bar));
        (string mode, Rgb modeColor) = state.IsPaused ? ("FROZEN", theme.Warning) : state.IsFollowing ? ("FOLLOW", theme.Good) : ("", theme.Text);
        int end = width - 1;
        if (mode.Length > 0)
        {
            end -= mode.Length;
            _ = grid.Write(end, 0, mode, modeColor, theme.Bar, CellStyle.Bold);
            end -= 2;
        }
        int processors = 0;
        foreach (Lane lane in state.Model.Lanes)
            processors += lane.Kind == LaneKind.Processor ? 1 : 0;
        string badge = state.IsLive ? $"{glyphs.Live} LIVE" : source.Notice is null ? "FILE" : $"{glyphs.Ended} ENDED";
        // The second number says which part goes first when the row is too narrow: the highest.
        (string Text, Rgb Color, CellStyle Style, int Dropped)[] parts =
        [
            ("gmp-trace", theme.Faint, CellStyle.None, 9),
            (badge, state.IsLive ? theme.Alarm : theme.Text, CellStyle.Bold, 0),
            (source.ProcessId > 0 && !source.Title.Contains($"pid {source.ProcessId}", StringComparison.Ordinal) ? $"pid {source.ProcessId}" : "", theme.Text, CellStyle.None, 4),
            (CellText.Cut(CellText.Safe(source.Title), Math.Max(8, width / 4), glyphs.Ellipsis), theme.Strong, CellStyle.Bold, 2),
            ($"{processors} P", theme.Text, CellStyle.None, 6),
            ($"{TimeText.Count(state.Model.Goroutines.Count)} G", theme.Text, CellStyle.None, 5),
            (TimeText.Moment(state.Now, 1_000_000, state.Now, glyphs), theme.Text, CellStyle.None, 3),
            (TimeText.Bytes(source.Bytes), theme.Faint, CellStyle.None, 7),
            ($"lost {TimeText.Count(source.EventsLost)}", source.EventsLost > 0 ? theme.Alarm : theme.Faint,
                source.EventsLost > 0 ? CellStyle.Bold : CellStyle.None, 1),
        ];
        while (Length(parts) > end && parts.Max(p => p.Dropped) is > 0 and var first)
            parts = [.. parts.Where(p => p.Dropped != first)];
        int x = 1;
        foreach ((string text, Rgb color, CellStyle style, _) in parts)
        {
            if (text.Length > 0)
                x = grid.Write(x, 0, text, color, theme.Bar, style, end) + 2;
        }
    }

    private static int Length((string Text, Rgb Color, CellStyle Style, int Dropped)[] parts) =>
        1 + parts.Where(p => p.Text.Length > 0).Sum(p => p.Text.Length + 2) - 2;
}
