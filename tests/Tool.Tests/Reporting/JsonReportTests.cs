using System.Text.Json;
using Gmp.Analysis.Language;
using Gmp.Tests.Harness;
using Gmp.Tool.Reporting.Json;

namespace Gmp.Tests.Reporting;

public class JsonReportTests
{
    [Fact]
    public void The_schema_is_what_it_was() =>
        Golden.Check("report.json", Write("checksum"));

    [Fact]
    public void Names_survive_and_the_text_is_plain_ascii()
    {
        const string Name = "pay\u001b[2J\n\u202eLoad\u0007 \ud83d\ude42";
        string json = Write(Name);
        Assert.DoesNotContain(json, c => c != '\n' && c is < ' ' or > '~');
        using var document = JsonDocument.Parse(json);
        Assert.Equal(Name, document.RootElement.GetProperty("findings")[0].GetProperty("goroutines")[0].GetProperty("name").GetString());
    }

    private static string Write(string hog)
    {
        using var output = new StringWriter { NewLine = "\n" };
        JsonReport.Write(output, CraftedReport.Trace, CraftedReport.Whole(hog), "x.nettrace", Phrases.English);
        return output.ToString().ReplaceLineEndings("\n");
    }
}
