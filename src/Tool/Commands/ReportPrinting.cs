using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Tool.Reporting;
using Gmp.Tool.Reporting.Html;
using Gmp.Tool.Reporting.Json;
using Gmp.Tool.Reporting.Markdown;
using Gmp.Tool.Reporting.Text;
using Gmp.Tool.Stdio;

namespace Gmp.Tool.Commands;

/// <summary>Asks the questions of a trace and prints the answers.</summary>
internal static class ReportPrinting
{
    /// <summary>Writes the report on stdout, or into the file that was asked for.</summary>
    /// <param name="context">The tool.</param>
    /// <param name="trace">The trace.</param>
    /// <param name="file">Its path, or null if it is not kept.</param>
    /// <param name="request">What the user wants.</param>
    /// <returns><see cref="ExitCode.Ok"/>, <see cref="ExitCode.FindingsFailed"/> or <see cref="ExitCode.GotWorse"/>.</returns>
    public static int Print(ToolContext context, LoadedTrace trace, string? file, ReportRequest request)
    {
        if (request.Settings.Length > 0)
            context.Stdio.Error.WriteLine("Settings       : " + TerminalText.Escape(request.Settings));
        // Before the questions are asked: a name that is wrong is told at once.
        var baseline = request.Baseline is null ? null : TraceOpening.LoadGoroutines(request.Baseline);
        var about = new QuestionContext(trace) { Phrases = request.Phrases, Thresholds = request.Thresholds };
        var report = Analyzer.Run(about);
        if (baseline is not null)
            report = report with { Findings = [.. report.Findings, new RegressionQuestion(baseline, request.Baseline!, report.Findings).Ask(about)] };
        report = report with { Findings = request.Accept(report.Findings) };
        if (request.File is { } output)
            output.Write(writer => Write(writer, TextStyle.Plain with { Color = request.Color == true }, trace, report, file, request));
        else
            Write(context.Stdio.Out, TextStyle.Of(context.Stdio, request.Color), trace, report, file, request);
        context.Stdio.Out.Flush();
        return report.Findings.Select(request.ExitCodeOf).Where(c => c != ExitCode.Ok).DefaultIfEmpty(ExitCode.Ok).Min();
    }

    private static void Write(TextWriter output, TextStyle style, LoadedTrace trace, Report report, string? file, ReportRequest request)
    {
        switch (request.Format)
        {
            case ReportFormat.Json:
                JsonReport.Write(output, trace, report, file, request.Phrases);
                break;
            case ReportFormat.Html:
                new HtmlReport(output, request.Phrases).Write(trace, report, file);
                break;
            case ReportFormat.Markdown:
                new MarkdownReport(output, request.Phrases).Write(trace, report, file);
                break;
            default:
                new TextReport(output, style, request.Phrases, request.Detail).Write(trace, report, file);
                break;
        }
    }
}
