using System.Drawing;
using System.Runtime.CompilerServices;
using Gmp.Tool.Tui.Drawing;
using Gmp.Tool.Tui.Screen;
using Gmp.Tool.Tui.Sources;
using Terminal.Gui.App;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;
using Terminal.Gui.Testing;
using Terminal.Gui.Time;
using Attribute = Terminal.Gui.Drawing.Attribute;

namespace Gmp.Tool.Tests;

/// <summary>The timeline on a terminal in memory: injected keys and clicks, a clock that moves when told to.</summary>
internal sealed class TuiHarness : IDisposable
{
    private readonly VirtualTimeProvider _time = new();
    private readonly IApplication _app;
    private readonly SessionToken _session;

    public TuiHarness(ITimelineSource source, int width = 120, int height = 35, bool color = true, bool ascii = false, long? at = null)
    {
        _app = Application.Create(_time);
        _ = _app.Init(DriverRegistry.Names.ANSI);
        _app.Driver!.SetScreenSize(width, height);
        State = new TimelineState(source.Model, source.IsLive, at);
        Window = new TimelineScreen(source, State, new Theme(color, ascii));
        _session = _app.Begin(Window)!;
        _app.LayoutAndDraw(true);
    }

    // The library looks for a real terminal unless it is told that there is none.
    [ModuleInitializer]
    internal static void UseNoTerminal() => Environment.SetEnvironmentVariable("DisableRealDriverIO", "1");

    public TimelineState State { get; }

    public TimelineScreen Window { get; }

    /// <summary>The screen as text, without blanks at the ends of lines.</summary>
    public string Screen => string.Join('\n', _app.Driver!.ToString()!.ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd())).TrimEnd();

    public string[] Rows => Screen.Split('\n');

    /// <summary>The row of a lane, by the name in the gutter.</summary>
    public int RowOf(string lane) => Array.FindIndex(Rows, r => r.TrimStart('▸', '>', ' ').StartsWith(lane, StringComparison.Ordinal));

    public TuiHarness Press(params Key[] keys)
    {
        foreach (Key key in keys)
        {
            _app.InjectKey(key);
            _app.LayoutAndDraw();
        }
        return this;
    }

    public TuiHarness Click(int x, int y) => Mouse(x, y, MouseFlags.LeftButtonPressed).Mouse(x, y, MouseFlags.LeftButtonReleased);

    public TuiHarness Mouse(int x, int y, MouseFlags flags)
    {
        _app.InjectMouse(new Mouse { ScreenPosition = new Point(x, y), Flags = flags });
        _app.LayoutAndDraw();
        return this;
    }

    /// <summary>Lets the refresh timer run, as a main loop would.</summary>
    public TuiHarness Wait(int ms = 60)
    {
        _time.Advance(TimeSpan.FromMilliseconds(ms));
        _app.TimedEvents!.RunTimers();
        _app.LayoutAndDraw();
        return this;
    }

    public TuiHarness Resize(int width, int height)
    {
        _app.Driver!.SetScreenSize(width, height);
        _app.LayoutAndDraw();
        return this;
    }

    public Attribute AttributeAt(int x, int y) => _app.Driver!.Contents![y, x].Attribute!.Value;

    public string GlyphAt(int x, int y) => _app.Driver!.Contents![y, x].Grapheme;

    public void Dispose()
    {
        _app.End(_session);
        Window.Dispose();
        _app.Dispose();
    }
}
