using System.Globalization;

namespace Gmp.Tool.Tui.Drawing;

/// <summary>Times and amounts as people read them. Everything is nanoseconds or bytes on the way in.</summary>
internal static class TimeText
{
    private static readonly (long Size, string Name)[] s_units = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs"), (1, "ns")];

    /// <summary>A length of time with three digits that count: <c>613 ms</c>, <c>1.24 s</c>, <c>17.3 µs</c>.</summary>
    public static string Length(long ns, GlyphSet glyphs)
    {
        (long size, string name) = UnitFor(Math.Abs(ns));
        double value = (double)ns / size;
        string format = size == 1 || Math.Abs(value) >= 99.95 ? "0" : Math.Abs(value) >= 9.995 ? "0.#" : "0.##";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {Spell(name, glyphs)}";
    }

    /// <summary>
    /// A moment, with as many digits as tell it from the moment <paramref name="step"/> ns later: <c>12.4005 s</c>. The unit is the one that
    /// suits <paramref name="largest"/>, so that all moments on a screen share it.
    /// </summary>
    public static string Moment(long ns, long step, long largest, GlyphSet glyphs) => Moment(ns, step, largest, glyphs, " ");

    /// <summary>The same without a blank before the unit: ticks of an axis stand close.</summary>
    public static string Tick(long ns, long step, long largest, GlyphSet glyphs) => Moment(ns, step, largest, glyphs, "");

    /// <summary><c>1.2 MB</c>: powers of ten, as file managers and dotnet-trace count.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
    };

    /// <summary><c>1,204</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Moment(long ns, long step, long largest, GlyphSet glyphs, string gap)
    {
        (long size, string name) = UnitFor(largest);
        int digits = 0;
        for (long unit = size; unit > Math.Max(1, step) && digits < 9; unit /= 10)
            digits++;
        return ((double)ns / size).ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) + gap + Spell(name, glyphs);
    }

    private static (long Size, string Name) UnitFor(long ns)
    {
        foreach ((long Size, string Name) unit in s_units)
        {
            if (ns >= unit.Size)
                return unit;
        }
        return s_units[^1];
    }

    private static string Spell(string unit, GlyphSet glyphs) => unit == "µs" ? glyphs.Micro + "s" : unit;
}
