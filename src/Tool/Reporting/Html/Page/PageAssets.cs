using System.Security.Cryptography;
using System.Text;

namespace Gmp.Tool.Reporting.Html.Page;

/// <summary>The style sheet and the script, which are part of the tool, and what the page's policy says of them.</summary>
internal static class PageAssets
{
    /// <summary>The style sheet.</summary>
    public static string Style { get; } = Read("report.css");

    /// <summary>The script.</summary>
    public static string Script { get; } = Read("report.js");

    /// <summary>
    /// Nothing may be loaded, sent, framed or run but this very style sheet and script, whatever a name of the target managed to put into the page.
    /// </summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src '{Hash(Style)}'; script-src '{Hash(Script)}'; base-uri 'none'; form-action 'none'";

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    // With the line ends of the source, on every platform: browsers turn others into these before they look at the hash.
    private static string Read(string name)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream("Html/" + name)
            ?? throw new InvalidOperationException($"The tool was built without {name}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
