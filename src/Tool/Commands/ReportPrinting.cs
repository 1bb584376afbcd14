using Gmp.Analysis.Questions;
using Gmp.Analysis.Reading;
using Gmp.Tool.Reporting;
using Gmp.Tool.Reporting.Json;
using Gmp.Tool.Reporting.Text;

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
        var report = Analyzer.Run(new QuestionContext(trace) { Phrases = request.Phrases });
        if (request.Format == ReportFormat.Json)
            JsonReport.Write(context.Stdio.Out, trace, report, file, request.Phrases);
        else
            new TextReport(context.Stdio, request.Phrases).Write(trace, report, file);
        context.Stdio.Out.Flush();
        return request.FailOn is Severity limit && FindingOrder.Worst(report.Findings) >= limit ? ExitCode.FindingsFailed : ExitCode.Ok;
    }
}
