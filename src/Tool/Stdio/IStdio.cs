namespace Gmp.Tool.Stdio;

/// <summary>
/// The tool's standard streams. stdout carries data, stderr carries talk. A seam, so that tests run the tool in their own process.
/// </summary>
internal interface IStdio
{
    /// <summary>Data: reports, tables, file names.</summary>
    TextWriter Out { get; }

    /// <summary>Talk: progress, hints, errors.</summary>
    TextWriter Error { get; }

    /// <summary>A person reads stdout.</summary>
    bool OutIsTerminal { get; }

    /// <summary>A person reads stderr, so a line may be rewritten.</summary>
    bool ErrorIsTerminal { get; }

    /// <summary>A person can type.</summary>
    bool InIsTerminal { get; }

    /// <summary>Columns of the terminal; <see cref="int.MaxValue"/> where stdout is none.</summary>
    int Width { get; }

    /// <summary>Colours may be used on stdout.</summary>
    bool UseColor { get; }

    /// <summary>The terminal shows characters beyond ASCII.</summary>
    bool UseGlyphs { get; }

    /// <summary>Takes what was typed so far. Never waits.</summary>
    /// <returns>True if Enter was among it.</returns>
    bool EnterWasPressed();
}
