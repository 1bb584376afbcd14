using System.Globalization;
using System.Text.RegularExpressions;
using Gmp.Analysis.Language;
using Gmp.Analysis.Questions;
using Gmp.Tests.Harness;
using Gmp.Tool.Reporting;
using Gmp.Tool.Reporting.Markdown;
using Markdig;

namespace Gmp.Tests.Reporting;

public partial class MarkdownReportTests
{
    private static readonly MarkdownPipeline s_github = new MarkdownPipelineBuilder()
        .UsePipeTables().UseAutoLinks().UseEmphasisExtras().UseTaskLists().UseMathematics().UseEmojiAndSmiley().UseFootnotes().Build();

    public static TheoryData<string> Names =>
    [
        "<script>alert(1)</script>", "</details><img src=x onerror=alert(1)>", "[click](javascript:alert(1))", "![x](http://evil.example/x.png)",
        "**bold** _it_ ~~gone~~ `code` ```", "# heading", "- item", "1. item", "> quote", "a | b | c", "$x^2$", "@everyone #12 GH-12 owner/repo#3",
        "http://evil.example www.evil.example a@evil.example", "&lt;b&gt; &#60;", ":smile: [^1] <!-- --> \\*x\\*", "\n\n# line", "\u202egnp.exe", "    indented", "===", "---",
    ];

    [Fact]
    public void It_is_what_it_was() => Golden.Check("report.md", Write(CraftedReport.Whole("checksum")));

    [Theory, MemberData(nameof(Names))]
    public void A_name_is_shown_and_marks_nothing(string name)
    {
        string html = Markdown.ToHtml(Write(CraftedReport.Whole(name)), s_github);
        string plain = Markdown.ToHtml(Write(CraftedReport.Whole("checksum")), s_github);
        // The same elements in the same order as with a plain name: none more, none gone, none moved.
        Assert.Equal(Tags(plain), Tags(html));
        Assert.DoesNotContain("href", html, StringComparison.Ordinal);
        // And the reader sees the name.
        string shown = System.Net.WebUtility.HtmlDecode(Comment().Replace(html, ""));
        Assert.Contains(Squeeze().Replace($"G7 \"{SafeText.Name(name)}\"", " "), Squeeze().Replace(shown, " "), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@everyone")]
    [InlineData("#12")]
    [InlineData("GH-12")]
    [InlineData("http://evil.example")]
    [InlineData("www.evil.example")]
    [InlineData(":smile:")]
    public void A_reference_of_GitHub_is_parted(string name) =>
        Assert.DoesNotContain(name, Write(new Report([CraftedReport.Hog(name)], [])), StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("plain", "`plain`")]
    [InlineData("a `b` c", "``a `b` c``")]
    [InlineData("`", "`` ` ``")]
    public void Code_stands_between_marks_that_it_does_not_hold(string text, string code) => Assert.Equal(code, MarkdownText.Code(text));

    [Fact]
    public void A_name_of_megabytes_is_cut() =>
        Assert.InRange(Write(CraftedReport.Whole(new string('*', 10_000_000))).Length, 0, 80_000);

    private static string Write(Report report)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        new MarkdownReport(output, Phrases.English).Write(CraftedReport.Trace, report, "x.nettrace");
        return output.ToString();
    }

    private static string Tags(string html) => string.Join(' ', Tag().Matches(Comment().Replace(html, "")).Select(m => m.Value));

    [GeneratedRegex("</?[a-zA-Z][^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"[ \n]+")]
    private static partial Regex Squeeze();
}
