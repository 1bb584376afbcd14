using Gmp.Analysis.Language;

namespace Gmp.Tool.Explaining;

/// <summary>The pages of docs/findings, which the tool carries with it: whoever installed it has no repository beside it.</summary>
internal static class FindingPages
{
    /// <summary>The page of a finding.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="phrases">The language; where there is no page in it, the English one.</param>
    /// <returns>Markdown, or null if there is no page.</returns>
    public static string? Load(string id, Phrases phrases) => Read($"findings/{phrases.Name}/{id}.md") ?? Read($"findings/{Phrases.English.Name}/{id}.md");

    private static string? Read(string name)
    {
        using var stream = typeof(FindingPages).Assembly.GetManifestResourceStream(name);
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
