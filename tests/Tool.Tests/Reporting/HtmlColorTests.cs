using System.Globalization;
using System.Text.RegularExpressions;
using Gmp.Tool.Reporting.Html.Page;

namespace Gmp.Tests.Reporting;

/// <summary>The page's colours, light and dark, as someone sees them who tells no hues apart.</summary>
public partial class HtmlColorTests
{
    private static readonly Dictionary<string, string>[] s_themes = [.. Theme().Matches(PageAssets.Style).Take(2).Select(Colors)];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Kinds_that_share_a_row_differ_in_luminance(int theme)
    {
        foreach (string[] row in (string[][])[["running", "hog", "syscall", "spinning", "back"], ["hog", "hasp", "nop", "back"]])
        {
            double[] luminances = [.. row.Select(k => Luminance(theme, k)).Order()];
            for (int i = 1; i < luminances.Length; i++)
                Assert.True((luminances[i] + 0.05) / (luminances[i - 1] + 0.05) > 1.35, $"{string.Join(' ', row)}: {string.Join(' ', luminances)}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Text_can_be_read(int theme)
    {
        foreach (string text in (string[])["text", "dim", "link", "critical", "warning", "info", "ok"])
        {
            foreach (string back in (string[])["back", "card"])
                Assert.True(Contrast(theme, text, back) >= 4.5, $"{text} on {back}: {Contrast(theme, text, back):0.0}");
        }
    }

    private static double Contrast(int theme, string a, string b)
    {
        double x = Luminance(theme, a) + 0.05, y = Luminance(theme, b) + 0.05;
        return Math.Max(x, y) / Math.Min(x, y);
    }

    private static double Luminance(int theme, string name)
    {
        string color = s_themes[theme][name];
        double Part(int at)
        {
            double value = int.Parse(color.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.03928 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }
        return (0.2126 * Part(0)) + (0.7152 * Part(2)) + (0.0722 * Part(4));
    }

    private static Dictionary<string, string> Colors(Match theme) => Color().Matches(theme.Value).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

    [GeneratedRegex(@":root \{[^}]*\}")]
    private static partial Regex Theme();

    [GeneratedRegex("--([a-z0-9]+): #([0-9a-f]{6});")]
    private static partial Regex Color();
}
