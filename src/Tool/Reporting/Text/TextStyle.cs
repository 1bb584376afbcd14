using Gmp.Tool.Stdio;

namespace Gmp.Tool.Reporting.Text;

/// <summary>How text is drawn.</summary>
/// <param name="Width">Columns; <see cref="int.MaxValue"/> for no limit.</param>
/// <param name="Color">Escape sequences for colours.</param>
/// <param name="Glyphs">Block glyphs; else ASCII.</param>
internal sealed record TextStyle(int Width, bool Color, bool Glyphs)
{
    /// <summary>Narrower than this nothing can be told; the terminal wraps by itself then.</summary>
    public const int LeastWidth = 40;

    /// <summary>A line beyond this is hard to read, however wide the terminal is.</summary>
    public const int WidestText = 140;

    /// <summary>What suits a stream.</summary>
    /// <param name="stdio">The tool's streams.</param>
    /// <param name="color">True or false if the user chose; null for what suits.</param>
    public static TextStyle Of(IStdio stdio, bool? color = null) =>
        new(stdio.OutIsTerminal ? Math.Clamp(stdio.Width, LeastWidth, WidestText) : int.MaxValue, color ?? stdio.UseColor, stdio.OutIsTerminal && stdio.UseGlyphs);

    /// <summary>What a file is given.</summary>
    public static TextStyle Plain { get; } = new(int.MaxValue, Color: false, Glyphs: false);
}
