namespace Gmp.Tool.Tui;

/// <summary>How the timeline opens and looks.</summary>
public sealed record TuiOptions
{
    /// <summary>Open around this moment, counted from the trace's start; null for all of a file, or the end of a recording.</summary>
    public TimeSpan? At { get; init; }

    /// <summary>Light up this goroutine and dim the others; null for none.</summary>
    public long? Goroutine { get; init; }

    /// <summary>Colours. <see cref="FromEnvironment"/> turns them off where <c>NO_COLOR</c> is set.</summary>
    public bool Color { get; init; } = true;

    /// <summary>Draw with ASCII only, for consoles and fonts without block glyphs.</summary>
    public bool Ascii { get; init; }

    /// <summary>Where a failure is told, after the terminal is back to what it was.</summary>
    public TextWriter Error { get; init; } = Console.Error;

    /// <summary>The defaults for this terminal: no colours where <c>NO_COLOR</c> is set to anything but nothing (no-color.org).</summary>
    public static TuiOptions FromEnvironment() =>
        new() { Color = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) };
}
