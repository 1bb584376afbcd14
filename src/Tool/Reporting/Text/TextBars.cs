namespace Gmp.Tool.Reporting.Text;

/// <summary>Lengths drawn with characters: block glyphs in eighths where the terminal has them, else ASCII.</summary>
internal static class TextBars
{
    private const string Eighths = " ▏▎▍▌▋▊▉";
    private const string Levels = "▁▂▃▄▅▆▇█";
    private const string AsciiLevels = "_.-=+*%#";

    /// <summary>A bar.</summary>
    /// <param name="share">Of the whole width, 0 to 1. What is not zero is seen.</param>
    /// <param name="columns">The whole width.</param>
    /// <param name="glyphs">Block glyphs.</param>
    public static string Bar(double share, int columns, bool glyphs)
    {
        if (!(share > 0))
            return "";
        share = Math.Min(1, share);
        if (!glyphs)
            return new string('#', Math.Max(1, (int)Math.Round(share * columns)));
        int eighths = Math.Max(1, (int)Math.Round(share * columns * 8));
        return new string('█', eighths / 8) + (eighths % 8 == 0 ? "" : Eighths[eighths % 8].ToString());
    }

    /// <summary>A value as the height of one character; a blank for none.</summary>
    /// <param name="share">Of the whole height, 0 to 1.</param>
    /// <param name="glyphs">Block glyphs.</param>
    public static char Level(double share, bool glyphs)
    {
        string levels = glyphs ? Levels : AsciiLevels;
        return double.IsNaN(share) ? ' ' : levels[Math.Clamp((int)(share * levels.Length), 0, levels.Length - 1)];
    }
}
