namespace Gmp.Tool.Tui;

/// <summary>How the timeline opens and looks.</summary>
public sealed record TuiOptions
{
    /// <summary>Open around this moment, ns since the trace's start; null for all of a file, or the end of a recording.</summary>
    public long? At { get; init; }

    /// <summary>Light up this goroutine, by the id that the target knows, and dim the others; null for none.</summary>
    public long? Goroutine { get; init; }

    /// <summary>No colours: states and neighbours are told apart by glyph. Whoever reads the command line honours <c>NO_COLOR</c> here.</summary>
    public bool NoColor { get; init; }

    /// <summary>Draw with ASCII only, for consoles and fonts without block glyphs.</summary>
    public bool Ascii { get; init; }

    /// <summary>Where a fault is told, after the terminal is back to what it was.</summary>
    public TextWriter Error { get; init; } = Console.Error;
}
