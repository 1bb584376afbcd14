using System.Collections.Frozen;
using System.Text.Json;

namespace Gmp.Analysis.Language;

/// <summary>The texts of one language by their English, from the resource <c>Language/TAG.json</c>: one object, English to translation.</summary>
internal sealed class Translation
{
    private readonly FrozenDictionary<string, string> _texts;

    private Translation(Stream json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        _texts = document.RootElement.EnumerateObject().ToFrozenDictionary(p => p.Name, p => p.Value.GetString() ?? "");
    }

    /// <summary>Every English text that has a translation.</summary>
    public IEnumerable<string> Keys => _texts.Keys;

    /// <summary>The translation of a language, or null where there is none.</summary>
    public static Translation? Load(string tag)
    {
        using var stream = typeof(Translation).Assembly.GetManifestResourceStream($"Language/{tag}.json");
        return stream is null ? null : new Translation(stream);
    }

    /// <summary>The text, or null.</summary>
    public string? Find(string english) => _texts.GetValueOrDefault(english);
}
