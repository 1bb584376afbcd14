using Gmp.Analysis.Language;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Tests.Harness;
using Gmp.Tool.Reporting;
using Gmp.Tool.Reporting.Text;

namespace Gmp.Tests.Reporting;

public class TextReportTests
{
    private const string Malicious = "pay\u001b[2J\nGMP201 ok\u202eLoad\u0007";

    [Fact]
    public void The_answer_is_at_the_top_with_its_source_line()
    {
        string text = Write(new FakeStdio(), [CraftedReport.Fine, CraftedReport.Note, CraftedReport.Hog("checksum"), CraftedReport.Unanswered]);
        Golden.Check("report.txt", text);
        string[] lines = text.Split('\n');
        Assert.Contains("Checksum.cs:42", lines[1], StringComparison.Ordinal);
        Assert.Contains("Checksum.cs:42", lines[4], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(int.MaxValue, false, "numbers.txt")]
    [InlineData(100, true, "numbers-100.txt")]
    [InlineData(40, true, "numbers-40.txt")]
    public void Tables_and_figures_are_drawn(int width, bool isTerminal, string golden)
    {
        string text = Write(new FakeStdio { OutIsTerminal = isTerminal, UseGlyphs = isTerminal, Width = width }, CraftedReport.Whole("checksum"), detail: ReportDetail.Full);
        Golden.Check(golden, text);
        // A command is to be copied, so it is never broken.
        Assert.All(text.Split('\n').Where(l => !l.Contains("dotnet gmp-trace", StringComparison.Ordinal)), line => Assert.InRange(TextWidth.Of(line), 0, width));
    }

    [Theory]
    [InlineData(true, "brief.txt")]
    [InlineData(false, "normal.txt")]
    public void Causes_come_first(bool isBrief, string golden)
    {
        var detail = isBrief ? ReportDetail.Brief : ReportDetail.Normal;
        string text = Write(new FakeStdio(), CraftedReport.Whole("checksum"), detail: detail);
        Golden.Check(golden, text);
        Assert.Contains("Most likely cause", text.Split('\n')[isBrief ? 2 : 3], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_accepted_is_told_apart_and_fails_no_verdict()
    {
        string text = Write(new FakeStdio(), [CraftedReport.Fine, CraftedReport.Hog("checksum") with { Ignored = "we know" }]);
        Assert.StartsWith("OK  All is well", text.Split('\n')[1], StringComparison.Ordinal);
        Assert.Contains("Known and accepted:\n  GMP201 ", text, StringComparison.Ordinal);
        Assert.Contains("[we know]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_megabytes_does_not_push_the_facts_away()
    {
        string text = Write(new FakeStdio(), CraftedReport.Whole(new string('x', 10_000_000)), detail: ReportDetail.Full);
        Assert.InRange(text.Length, 0, 40_000);
        Assert.Contains("ran on P0 for 400 ms without a scheduling point", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_healthy_trace_takes_a_few_lines() =>
        Golden.Check("healthy.txt", Write(new FakeStdio(), [CraftedReport.Fine]));

    [Fact]
    public void In_a_terminal_it_is_wrapped_and_coloured()
    {
        string text = Write(new FakeStdio { OutIsTerminal = true, UseColor = true, Width = 72 }, [CraftedReport.Fine, CraftedReport.Hog("checksum")]);
        Golden.Check("terminal.txt", text.Replace("\u001b", "<ESC>", StringComparison.Ordinal));
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Replace("\u001b[1;31m", "").Replace("\u001b[0m", "").Length, 0, 72));
    }

    [Fact]
    public void Without_colour_no_escape_sequence_is_written() =>
        Assert.DoesNotContain('\u001b', Write(new FakeStdio { OutIsTerminal = true, Width = 72 }, [CraftedReport.Hog("checksum")]));

    [Fact]
    public void Names_of_the_target_cannot_write_to_the_terminal()
    {
        string text = Write(new FakeStdio(), [CraftedReport.Hog(Malicious)]);
        Golden.Check("malicious.txt", text);
        Assert.DoesNotContain(text, c => c != '\n' && (char.IsControl(c) || c == '\u202e'));
        // The name cannot begin a line of its own, which would look like a finding.
        Assert.DoesNotContain(text.Split('\n'), line => line.StartsWith("GMP201 ok", StringComparison.Ordinal));
    }

    [Fact]
    public void A_trace_that_is_not_kept_has_no_command_to_look_closer()
    {
        string text = Write(new FakeStdio(), [CraftedReport.Hog("checksum")], file: null);
        Assert.DoesNotContain("Look closer", text, StringComparison.Ordinal);
        Assert.DoesNotContain("FILE", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_to_look_closer_quotes_the_file() =>
        Assert.Contains("view 'my trace; rm -rf.nettrace' --at 1.204s", Write(new FakeStdio(), [CraftedReport.Hog("x")], "my trace; rm -rf.nettrace"), StringComparison.Ordinal);

    [Fact]
    public void The_summary_is_a_line_for_each_finding()
    {
        var stdio = new FakeStdio();
        new TextReport(stdio.Out, TextStyle.Of(stdio), Phrases.English).WriteSummary(CraftedReport.Trace, new Report([CraftedReport.Note, CraftedReport.Fine, CraftedReport.Hog("checksum")], []), "x.nettrace");
        Golden.Check("summary.txt", stdio.OutText);
    }

    [Fact]
    public void Losses_stand_in_the_first_line()
    {
        var info = new TraceInfo { DurationNs = 1_000_000, Records = 1, BatchesLost = 1, EventsLost = 2, CorruptBatches = 3, DamagedBytes = 10, IsTruncated = true };
        var stdio = new FakeStdio();
        new TextReport(stdio.Out, TextStyle.Of(stdio), Phrases.English).Write(new LoadedTrace(CraftedReport.Trace.Model, info), new Report([], []), "x");
        Assert.StartsWith("x: 1.0 ms, 1 event, 1 batch lost, 2 events dropped by the target, 3 batches unreadable, 10 B damaged, truncated\n", stdio.OutText, StringComparison.Ordinal);
    }

    private static string Write(FakeStdio stdio, IReadOnlyList<Finding> findings, string? file = "x.nettrace") => Write(stdio, new Report(findings, []), file);

    private static string Write(FakeStdio stdio, Report report, string? file = "x.nettrace", ReportDetail detail = ReportDetail.Normal)
    {
        new TextReport(stdio.Out, TextStyle.Of(stdio), Phrases.English, detail).Write(CraftedReport.Trace, report, file);
        return stdio.OutText;
    }
}
