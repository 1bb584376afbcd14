using System.Net;

namespace Gmp.Tool.Reporting.Html;

/// <summary>Text for a page: escaped for people first, so that nothing in it is invisible or turns the line round, then for HTML.</summary>
internal static class HtmlText
{
    /// <summary>A sentence.</summary>
    public static string Sentence(string text) => Encode(SafeText.Sentence(text));

    /// <summary>A name, a label.</summary>
    public static string Name(string text) => Encode(SafeText.Name(text));

    /// <summary>Text that is safe to show, for an element or for an attribute in quotes.</summary>
    public static string Encode(string safe) => WebUtility.HtmlEncode(safe);

    /// <summary>The name cut to what fits into so many columns of a picture.</summary>
    public static string Short(string text, int columns) => Encode(Text.TextWidth.Cut(SafeText.Name(text), columns, "…"));
}
