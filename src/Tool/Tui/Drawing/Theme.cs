namespace Gmp.Tool.Tui.Drawing;

/// <summary>
/// The colours of the screen. The states of a P are dark or saturated and the tints of goroutines light (Okabe and Ito, Paul Tol), so that the
/// state can be told by luminance alone; each state has a glyph besides. Without colour every member is the terminal's own.
/// </summary>
internal sealed class Theme
{
    private static readonly uint[] s_tints =
    [
        0x56B4E9, 0xE69F00, 0x009E73, 0xF0E442, 0x88CCEE, 0xCC79A7, 0x44AA99, 0xDDCC77, 0x999933, 0xAADDCC, 0xC09CE0, 0xEEBB99,
    ];

    private readonly Rgb[] _tints;

    public Theme(bool color, bool ascii)
    {
        HasColor = color;
        Glyphs = ascii ? GlyphSet.Ascii : GlyphSet.Unicode;
        _tints = [.. s_tints.Select(Colored)];
        Page = Colored(0x101216);
        Bar = Colored(0x1D222B);
        Idle = Colored(0x1A1E26);
        IdleDot = Colored(0x454C59);
        Text = Colored(0xD0D4DC);
        Faint = Colored(0x7A8290);
        Strong = Colored(0xFFFFFF);
        Syscall = Colored(0x005F9E);
        SyscallMark = Colored(0x4FA3D9);
        Spinning = Colored(0x38304F);
        SpinningMark = Colored(0x8D80BE);
        Mixed = Colored(0x9AA3B2);
        Good = Colored(0x4CC38A);
        Warning = Colored(0xE69F00);
        Alarm = Colored(0xFF6B57);
    }

    public bool HasColor { get; }

    public GlyphSet Glyphs { get; }

    /// <summary>Two buckets of time fit into a cell when half blocks can be told apart by colour.</summary>
    public int BucketsPerColumn => HasColor && Glyphs.HasHalfBlocks ? 2 : 1;

    public Rgb Page { get; }
    public Rgb Bar { get; }
    public Rgb Idle { get; }
    public Rgb IdleDot { get; }
    public Rgb Text { get; }
    public Rgb Faint { get; }
    public Rgb Strong { get; }
    public Rgb Syscall { get; }
    public Rgb SyscallMark { get; }
    public Rgb Spinning { get; }
    public Rgb SpinningMark { get; }
    /// <summary>Several goroutines, none with most of the time.</summary>
    public Rgb Mixed { get; }
    public Rgb Good { get; }
    public Rgb Warning { get; }
    public Rgb Alarm { get; }

    /// <summary>The tint of a goroutine: the same in every lane, at every zoom and in every run. Neighbours by number differ.</summary>
    public Rgb Tint(int scheduler, long goroutine) => _tints[TintIndex(scheduler, goroutine)];

    /// <summary>Which of the two textures stands for a goroutine where there is no colour.</summary>
    public static bool IsSecondTexture(int scheduler, long goroutine) => (TintIndex(scheduler, goroutine) & 1) != 0;

    /// <summary>Black or white, whichever reads better on <paramref name="back"/>.</summary>
    public Rgb InkOn(Rgb back) => back.IsTerminalOwn ? Rgb.TerminalOwn : back.Luminance > 0.18 ? Page : Strong;

    private static int TintIndex(int scheduler, long goroutine) => (int)((ulong)(goroutine + (scheduler * 5L)) % (ulong)s_tints.Length);

    private Rgb Colored(uint rgb) => HasColor ? Rgb.Hex(rgb) : Rgb.TerminalOwn;
}
