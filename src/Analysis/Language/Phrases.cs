using System.Globalization;

namespace Gmp.Analysis.Language;

/// <summary>
/// The language that answers are given in. Questions are written in English; another language is a <see cref="Translation"/> that is looked up by the
/// English text, and where it lacks a text the English stands. Immutable, so any thread may use it.
/// </summary>
public sealed class Phrases
{
    private readonly Translation? _translation;

    private Phrases(string name, Translation? translation) => (Name, _translation) = (name, translation);

    /// <summary>English.</summary>
    public static Phrases English { get; } = new("en", null);

    /// <summary>The tags of the languages that there are, English first.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["en", "zh-CN"];

    /// <summary>The language's tag: <c>en</c>, <c>zh-CN</c>.</summary>
    public string Name { get; }

    /// <summary>The phrases of a language, by its tag; null where there are none.</summary>
    public static Phrases? Of(string tag) =>
        tag == English.Name ? English : Translation.Load(tag) is { } translation ? new Phrases(tag, translation) : null;

    /// <summary>A sentence with holes, in this language.</summary>
    public string Say(Phrase phrase)
    {
        string key = phrase.Key;
        object[] values = [.. phrase.Values];
        return string.Format(CultureInfo.InvariantCulture, _translation?.Find(key) ?? key, values);
    }

    /// <summary>A fixed text, in this language. It is taken as it is: braces are braces.</summary>
    public string Text(string english) => _translation?.Find(english) ?? english;

    /// <summary><c>1 goroutine</c>, <c>1,204 goroutines</c>. A translation has it as <c>{0} goroutine</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="singular">The English word for one.</param>
    /// <param name="plural">For many, where that is not the singular and an s.</param>
    public string Count(long count, string singular, string? plural = null)
    {
        string number = count.ToString("#,0", CultureInfo.InvariantCulture);
        return _translation?.Find("{0} " + singular) is { } translated
            ? string.Format(CultureInfo.InvariantCulture, translated, number)
            : $"{number} {(count == 1 ? singular : plural ?? singular + "s")}";
    }

    /// <summary>Items as people list them: <c>a, b and c</c>.</summary>
    public string List(IReadOnlyList<string> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items.Count switch
        {
            0 => "",
            1 => items[0],
            _ => Say($"{string.Join(Text(", "), items.Take(items.Count - 1))} and {items[^1]}"),
        };
    }
}
