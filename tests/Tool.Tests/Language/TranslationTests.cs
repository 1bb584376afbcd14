using System.Text.RegularExpressions;
using Gmp.Analysis.Language;

namespace Gmp.Tests.Language;

/// <summary>Translations are whole: every text that the sources say has one, with the same holes, and none is left over.</summary>
public partial class TranslationTests
{
    public static TheoryData<string> Tags => [.. Phrases.Languages.Skip(1)];

    [Fact]
    public void The_sources_show_what_is_said()
    {
        Assert.Empty(SpokenTexts.All.Unclears);
        // Each way in which a text is said is found.
        string[] keys = [.. SpokenTexts.All.Texts.Select(t => t.Key)];
        Assert.Contains("Yes. It holds {0}, and nothing was lost.", keys);
        Assert.Contains("Can this trace be trusted?", keys);
        Assert.Contains("{0} goroutine", keys);
        Assert.Contains("; ", keys);
    }

    [Theory, MemberData(nameof(Tags))]
    public void Every_text_has_a_translation(string tag)
    {
        var translation = Translation.Load(tag)!;
        Assert.Empty(SpokenTexts.All.Texts.Where(t => translation.Find(t.Key) is null).Select(t => $"{t.File}:{t.Line}: \"{t.Key}\""));
    }

    [Theory, MemberData(nameof(Tags))]
    public void Every_translation_has_the_same_holes(string tag)
    {
        var translation = Translation.Load(tag)!;
        var different = SpokenTexts.All.Texts.Where(t => t.HasHoles).Select(t => t.Key).Distinct()
            .Where(k => translation.Find(k) is { } other && !Holes(k).SequenceEqual(Holes(other)));
        Assert.Empty(different);
    }

    [Theory, MemberData(nameof(Tags))]
    public void No_translation_is_of_a_text_that_nobody_says(string tag) =>
        Assert.Empty(Translation.Load(tag)!.Keys.Except(SpokenTexts.All.Texts.Select(t => t.Key)));

    // A hole may stand twice in a translation; none may be missing.
    private static IEnumerable<string> Holes(string text) => Hole().Matches(text.Replace("{{", "", StringComparison.Ordinal).Replace("}}", "", StringComparison.Ordinal)).Select(m => m.Value).Distinct().Order();

    [GeneratedRegex(@"\{[0-9]+\}")]
    private static partial Regex Hole();
}
