using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Tool.Reporting;
using Gmp.Tool.Reporting.Json;
using Gmp.Tool.Reporting.Text;
using Gmp.Tool.Stdio;

namespace Gmp.Tool.Commands;

/// <summary>Asks the questions of a trace and prints the answers.</summary>
internal static class ReportPrinting
{
    /// <summary>Prints the report on stdout.</summary>
    /// <param name="context">The tool.</param>
    /// <param name="trace">The trace.</param>
    /// <param name="file">Its path, or null if it is not kept.</param>
    /// <param name="request">What the user wants.</param>
    /// <returns><see cref="ExitCode.Ok"/> or <see cref="ExitCode.FindingsFailed"/>.</returns>
    public static int Print(ToolContext context, LoadedTrace trace, string? file, ReportRequest request)
    {
        if (request.Settings.Length > 0)
            context.Stdio.Error.WriteLine("Settings       : " + TerminalText.Escape(request.Settings));
        var report = Analyzer.Run(new QuestionContext(trace) { Phrases = request.Phrases, Thresholds = request.Thresholds });
        report = report with { Findings = request.Accept(report.Findings) };
        if (request.Format == ReportFormat.Json)
            JsonReport.Write(context.Stdio.Out, trace, report, file, request.Phrases);
        else
            new TextReport(context.Stdio, request.Phrases).Write(trace, report, file);
        context.Stdio.Out.Flush();
        return report.Findings.Any(request.IsFailedBy) ? ExitCode.FindingsFailed : ExitCode.Ok;
    }
}
