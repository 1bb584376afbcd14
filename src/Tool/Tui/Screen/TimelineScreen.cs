using System.Drawing;
using Gmp.Tool.Tui.Drawing;
using Gmp.Tool.Tui.Sources;
using Terminal.Gui.App;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;
using Terminal.Gui.Views;

namespace Gmp.Tool.Tui.Screen;

/// <summary>
/// The window: it hands keys and clicks to <see cref="TimelineState"/> and carries <see cref="Frame"/> to the terminal. It pulls: one timer
/// looks whether the model's version moved and asks for a redraw; nothing is ever pushed to the UI thread for each event.
/// </summary>
internal sealed class TimelineScreen : Runnable
{
    /// <summary>20 pictures a second: what the eye takes for movement, and a tenth of a core at most.</summary>
    public static readonly TimeSpan RefreshPeriod = TimeSpan.FromMilliseconds(50);

    private readonly ITimelineSource _source;
    private readonly Frame _frame;
    private readonly CellGrid _grid = new();
    private readonly DriverBlit _blit = new();
    private ScreenLayout _layout;
    private object? _timer;
    private (long Version, long Bytes, bool IsLive, string? Notice) _shown;
    private Point? _pressedAt;
    private bool _dragged;

    public TimelineScreen(ITimelineSource source, TimelineState state, Theme theme)
    {
        _source = source;
        State = state;
        _frame = new Frame(theme);
        Width = Dim.Fill();
        Height = Dim.Fill();
        CanFocus = true;
    }

    public TimelineState State { get; }

    /// <summary>Raised after each frame, on the UI thread.</summary>
    public event Action? Painted;

    protected override void OnIsRunningChanged(bool newIsRunning)
    {
        base.OnIsRunningChanged(newIsRunning);
        if (newIsRunning)
            _timer = App?.AddTimeout(RefreshPeriod, Refresh);
        else if (_timer is { } timer)
            _ = App?.RemoveTimeout(timer);
    }

    // Every cell is painted by the frame; the stock clear would cost ten times as much as the frame itself.
    protected override bool OnClearingViewport() => true;

    protected override bool OnDrawingContent(DrawContext? context)
    {
        if (App?.Driver is not { } driver)
            return true;
        _grid.Resize(driver.Cols, driver.Rows);
        lock (_source.Model.Gate)
        {
            _layout = _frame.Paint(_grid, State, _source);
            _shown = Shown();
        }
        _ = _blit.Copy(_grid, driver);
        Painted?.Invoke();
        return true;
    }

    protected override bool OnKeyDown(Key key)
    {
        if (KeyTable.ActionFor(key) is not { } action)
            return false;
        if (action == TimelineAction.Quit)
        {
            App?.RequestStop(this);
            return true;
        }
        // Esc is answered here always: the library's own binding for it would end the program.
        Change(s => s.Do(action));
        return true;
    }

    protected override bool OnMouseEvent(Mouse mouse)
    {
        Point at = mouse.ScreenPosition;
        int column = at.X - _layout.Gutter;
        if (mouse.Flags.HasFlag(MouseFlags.WheeledLeft) || (mouse.Flags.HasFlag(MouseFlags.Shift) && mouse.Flags.HasFlag(MouseFlags.WheeledUp)))
            Change(s => s.Do(TimelineAction.StepLeft));
        else if (mouse.Flags.HasFlag(MouseFlags.WheeledRight) || (mouse.Flags.HasFlag(MouseFlags.Shift) && mouse.Flags.HasFlag(MouseFlags.WheeledDown)))
            Change(s => s.Do(TimelineAction.StepRight));
        else if (mouse.Flags.HasFlag(MouseFlags.WheeledUp))
            Change(s => s.Zoom(larger: false, column));
        else if (mouse.Flags.HasFlag(MouseFlags.WheeledDown))
            Change(s => s.Zoom(larger: true, column));
        else if (mouse.Flags.HasFlag(MouseFlags.LeftButtonPressed))
            return Drag(at);
        else if (mouse.Flags.HasFlag(MouseFlags.LeftButtonReleased))
            return Release(at);
        else
            return false;
        return true;
    }

    private bool Drag(Point at)
    {
        if (_pressedAt is not { } from)
        {
            (_pressedAt, _dragged) = (at, false);
        }
        else if (at.X != from.X)
        {
            _dragged = true;
            _pressedAt = at;
            Change(s => s.Pan(from.X - at.X));
        }
        return true;
    }

    private bool Release(Point at)
    {
        bool clicked = _pressedAt is not null && !_dragged;
        (_pressedAt, _dragged) = (null, false);
        int position = _layout.PositionAt(at.Y), column = at.X - _layout.Gutter;
        if (clicked && position >= 0)
            Change(s => s.SelectAt(s.TopLane + position, Math.Max(0, column)));
        return true;
    }

    private void Change(Action<TimelineState> move)
    {
        lock (_source.Model.Gate)
            move(State);
        SetNeedsDraw();
    }

    private bool Refresh()
    {
        lock (_source.Model.Gate)
        {
            if (State.IsLive && !_source.IsLive)
                State.End();
        }
        if (Shown() != _shown)
            SetNeedsDraw();
        return true;
    }

    private (long, long, bool, string?) Shown() => (_source.Model.Version, _source.Bytes, _source.IsLive, _source.Notice);
}
