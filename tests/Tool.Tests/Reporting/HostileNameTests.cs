using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gmp.Analysis.Tests.Crafting;
using Gmp.Tests.Harness;
using Markdig;

namespace Gmp.Tests.Reporting;

/// <summary>A trace whose program gave its goroutines and files names to do harm with, through the whole tool, in every form.</summary>
public partial class HostileNameTests
{
    private const string Escapes = "pay\u001b[2J\u001b]0;owned\u0007\u009b31m\u0000";
    private const string Markup = "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;'`*_[x](http://evil.example)|@everyone #12";
    private const string Directions = "\u202egnp.exe\u2066\u200f\u061c\u200b\u2060\ufeff\u00ad\u2028\u180e\u3164";
    private const string Marks = "z\u0301\u0302\u0303\u0304\u0305\u0306\u0307";

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string format in (string[])["text", "markdown", "html", "json"])
            {
                foreach (string name in (string[])[Escapes, Markup, Directions, Marks])
                    cases.Add(format, name);
            }
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_hostile_name_is_harmless(string format, string name)
    {
        using var folder = new TempFolder();
        string report = Report(folder, name, format);
        Check(format, report);
        // The finding is there all the same, on its own line.
        Assert.Contains("GMP201", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("markdown")]
    [InlineData("html")]
    [InlineData("json")]
    public void A_name_of_ten_megabytes_is_cut(string format)
    {
        using var folder = new TempFolder();
        string report = Report(folder, new string('<', 10_000_000), format);
        Check(format, report);
        Assert.InRange(report.Length, 500, format == "html" ? 500_000 : 150_000);
        Assert.Contains("without a scheduling point", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("markdown")]
    [InlineData("html")]
    public void The_longest_name_that_is_read_is_told_without_its_middle(string format)
    {
        using var folder = new TempFolder();
        string report = Report(folder, "x" + new string('y', 1000), format);
        Check(format, report);
        Assert.Matches("G7 (\"|&quot;)xy{40,110}[.]{3}y{20,60}(\"|&quot;)", report);
    }

    [Fact]
    public void A_file_in_whose_path_somebody_hid_something_is_harmless_too()
    {
        using var folder = new TempFolder();
        string path = folder.File("x\u001b[2J\u202e<b>`|.nettrace");
        File.WriteAllBytes(path, Bytes("checksum"));
        foreach (string format in (string[])["text", "markdown", "html", "json"])
            Check(format, ToolRun.Of("report", path, "--format", format, "--full").Out);
    }

    private static string Report(TempFolder folder, string name, string format)
    {
        string path = folder.File("hostile.nettrace");
        File.WriteAllBytes(path, Bytes(name));
        var run = ToolRun.Of("report", path, "--format", format, "--full");
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Out;
    }

    // As single events, since the writer of batches cuts what is long.
    private static byte[] Bytes(string name)
    {
        string safe = name.Replace("\"", "", StringComparison.Ordinal).Replace("#", "%", StringComparison.Ordinal);
        return TextTrace.Record(CraftedTrace.Lines("hog").Select(l => l
            .Replace("\"checksum\"", $"\"{safe}\"", StringComparison.Ordinal)
            .Replace("\"ticker\"", $"\"{safe}\"", StringComparison.Ordinal)
            .Replace("\"main\"", $"\"{safe}\"", StringComparison.Ordinal)
            .Replace("\"/src/Samples/Program.cs\"", $"\"/src/{safe}.cs\"", StringComparison.Ordinal)
            .Replace("\"Main\"", $"\"{safe}\"", StringComparison.Ordinal)), asTransitions: true).ToArray();
    }

    private static void Check(string format, string report)
    {
        // Nothing that a terminal or a page acts on without showing it.
        Assert.DoesNotContain(report.EnumerateRunes(), r => r.Value != '\n' && Rune.GetUnicodeCategory(r) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse);
        Assert.DoesNotContain('\u3164', report);
        Assert.DoesNotMatch(@"\p{Mn}{4}", report);
        switch (format)
        {
            case "json":
                using (JsonDocument.Parse(report))
                {
                }
                Assert.DoesNotContain(report, c => c > '~');
                break;
            case "markdown":
                string html = Markdown.ToHtml(report, new MarkdownPipelineBuilder().UseAdvancedExtensions().Build());
                Assert.DoesNotMatch("(?i)<(script|img|a|iframe)[ >]", html);
                Assert.DoesNotContain("@everyone", report, StringComparison.Ordinal);
                break;
            case "html":
                string page = Own().Replace(report, "");
                Assert.DoesNotMatch("(?i)<(script|img|iframe|object|link)[ >]", page);
                Assert.DoesNotMatch(@"<[^>]*\son\w+=", page);
                break;
        }
    }

    // The page's own script and its data, which are letters and digits.
    [GeneratedRegex("<script[^>]*>.*?</script>", RegexOptions.Singleline)]
    private static partial Regex Own();
}
