using System.Globalization;
using System.Text;

namespace Gmp.Tool.Reporting.Html.Charts;

/// <summary>An SVG drawing that is written step by step. Colours and fonts are the page's style sheet's, by class.</summary>
internal sealed class Svg
{
    private readonly StringBuilder _text = new();

    /// <summary>Begins a drawing.</summary>
    /// <param name="title">What it shows, for those who do not see it.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="kind">Its class.</param>
    public Svg(string title, double width, double height, string kind = "chart")
    {
        _text.Append(CultureInfo.InvariantCulture,
            $"<svg class=\"{kind}\" role=\"img\" viewBox=\"0 0 {Number(width)} {Number(height)}\" width=\"{Number(width)}\" height=\"{Number(height)}\" preserveAspectRatio=\"xMinYMin meet\">");
        _text.Append("<title>").Append(HtmlText.Sentence(title)).Append("</title>");
    }

    /// <summary>A rectangle.</summary>
    public void Rect(double x, double y, double width, double height, string kind, string title = "")
    {
        _text.Append(CultureInfo.InvariantCulture, $"<rect class=\"{kind}\" x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(width)}\" height=\"{Number(height)}\"");
        _text.Append(title.Length == 0 ? "/>" : $"><title>{HtmlText.Sentence(title)}</title></rect>");
    }

    /// <summary>A line.</summary>
    public void Line(double x1, double y1, double x2, double y2, string kind) =>
        _text.Append(CultureInfo.InvariantCulture, $"<line class=\"{kind}\" x1=\"{Number(x1)}\" y1=\"{Number(y1)}\" x2=\"{Number(x2)}\" y2=\"{Number(y2)}\"/>");

    /// <summary>A path.</summary>
    public void Path(string data, string kind) => _text.Append(CultureInfo.InvariantCulture, $"<path class=\"{kind}\" d=\"{data}\"/>");

    /// <summary>A line as thick as it is told.</summary>
    public void Way(string data, string width) => _text.Append(CultureInfo.InvariantCulture, $"<path class=\"way\" stroke-width=\"{width}\" d=\"{data}\"/>");

    /// <summary>A text, cut to some columns; the whole text is told where a pointer rests on it.</summary>
    /// <param name="x">Where it is anchored.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="text">Any text.</param>
    /// <param name="kind">Its class: <c>start</c>, <c>middle</c> or <c>end</c> say how it is anchored.</param>
    /// <param name="columns">At most so many.</param>
    public void Text(double x, double y, string text, string kind, int columns = 60)
    {
        string shown = HtmlText.Short(text, columns), whole = HtmlText.Name(text);
        _text.Append(CultureInfo.InvariantCulture, $"<text class=\"{kind}\" x=\"{Number(x)}\" y=\"{Number(y)}\">{shown}");
        _text.Append(shown == whole ? "</text>" : $"<title>{whole}</title></text>");
    }

    /// <summary>The whole drawing.</summary>
    public string End() => _text.Append("</svg>").ToString();

    /// <summary>A coordinate, to a tenth.</summary>
    public static string Number(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);
}
