using System.Globalization;
using System.Text.RegularExpressions;
using Gmp.Analysis.Language;
using Gmp.Tests.Harness;
using Gmp.Tool.Explaining;
using Gmp.Tool.Settings;

namespace Gmp.Tests.Explaining;

/// <summary>Every finding has a page in every language, with the thresholds of the code, and the list of pages has it.</summary>
public partial class FindingPageTests
{
    public static TheoryData<string, string> Pages
    {
        get
        {
            var pages = new TheoryData<string, string>();
            foreach (string tag in Phrases.Languages)
            {
                foreach (string id in KnownNames.Ids)
                    pages.Add(id, tag);
            }
            return pages;
        }
    }

    [Theory, MemberData(nameof(Pages))]
    public void A_finding_has_its_page(string id, string tag)
    {
        string page = Page(id, tag);
        Assert.StartsWith(tag == "en" ? $"# {id}: " : $"# {id}：", page, StringComparison.Ordinal);
        Assert.Contains("```", page, StringComparison.Ordinal);   // the picture
        Assert.True(page.Split("\n## ").Length >= 5, "what it looks like, the mechanism, how it is measured and what to do");
    }

    [Theory, MemberData(nameof(Pages))]
    public void The_thresholds_of_a_page_are_those_of_the_code(string id, string tag)
    {
        string page = Page(id, tag);
        var told = Row().Matches(page).ToDictionary(m => m.Groups["name"].Value, m => double.Parse(m.Groups["value"].Value, CultureInfo.InvariantCulture));
        Assert.Equal(KnownNames.Thresholds.Values.Where(t => t.Name.StartsWith(id, StringComparison.Ordinal)).Select(t => (t.Name, t.Default)).Order(), told.Select(t => (t.Key, t.Value)).Order());
        // Those of other findings that it speaks of exist.
        Assert.Empty(Name().Matches(page).Select(m => m.Groups["name"].Value).Except(KnownNames.Thresholds.Keys));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("zh-CN/README.md")]
    public void The_list_has_every_page(string list)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "findings", list));
        Assert.All(KnownNames.Ids, id => Assert.Contains($"| [{id}]({id}.md) | ", text, StringComparison.Ordinal));
    }

    // Of the resources, which are what users get; the English page would stand for one that is missing.
    private static string Page(string id, string tag)
    {
        Assert.True(File.Exists(Path.Combine(Repository.Root, "docs", "findings", tag == "en" ? "" : tag, id + ".md")), $"{id} has no page in {tag}");
        return FindingPages.Load(id, Phrases.Of(tag)!)!;
    }

    [GeneratedRegex(@"^\| `(?<name>GMP\d+\.\w+)` \| (?<value>[0-9.]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<name>GMP\d{3}\.[a-zA-Z]+)`")]
    private static partial Regex Name();
}
