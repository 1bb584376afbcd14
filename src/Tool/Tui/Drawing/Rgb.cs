namespace Gmp.Tool.Tui.Drawing;

/// <summary>A colour, or the terminal's own when it is the default value.</summary>
/// <param name="Value">0xFFRRGGBB; 0 is the terminal's own colour.</param>
internal readonly record struct Rgb(uint Value)
{
    public static Rgb TerminalOwn => default;

    public bool IsTerminalOwn => Value == 0;

    public byte R => (byte)(Value >> 16);

    public byte G => (byte)(Value >> 8);

    public byte B => (byte)Value;

    /// <summary>From <c>0xRRGGBB</c>.</summary>
    public static Rgb Hex(uint rgb) => new(0xFF000000 | rgb);

    /// <summary>This colour with <paramref name="part"/> (0 to 1) of <paramref name="other"/> in it. The terminal's own colour does not mix.</summary>
    public Rgb Mix(Rgb other, double part)
    {
        if (IsTerminalOwn || other.IsTerminalOwn)
            return this;
        return Hex((Channel(R, other.R, part) << 16) | (Channel(G, other.G, part) << 8) | Channel(B, other.B, part));
    }

    /// <summary>Relative luminance by WCAG, 0 to 1. The lightness of HSL calls orange dark and puts white text on it.</summary>
    public double Luminance => (0.2126 * Linear(R)) + (0.7152 * Linear(G)) + (0.0722 * Linear(B));

    private static uint Channel(byte from, byte to, double part) => (uint)Math.Clamp(Math.Round(from + ((to - from) * part)), 0, 255);

    private static double Linear(byte channel)
    {
        double share = channel / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
    }
}
