namespace Gmp.Tool.Tui.Screen;

/// <summary>What a key or a click asks for.</summary>
internal enum TimelineAction
{
    ZoomIn,
    ZoomOut,
    PanLeft,
    PanRight,
    StepLeft,
    StepRight,
    LaneUp,
    LaneDown,
    PreviousSpan,
    NextSpan,
    CursorLeft,
    CursorRight,
    PreviousRun,
    NextRun,
    ZoomToSpan,
    Centre,
    Highlight,
    Follow,
    Fit,
    Pause,
    Start,
    End,
    Help,
    Back,
    Quit,
}
