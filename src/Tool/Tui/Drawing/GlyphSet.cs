namespace Gmp.Tool.Tui.Drawing;

/// <summary>The glyphs of the screen; every one takes one column. There are two sets, since some consoles and fonts know ASCII only.</summary>
internal sealed record GlyphSet
{
    public required bool HasHalfBlocks { get; init; }
    public required char Run { get; init; }
    /// <summary>The other texture, for the neighbour, where there is no colour.</summary>
    public required char RunOther { get; init; }
    public required char Mixed { get; init; }
    public required char Syscall { get; init; }
    public required char Spinning { get; init; }
    public required char Idle { get; init; }
    public required char LeftHalf { get; init; }
    public required char SpanStart { get; init; }
    public required char Cursor { get; init; }
    public required char CursorHead { get; init; }
    public required char Tick { get; init; }
    public required char Selected { get; init; }
    public required char Live { get; init; }
    public required char Ended { get; init; }
    public required char Horizontal { get; init; }
    public required char Vertical { get; init; }
    public required char TopLeft { get; init; }
    public required char TopRight { get; init; }
    public required char BottomLeft { get; init; }
    public required char BottomRight { get; init; }
    public required char Ellipsis { get; init; }
    public required string Micro { get; init; }
    public required string Dash { get; init; }
    public required string Arrows { get; init; }

    public static GlyphSet Unicode { get; } = new()
    {
        HasHalfBlocks = true,
        Run = '█',
        RunOther = '▓',
        Mixed = '▓',
        Syscall = '▒',
        Spinning = '░',
        Idle = '·',
        LeftHalf = '▌',
        SpanStart = '▏',
        Cursor = '┃',
        CursorHead = '▼',
        Tick = '┆',
        Selected = '▸',
        Live = '●',
        Ended = '■',
        Horizontal = '─',
        Vertical = '│',
        TopLeft = '╭',
        TopRight = '╮',
        BottomLeft = '╰',
        BottomRight = '╯',
        Ellipsis = '…',
        Micro = "µ",
        Dash = "–",
        Arrows = "←→",
    };

    public static GlyphSet Ascii { get; } = new()
    {
        HasHalfBlocks = false,
        Run = '=',
        RunOther = '#',
        Mixed = '%',
        Syscall = '~',
        Spinning = ':',
        Idle = '.',
        LeftHalf = '|',
        SpanStart = '|',
        Cursor = '|',
        CursorHead = 'v',
        Tick = '|',
        Selected = '>',
        Live = '*',
        Ended = '-',
        Horizontal = '-',
        Vertical = '|',
        TopLeft = '+',
        TopRight = '+',
        BottomLeft = '+',
        BottomRight = '+',
        Ellipsis = '~',
        Micro = "u",
        Dash = "-",
        Arrows = "<>",
    };
}
