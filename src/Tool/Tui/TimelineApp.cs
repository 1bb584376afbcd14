using Gmp.Analysis.Reading;
using Gmp.Tool.Recording;
using Gmp.Tool.Tui.Drawing;
using Gmp.Tool.Tui.Screen;
using Gmp.Tool.Tui.Session;
using Gmp.Tool.Tui.Sources;
using Terminal.Gui.App;

namespace Gmp.Tool.Tui;

/// <summary>
/// The timeline in the terminal. Each call owns the terminal until it returns, and gives it back as it was: after <c>q</c>, after a signal
/// and after a fault. One call at a time.
/// </summary>
public static class TimelineApp
{
    /// <summary>The viewer left.</summary>
    public const int Left = 0;

    /// <summary>A fault in the tool, told in one sentence on <see cref="TuiOptions.Error"/>.</summary>
    public const int Faulted = 5;

    /// <summary>There is no terminal to draw on; nothing was done. The caller goes on without a screen.</summary>
    public const int NoTerminal = -1;

    private static readonly TimeSpan s_graceAfterHangup = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Whether there is a terminal to draw on and to type at. A redirected stdout or stdin is a wish for plain output, even where the
    /// library could find the terminal behind it.
    /// </summary>
    public static bool HasTerminal =>
        !Console.IsOutputRedirected && !Console.IsInputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>
    /// Shows a recording while it runs, and after it has ended until the viewer leaves. When the viewer leaves, the recording is asked to
    /// stop; it is left running after a fault and where there is no terminal.
    /// </summary>
    /// <param name="follower">Reads the file of the recording. Polled on a thread of this call's own; when the call returns nothing polls it any more.</param>
    /// <param name="recording">The recording.</param>
    /// <param name="options">How to open and look.</param>
    /// <returns><see cref="Left"/>, <see cref="Faulted"/> or <see cref="NoTerminal"/>.</returns>
    public static int RunLive(TraceFollower follower, ILiveRecording recording, TuiOptions options)
    {
        ArgumentNullException.ThrowIfNull(follower);
        ArgumentNullException.ThrowIfNull(recording);
        ArgumentNullException.ThrowIfNull(options);
        if (!HasTerminal)
            return NoTerminal; // before a thread is started for nothing
        using LiveSource source = new(follower, recording);
        int result = Run(source, options);
        if (result == Left)
            recording.RequestStop();
        return result;
    }

    /// <summary>Shows a trace that was read from a file, until the viewer leaves.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="path">Its file, for the title.</param>
    /// <param name="options">How to open and look.</param>
    /// <returns><see cref="Left"/>, <see cref="Faulted"/> or <see cref="NoTerminal"/>.</returns>
    public static int RunFile(LoadedTrace trace, string path, TuiOptions options)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        return Run(new FileSource(trace, path), options);
    }

    internal static int Run(ITimelineSource source, TuiOptions options, Action<TimelineScreen>? opened = null)
    {
        // Without this the library waits for ever for keys that cannot come.
        if (!HasTerminal)
            return NoTerminal;
        // Registered before the terminal is changed and released after it is restored: there is no moment in which a signal leaves it as it is.
        using TerminationSignals signals = new();
        int result = Left;
        // Not disposed: after a hang-up the thread below may set it at any time.
        ManualResetEventSlim done = new();
        Thread screenThread = new(() =>
        {
            try
            {
                result = Show(source, options, signals, opened);
            }
            catch (IOException) when (signals.HungUp.WaitOne(0))
            {
                // The sentence about a fault had nowhere to go.
            }
            done.Set();
        })
        { IsBackground = true, Name = "timeline" };
        screenThread.Start();
        // The library's reader of keys never ends on a terminal that is gone, and its owner waits for it. The recording must not wait too.
        if (WaitHandle.WaitAny([done.WaitHandle, signals.HungUp]) == 1 && !done.Wait(s_graceAfterHangup))
            return Left;
        screenThread.Join();
        return result;
    }

    private static int Show(ITimelineSource source, TuiOptions options, TerminationSignals signals, Action<TimelineScreen>? opened)
    {
        TimelineState state = new(source.Model, source.IsLive, options.At is { } at ? (long)at.TotalNanoseconds : null, options.Goroutine);
        try
        {
            // The default of 25 answers a key after 60 to 220 ms; 60 after 26 to 65, for one percent of a core.
            Application.MaximumIterationsPerSecond = 60;
            using IApplication app = Application.Create();
            _ = app.Init();
            using TimelineScreen screen = new(source, state, new Theme(options.Color, options.Ascii));
            signals.OnRequest(() => app.Invoke(() => app.RequestStop(screen)));
            opened?.Invoke(screen);
            _ = app.Run(screen);
            return Left;
        }
        catch (Exception e)
        {
            // The terminal is restored by now: the message is seen, and not lost with the alternate screen.
            options.Error.WriteLine($"The timeline stopped because of a fault in the tool ({e.GetType().Name}: {CellText.Safe(e.Message)}); "
                + "what was recorded is kept. Use --no-ui to record without it.");
            return Faulted;
        }
    }
}
