using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Gmp.Analysis.Language;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Tests.Harness;
using Gmp.Tool.Reporting.Html;

namespace Gmp.Tests.Reporting;

public partial class HtmlReportTests
{
    private static readonly LoadedTrace s_hog = CraftedTrace.Load("hog");

    /// <summary>What a name must not do to a page.</summary>
    public static TheoryData<string> Names =>
    [
        "<script>alert(1)</script>", "</script><script>alert(1)</script>", "\" onload=\"alert(1)", "' onclick='alert(1)", "</title></head><body>", "<!--", "-->", "]]>",
        "<img src=x onerror=alert(1)>", "&lt;b&gt;&amp;&#60;", "</svg><iframe src=//evil.example>", "\u001b[2J\u0007", "a\nb\r\nc\u2028d", "\u202egnp.exe\u2066", "a\u200bb\u00adc\ufeff",
        "javascript:alert(1)", "${alert(1)} {{x}} \\u003c", "\ud83d\ude42 \ud800 x",
    ];

    [Fact]
    public void The_policy_allows_the_style_sheet_and_the_script_of_the_page_and_nothing_else()
    {
        string page = Write(s_hog, CraftedReport.Whole("checksum"));
        string policy = System.Net.WebUtility.HtmlDecode(Policy().Match(page).Groups[1].Value);
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains($"style-src '{Hash(Style().Match(page).Groups[1].Value)}'", policy, StringComparison.Ordinal);
        Assert.Contains($"script-src '{Hash(Script().Match(page).Groups[1].Value)}'", policy, StringComparison.Ordinal);
        // The policy is said before anything that it is about.
        Assert.True(page.IndexOf("Content-Security-Policy", StringComparison.Ordinal) < page.IndexOf("<style", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_leads_out_of_the_page()
    {
        string page = Write(s_hog, CraftedReport.Whole("checksum"));
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
        Assert.All(Address().Matches(page).Select(m => m.Groups[1].Value), a => Assert.StartsWith("#", a, StringComparison.Ordinal));
        Assert.DoesNotMatch(@"<[^>]*\s(style|on\w+|src|action)\s*=", Script().Replace(page, ""));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_name_is_text_and_nothing_else(string name)
    {
        string page = Write(s_hog, CraftedReport.Whole(name)), plain = Write(s_hog, CraftedReport.Whole("checksum"));
        // A name that is cut to what fits is told in full in an element of its own.
        Assert.Equal(Tags(plain, "title"), Tags(page, "title"));
        Assert.DoesNotContain(page, c => c != '\n' && (char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator));
        Assert.Contains(System.Net.WebUtility.HtmlEncode($"G7 \"{Tool.Reporting.SafeText.Name(name)}\""), page, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_name_in_the_trace_is_no_markup_for_the_script_either(string name)
    {
        string line = name.Replace("\"", "", StringComparison.Ordinal).ReplaceLineEndings("");
        var trace = CraftedTrace.Load(CraftedTrace.Lines("hog").Select(l => l.Replace("checksum", line.Replace("#", "", StringComparison.Ordinal), StringComparison.Ordinal)));
        string page = Write(trace, Analyzer.Run(trace));
        Assert.Equal(Tags(Write(s_hog, Analyzer.Run(s_hog)), "title"), Tags(page, "title"));
        // The data are letters and digits, whatever is in them.
        Assert.Matches("^[A-Za-z0-9+/=]+$", Data().Match(page).Groups[1].Value);
    }

    [Fact]
    public void A_name_of_megabytes_is_cut() =>
        Assert.InRange(Write(s_hog, CraftedReport.Whole(new string('<', 10_000_000))).Length, 0, 400_000);

    [Fact]
    public void It_can_be_read_without_script_and_by_ear()
    {
        string page = Script().Replace(Write(s_hog, CraftedReport.Whole("checksum")), "");
        Assert.StartsWith("<!doctype html>\n<html lang=\"en\">", page, StringComparison.Ordinal);
        Assert.Single(Count(page, "<h1>"));
        Assert.Single(Count(page, "<main>"));
        foreach (string id in (string[])["GMP201", "GMP301", "GMP305", "GMP001", "GMP302"])
            Assert.Single(Count(page, $" id=\"{id}\""));
        Assert.Contains("Most likely cause", page, StringComparison.Ordinal);
        Assert.Equal(Count(page, "<svg class=").Count, Count(page, "role=\"img\" viewBox").Count);
        Assert.All(Regex.Matches(page, "<svg class=[^>]*>(.{7})").Select(m => m.Groups[1].Value), t => Assert.Equal("<title>", t));
        Assert.DoesNotMatch("<th(?! scope=|ead)", page);
        Assert.DoesNotMatch("<table>(?!<caption>)", page);
        Assert.DoesNotMatch("<button (?![^>]*aria-label=)", page);
        Balanced(page);
    }

    [Fact]
    public void A_report_without_a_scheduler_has_no_timeline()
    {
        string page = Write(CraftedReport.Trace, new Report([CraftedReport.Fine], []));
        Assert.DoesNotContain("id=\"timeline\"", page, StringComparison.Ordinal);
        Balanced(Script().Replace(page, ""));
    }

    [Fact]
    public void It_speaks_the_language_that_it_says() =>
        Assert.Contains("<html lang=\"zh-CN\">", Write(s_hog, CraftedReport.Whole("checksum"), Phrases.Of("zh-CN")!), StringComparison.Ordinal);

    internal static string Write(LoadedTrace trace, Report report, Phrases? phrases = null)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        new HtmlReport(output, phrases ?? Phrases.English).Write(trace, report, "x.nettrace");
        return output.ToString();
    }

    private static void Balanced(string page)
    {
        var open = new Stack<string>();
        foreach (Match tag in Tag().Matches(page))
        {
            string name = tag.Groups[2].Value;
            if (tag.Groups[1].Length > 0)
                Assert.Equal(open.Pop(), name);
            else if (name is not ("meta" or "br") && !tag.Value.EndsWith("/>", StringComparison.Ordinal))
                open.Push(name);
        }
        Assert.Empty(open);
    }

    private static MatchCollection Count(string page, string text) => Regex.Matches(page, Regex.Escape(text));

    private static string Tags(string page, string but) =>
        string.Join(' ', Tag().Matches(Script().Replace(page, "")).Where(m => m.Groups[2].Value != but).Select(m => m.Groups[1].Value + m.Groups[2].Value));

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex("http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\"")]
    private static partial Regex Policy();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("id=\"timeline-data\">([^<]*)<")]
    private static partial Regex Data();

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Address();

    [GeneratedRegex("<(/?)([a-zA-Z][a-zA-Z0-9]*)(?:\"[^\"]*\"|[^>\"])*>")]
    private static partial Regex Tag();
}
