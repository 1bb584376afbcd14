namespace Gmp.Tool.Tui.Drawing;

/// <summary>How a cell's glyph is set.</summary>
[Flags]
internal enum CellStyle : byte
{
    None = 0,
    Bold = 1,
    Underline = 2,
    Reverse = 4,
}

/// <summary>One cell of the screen. The glyph is one UTF-16 unit that takes one column: <see cref="CellText"/> sees to it.</summary>
internal readonly record struct GridCell(char Glyph, Rgb Fore, Rgb Back, CellStyle Style = CellStyle.None);
