using Gmp.Analysis.Language;
using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Tests.Harness;
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

    private static string Write(FakeStdio stdio, IReadOnlyList<Finding> findings, string? file = "x.nettrace")
    {
        new TextReport(stdio.Out, TextStyle.Of(stdio), Phrases.English).Write(CraftedReport.Trace, new Report(findings, []), file);
        return stdio.OutText;
    }
}
