using Gmp.Analysis.Model;
using Gmp.Tool.Tui.Drawing;
using Gmp.Tool.Tui.Sources;
using Gmp.Tracing;

namespace Gmp.Tool.Tui.Screen;

/// <summary>
/// Below the lanes, where rows are free: the goroutines that ran longest without a scheduling point. It is the key to the colours, and it
/// has whoever monopolizes a P in its first line.
/// </summary>
internal sealed class GoroutineTable(Theme theme)
{
    private const int CheapCount = 20_000;
    private const int NameColumn = 3;
    private const int NumberColumns = 11;
    private const int StateColumns = 20;
    private const long NsBetweenSortsPerMillion = 2_500_000_000;

    private readonly PriorityQueue<(GoroutineInfo Goroutine, long Longest), long> _best = new();
    private List<(GoroutineInfo Goroutine, long Longest)> _rows = [];
    private long _version = -1;
    private long _sortedAt = long.MinValue / 2;
    private int _sortedRows = -1;

    public void Paint(CellGrid grid, ScreenLayout layout, TimelineState state, ITimelineSource source)
    {
        int rows = layout.TableRows - 2;
        if (rows < 1)
            return;
        if (IsStale(state, rows))
            Sort(state, rows);
        int top = layout.TableTop + 1, width = layout.Width;
        bool showsState = width >= 100, showsReady = width >= 80;
        int nameColumns = Math.Min(30, width / 3), numbers = NameColumn + nameColumns;
        int stateAt = numbers + ((showsReady ? 3 : 2) * NumberColumns) + 2, siteAt = showsState ? stateAt + StateColumns : stateAt;
        _ = grid.Write(NameColumn, top, "goroutine", theme.Faint, theme.Page);
        WriteRight(grid, numbers, top, "longest run", theme.Faint);
        WriteRight(grid, numbers + NumberColumns, top, "ran", theme.Faint);
        if (showsReady)
            WriteRight(grid, numbers + (2 * NumberColumns), top, "ready", theme.Faint);
        if (showsState)
            _ = grid.Write(stateAt, top, "now", theme.Faint, theme.Page);
        _ = grid.Write(siteAt, top, "created at", theme.Faint, theme.Page);
        int row = top + 1;
        foreach ((GoroutineInfo goroutine, long longest) in _rows)
        {
            bool isHog = longest > source.SliceOf(goroutine.Scheduler);
            Rgb text = state.Highlighted < 0 || state.Highlighted == goroutine.Index ? theme.Text : theme.Faint;
            Rgb tint = theme.Tint(goroutine.Scheduler, goroutine.Id);
            grid[1, row] = new GridCell(theme.HasColor ? theme.Glyphs.Run : ' ', theme.Glyphs.HasHalfBlocks ? tint : theme.InkOn(tint), theme.HasColor ? tint : theme.Page);
            string name = CellText.Cut(CellText.Safe(goroutine.Label), nameColumns - 1, theme.Glyphs.Ellipsis);
            _ = grid.Write(NameColumn, row, name, isHog ? theme.Alarm : text, theme.Page, isHog ? CellStyle.Bold : CellStyle.None);
            WriteRight(grid, numbers, row, TimeText.Length(longest, theme.Glyphs), isHog ? theme.Alarm : text);
            WriteRight(grid, numbers + NumberColumns, row, TimeText.Length(state.RunningTimeOf(goroutine), theme.Glyphs), text);
            if (showsReady)
                WriteRight(grid, numbers + (2 * NumberColumns), row, TimeText.Length(goroutine.RunnableTime, theme.Glyphs), text);
            if (showsState)
                _ = grid.Write(stateAt, row, StateOf(goroutine), text, theme.Page, limit: siteAt - 1);
            string site = goroutine.CreatedAt is { } at ? CellText.Safe(at.Short) : theme.Glyphs.Dash;
            _ = grid.Write(siteAt, row, CellText.Cut(site, width - siteAt - 1, theme.Glyphs.Ellipsis), text, theme.Page);
            row++;
        }
    }

    private static string StateOf(GoroutineInfo goroutine) => goroutine.Status switch
    {
        GoStatus.Running => "runs",
        GoStatus.Runnable or GoStatus.Preempted => "ready",
        GoStatus.Syscall => "system call",
        GoStatus.Waiting => goroutine.WaitingFor.Text(),
        GoStatus.Dead => "ended",
        _ => "new",
    };

    private void WriteRight(CellGrid grid, int column, int row, string text, Rgb color) =>
        _ = grid.Write(column + NumberColumns - text.Length, row, text, color, theme.Page);

    // Sorting looks at every goroutine. With many of them it is done a few times a second of trace time, the rarer the more there are;
    // never by the wall clock, so that the same trace always gives the same screen.
    private bool IsStale(TimelineState state, int rows)
    {
        if (rows != _sortedRows)
            return true;
        if (state.IsPaused || state.Model.Version == _version)
            return false;
        int count = state.Model.Goroutines.Count;
        return count <= CheapCount || state.Now - _sortedAt >= NsBetweenSortsPerMillion * count / 1_000_000;
    }

    private void Sort(TimelineState state, int rows)
    {
        (_version, _sortedAt, _sortedRows) = (state.Model.Version, state.Now, rows);
        _best.Clear();
        foreach (GoroutineInfo goroutine in state.Model.Goroutines)
        {
            long longest = state.LongestRunOf(goroutine);
            if (longest == 0)
                continue;
            if (_best.Count < rows)
                _best.Enqueue((goroutine, longest), longest);
            else if (_best.TryPeek(out _, out long least) && longest > least)
                _ = _best.EnqueueDequeue((goroutine, longest), longest);
        }
        _rows = [.. _best.UnorderedItems.Select(i => i.Element).OrderByDescending(e => e.Longest).ThenBy(e => e.Goroutine.Index)];
    }
}
