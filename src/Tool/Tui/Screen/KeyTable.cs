using Gmp.Tool.Tui.Drawing;
using Terminal.Gui.Input;

namespace Gmp.Tool.Tui.Screen;

/// <summary>A line of the key table.</summary>
/// <param name="Shown">The keys as the help shows them.</param>
/// <param name="Does">What they do, as the help says it.</param>
/// <param name="Hint">What the bottom line says, or empty to leave it out there.</param>
/// <param name="Bound">Which key does what.</param>
internal sealed record KeyEntry(string Shown, string Does, string Hint, params (Key Key, TimelineAction Action)[] Bound)
{
    /// <summary>Of use only while more comes; the bottom line leaves it out otherwise.</summary>
    public bool IsForLive { get; init; }
}

/// <summary>The one table of keys: the bindings, the help and the bottom line all come from it, so that none of them can lie.</summary>
internal static class KeyTable
{
    private static readonly Dictionary<Key, TimelineAction> s_actions = [];

    static KeyTable()
    {
        foreach (KeyEntry entry in Entries)
        {
            foreach ((Key key, TimelineAction action) in entry.Bound)
                s_actions.Add(key, action);
        }
    }

    /// <summary>In the order of the help. Hints come in this order too, so what matters most stands first.</summary>
    public static IReadOnlyList<KeyEntry> Entries { get; } =
    [
        new("w s   + -   wheel", "zoom in, zoom out", "w/s zoom",
            (Key.W, TimelineAction.ZoomIn), ('+', TimelineAction.ZoomIn), ('=', TimelineAction.ZoomIn),
            (Key.S, TimelineAction.ZoomOut), ('-', TimelineAction.ZoomOut), ('_', TimelineAction.ZoomOut)),
        new("a d   drag", "move by a quarter of the screen", "a/d move",
            (Key.A, TimelineAction.PanLeft), (Key.D, TimelineAction.PanRight),
            (Key.PageUp, TimelineAction.PanLeft), (Key.PageDown, TimelineAction.PanRight)),
        new("left right   shift+wheel", "move a little", "",
            (Key.CursorLeft, TimelineAction.StepLeft), (Key.CursorRight, TimelineAction.StepRight)),
        new("up down   k j", "lane above, lane below", "up/down lane",
            (Key.CursorUp, TimelineAction.LaneUp), (Key.CursorDown, TimelineAction.LaneDown),
            (Key.K, TimelineAction.LaneUp), (Key.J, TimelineAction.LaneDown)),
        new("f", "follow the end of the recording", "f follow", (Key.F, TimelineAction.Follow)) { IsForLive = true },
        new("0", "fit all of it", "0 fit", ('0', TimelineAction.Fit)),
        new("space", "freeze the picture; the recording goes on", "space freeze", (Key.Space, TimelineAction.Pause)) { IsForLive = true },
        new("h l", "run before, run after on this lane", "h/l run",
            (Key.H, TimelineAction.PreviousSpan), (Key.L, TimelineAction.NextSpan)),
        new("n N", "next run, run before of the same goroutine, on any lane", "n/N same G",
            (Key.N, TimelineAction.NextRun), (Key.N.WithShift, TimelineAction.PreviousRun)),
        new("g", "light up this goroutine, dim the others", "g light up", (Key.G, TimelineAction.Highlight)),
        new("enter", "zoom to this run", "",
            (Key.Enter, TimelineAction.ZoomToSpan)),
        new(", .", "cursor one column to the left, to the right", "",
            (',', TimelineAction.CursorLeft), ('.', TimelineAction.CursorRight)),
        new("z", "put the cursor in the middle", "", (Key.Z, TimelineAction.Centre)),
        new("home   end G", "first moment, last moment", "",
            (Key.Home, TimelineAction.Start), (Key.End, TimelineAction.End), (Key.G.WithShift, TimelineAction.End)),
        new("?", "this help", "? help", ('?', TimelineAction.Help), (Key.F1, TimelineAction.Help)),
        new("esc", "close the help, light all goroutines again", "", (Key.Esc, TimelineAction.Back)),
        new("q   ctrl+c", "quit; a recording is stopped and kept", "q quit",
            (Key.Q, TimelineAction.Quit), (Key.C.WithCtrl, TimelineAction.Quit)),
    ];

    public static TimelineAction? ActionFor(Key key) => s_actions.TryGetValue(key, out TimelineAction action) ? action : null;

    /// <summary>As many hints as fit, whole ones; help and quit always.</summary>
    public static string Hints(int width, bool live)
    {
        string[] hints = [.. Entries.Where(e => e.Hint.Length > 0 && (live || !e.IsForLive)).Select(e => e.Hint)];
        string tail = string.Join("  ", hints[^2..]);
        string line = "";
        foreach (string hint in hints[..^2])
        {
            if (line.Length + hint.Length + 2 + tail.Length > width)
                break;
            line += hint + "  ";
        }
        return CellText.Cut(line + tail, width, ' ');
    }
}
